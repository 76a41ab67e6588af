// The node's case: body (back) and front. All dimensions in millimetres. Measure your modules before you print: makers change them.
// Render one part:  openscad -D 'part="body"' -o body.stl enclosure.scad      (parts: body, front; for pictures: assembly, back, inside)
part = "assembly";

// Contents.
inner = [82, 150, 44];        // width, height, depth: cells below, boards above, scanner at the top
oled_window = [58, 30];       // 2.42 in glass, active area 55 × 27.5
oled_holes = [66, 36];        // spacing of the module's holes
button_hole = 24.4;           // 24 mm snap-in buttons
scanner_window = [30, 16];    // GM65 faces out of the top end
usb_slot = [12, 7];
switch_slot = [13.2, 9.2];    // KCD11 rocker switch, at the lower end
cable_hole = 8;               // beam sensor

// Construction.
wall = 2.4;
radius = 8;
lip = 1.6;                    // the front's rim inside the body
gap = 0.25;                   // between rim and body
post = 8;                     // screw posts, M3 inserts
insert_hole = 4.2;
screw_hole = 3.4;
rail_width = 30;              // dovetail on the back; the lane clip slides on
rail_length = 60;
$fn = 48;

outer = [inner[0] + 2 * wall, inner[1] + 2 * wall, inner[2] + wall];
front_depth = wall;
post_at = [for (x = [-1, 1], y = [-1, 1]) [x * (inner[0] / 2 - post / 2 - 0.5), y * (inner[1] / 2 - post / 2 - 0.5)]];

module plate(size, depth, r) {
    linear_extrude(depth) offset(r) square([size[0] - 2 * r, size[1] - 2 * r], center = true);
}

module dovetail(width, length, height, slack = 0) {
    rotate([90, 0, 0]) linear_extrude(length, center = true)
        polygon([[-width / 2 + 4 - slack, 0], [width / 2 - 4 + slack, 0], [width / 2 + slack, height], [-width / 2 - slack, height]]);
}

module posts() {
    for (at = post_at) translate([at[0], at[1], wall - 0.1]) difference() {
        cylinder(d = post, h = inner[2] - lip - 2 + 0.1);
        translate([0, 0, inner[2] - lip - 2 - 8]) cylinder(d = insert_hole, h = 9);
    }
}

module body() {
    difference() {
        union() {
            difference() {
                plate(outer, outer[2], radius);
                translate([0, 0, wall]) plate(inner, inner[2] + 1, radius - wall);
            }
            posts();
            // Dovetail rail on the back.
            translate([0, 10, 0.1]) rotate([180, 0, 0]) dovetail(rail_width, rail_length, 5.1);
            // Rib between cells and boards.
            translate([0, -18, wall + 5]) cube([inner[0] + 1, 1.6, 10.1], center = true);
        }
        // Scanner at the top end, not tilted: people hold the card in front of it.
        translate([0, outer[1] / 2, wall + inner[2] / 2]) cube([scanner_window[0], 4 * wall, scanner_window[1]], center = true);
        // Charging, switch and beam at the lower end.
        translate([-22, -outer[1] / 2, wall + 9]) cube([usb_slot[0], 4 * wall, usb_slot[1]], center = true);
        translate([4, -outer[1] / 2, wall + 14]) cube([switch_slot[0], 4 * wall, switch_slot[1]], center = true);
        translate([26, -outer[1] / 2, wall + 10]) rotate([90, 0, 0]) cylinder(d = cable_hole, h = 4 * wall, center = true);
        // The clip's screw enters from the side, 4 mm above the rail's lower end.
        translate([rail_width / 2, 10 - rail_length / 2 + 4, -2.5]) rotate([0, 90, 0]) cylinder(d = 2.4, h = 16, center = true);
    }
}

module front() {
    difference() {
        union() {
            plate(outer, front_depth, radius);
            translate([0, 0, -lip]) difference() {
                plate([inner[0] - 2 * gap, inner[1] - 2 * gap], lip + 0.1, radius - wall);
                translate([0, 0, -1]) plate([inner[0] - 2 * gap - 3, inner[1] - 2 * gap - 3], lip + 2, radius - wall - 1);
                for (at = post_at) translate([at[0], at[1], -1]) cylinder(d = post + 1, h = lip + 1);
            }
            // The collar keeps a gloved hand from pressing undo along with arrived.
            translate([20, -36, front_depth - 0.1]) difference() {
                cylinder(d = button_hole + 12, h = 4.1);
                translate([0, 0, -1]) cylinder(d = button_hole + 7, h = 6);
            }
        }
        // Window of the display, bevelled so that it can be read from the side.
        translate([0, 38, -lip - 1]) linear_extrude(10) square(oled_window, center = true);
        translate([0, 38, front_depth - 1.2]) linear_extrude(1.3, scale = [1.06, 1.12]) square(oled_window, center = true);
        for (x = [-1, 1], y = [-1, 1]) translate([x * oled_holes[0] / 2, 38 + y * oled_holes[1] / 2, -lip - 1]) cylinder(d = 2.8, h = 10);
        // Arrived (left, flat) and undo (right, in its collar).
        for (x = [-20, 20]) translate([x, -36, -lip - 1]) cylinder(d = button_hole, h = 10);
        // Lamp, and the buzzer's slots.
        translate([-30, 2, -lip - 1]) cylinder(d = 5.2, h = 10);
        for (i = [-2 : 2]) translate([20 + i * 4, 2, 0]) cube([1.6, 12, 10], center = true);
        for (at = post_at) translate([at[0], at[1], -lip - 1]) cylinder(d = screw_hole, h = 10);
    }
}

// The contents as blocks, in the sizes stated by their makers, for the picture and to check the fit. x, y: the middle; z: above the inner
// floor.
module block(at, size, shade, z = 0) {
    color(shade) translate([at[0], at[1], wall + z + size[2] / 2]) cube(size, center = true);
}

module pins(at, count, z) {
    for (i = [0 : count - 1]) block([at[0] + (i - (count - 1) / 2) * 2.54, at[1]], [0.7, 0.7, 3], "#d9b44a", z);
}

module cells() {
    block([0, -39.5], [77, 40, 6], "#202020");                                   // holder of two 18650
    for (y = [-49.5, -29.5]) color("#2f6fb0") translate([-32.5, y, wall + 11]) rotate([0, 90, 0]) cylinder(d = 18.4, h = 65);
    for (y = [-49.5, -29.5]) color("#c8c8c8") translate([32.5, y, wall + 11]) rotate([0, 90, 0]) cylinder(d = 8, h = 1.5);
    block([-22, -66.5], [20, 15, 1.6], "#1f4f86", 6);                            // charger and boost converter at the slot
    block([-22, -71.5], [9, 7.5, 3.2], "#c8c8c8", 7.6);
    block([4, -67], [13, 15, 9], "#151515", 9.5);                                // rocker switch
}

module boards() {
    block([0, 13], [80, 50, 1.6], "#c69c5a", 4);                                 // stripboard
    for (y = [-1, 1]) block([-10, 20 + y * 11.4], [48.3, 2.5, 8.5], "#101010", 5.6);
    block([-10, 20], [54.4, 27.9, 1.6], "#16191d", 14.1);                        // DevKitC
    block([6.5, 20], [31.4, 18, 0.8], "#0b3a2a", 15.7);                          // WROVER-E: antenna to the right
    block([2.5, 20], [20, 16.5, 2.4], "#d4d7da", 16.5);
    block([-35, 20], [6, 7.5, 2.8], "#c8c8c8", 15.7);                            // its USB socket
    for (y = [-1, 1]) pins([-10, 20 + y * 11.4], 19, 15.7);
    block([30, 22], [13, 18, 1.6], "#5b2a86", 7);                                // flash on its breakout
    block([30, 22], [5.3, 5.3, 1.8], "#101010", 8.6);
    block([-18, -5], [38, 22, 1.6], "#1f4f86", 7);                               // clock
    color("#d4d7da") translate([-26, -5, wall + 8.6]) cylinder(d = 20, h = 3.4);
    color("#203060") translate([33, -4, wall + 5.6]) cylinder(d = 10, h = 16);   // C2
    block([12, -5], [5, 4, 5], "#101010", 5.6);                                  // Q1
    block([0, 64], [21.5, 21.5, 11.8], "#181818", 16.1);                         // scanner module behind its window
    color("#102a4a") translate([0, 75.5, wall + 22]) rotate([90, 0, 0]) cylinder(d = 8, h = 2, center = true);
}

// On the inside of the front; heights above the floor are as in the closed case.
module front_parts() {
    block([0, 38], [72, 43, 1.6], "#1f4f86", inner[2] - 7);                      // display
    block([0, 38], [60, 37, 3], "#0a0a0a", inner[2] - 5.4);
    color("#d7ecff") translate([0, 38, wall + inner[2] - 2.3]) linear_extrude(0.3) {
        translate([0, -8]) text("7/10", size = 16, halign = "center", font = "DejaVu Sans:style=Bold");
    }
    for (at = [[-20, "#2f9e44"], [20, "#c92a2a"]]) color(at[1]) translate([at[0], -36, wall + inner[2] - 20]) {
        cylinder(d = 23.6, h = 21);
        translate([0, 0, 20]) cylinder(d = 27, h = 3.4);
        translate([0, 0, 23]) cylinder(d = 19, h = 3.2);
    }
    color("#f8f9fa") translate([-30, 2, wall + inner[2] - 5]) cylinder(d = 5, h = 8);
}

if (part == "body") body();
if (part == "front") front();
if (part == "back") rotate([180, 0, 0]) body(); // for a picture only
if (part == "assembly") {
    color("#3d5a6c") body();
    color("#e8ecef") translate([0, 0, outer[2] + 22]) front();
}
if (part == "inside") {
    color("#3d5a6c") body();
    cells();
    boards();
    translate([105, 0, 0]) {
        color("#e8ecef") translate([0, 0, wall + inner[2]]) front();
        front_parts();
    }
}
