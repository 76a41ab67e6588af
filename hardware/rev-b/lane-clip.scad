// Holds the node on a barrier's tube, or on a strap. All dimensions in millimetres.
//   openscad -o lane-clip.stl lane-clip.scad
tube = 38;                    // diameter of the barrier's tube
rail_width = 30;              // as in enclosure.scad
rail_height = 5;
slack = 0.35;                 // of the dovetail
wall = 5;
length = 44;
strap = [26, 4];
$fn = 64;

block = [rail_width + 18, length, rail_height + 6];

module dovetail(width, height) {
    rotate([90, 0, 0]) linear_extrude(length + 20, center = true)
        polygon([[-width / 2 + 4 - slack, -0.01], [width / 2 - 4 + slack, -0.01], [width / 2 + slack, height], [-width / 2 - slack, height]]);
}

difference() {
    union() {
        // The block that the node's rail slides into; open at the top end.
        translate([0, 0, block[2] / 2]) cube(block, center = true);
        // A C-shaped clip that snaps over the tube: slightly more than half of it.
        translate([0, 0, block[2] + tube / 2 + 1]) rotate([90, 0, 0]) cylinder(d = tube + 2 * wall, h = length, center = true);
        translate([0, 0, block[2] + 3]) cube([tube * 0.8, length, 12], center = true);
    }
    // The groove: narrow at the opening, wide inside, and closed at the lower end, where the node rests.
    translate([0, 16, 0]) dovetail(rail_width, rail_height + slack);
    translate([0, 0, block[2] + tube / 2 + 1]) rotate([90, 0, 0]) cylinder(d = tube, h = length + 2, center = true);
    // Opening of the C.
    translate([0, 0, block[2] + tube + wall + 1]) cube([tube * 0.82, length + 2, tube * 0.9], center = true);
    // Slots for a strap, beside the tube.
    for (x = [-1, 1]) translate([x * (block[0] / 2 - 4.5), 6, block[2] / 2]) cube([strap[1], strap[0], block[2] + 2], center = true);
    // A screw from the side locks the rail, 4 mm above the lower end on which it rests.
    translate([block[0] / 2, -length / 2 + 6 + 4, rail_height / 2]) rotate([0, 90, 0]) cylinder(d = 2.6, h = 30, center = true);
}
