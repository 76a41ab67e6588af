// Draws wiring.svg from a board's pins.csv, so that drawing and table cannot differ. Run from the repository root:
//   dotnet run hardware/make-wiring.cs -- hardware/rev-b [FILE.svg]
#:property RestorePackagesWithLockFile=false

using System.Globalization;
using System.Security;
using System.Text;

const int RowHeight = 24;
const int PartWidth = 250;
const int ChipWidth = 190;
const int WireWidth = 190;
const int HeadHeight = 26;
const int Gap = 14;
const int Margin = 20;
string[] colours = ["#c0392b", "#2471a3", "#1e8449", "#b9770e", "#6c3483", "#117a65", "#a04000", "#5d6d7e"];

if (args.Length == 0)
{
    Console.Error.WriteLine("usage: dotnet run hardware/make-wiring.cs -- hardware/rev-b [FILE.svg]");
    return 2;
}

var isS3 = args[0].TrimEnd('/').EndsWith("s3", StringComparison.Ordinal);
var rows = File.ReadAllLines(Path.Combine(args[0], "pins.csv")).Skip(1).Select(line => line.Split(',', 7)).ToList();
var parts = rows.GroupBy(row => row[0]).Select(group => group.ToList()).ToList();
int Height(List<string[]> part) => HeadHeight + part.Count * RowHeight + Gap;
var left = new List<List<string[]>>();
var right = new List<List<string[]>>();
foreach (var part in parts)
{
    (left.Sum(Height) <= right.Sum(Height) ? left : right).Add(part);
}

var height = 2 * Margin + 56 + Math.Max(left.Sum(Height), right.Sum(Height));
var width = 2 * Margin + 2 * PartWidth + 2 * WireWidth + ChipWidth;
var chipX = Margin + PartWidth + WireWidth;
var svg = new StringBuilder();
svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" "
    + $"font-family=\"DejaVu Sans, Arial, sans-serif\" font-size=\"13\">\n");
svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
Text(Margin, Margin + 6, $"FieldNode {Path.GetFileName(args[0].TrimEnd('/'))}: every wire at the ESP32 board's pins (pins.csv). Red: "
    + $"the part's other connections; all grounds are connected. Power: README.md, step 3.", "start", "#222222", bold: true);
Box(chipX, Margin + 24, ChipWidth, height - 2 * Margin - 24, "#eaf2f8", "#1b4f72");
Text(chipX + ChipWidth / 2, Margin + 46, isS3 ? "ESP32-S3 board" : "ESP32 board", "middle", "#1b4f72", bold: true);
var wire = 0;
Side(left, Margin, isLeft: true);
Side(right, width - Margin - PartWidth, isLeft: false);
svg.Append("</svg>\n");
File.WriteAllText(args.Length > 1 ? args[1] : Path.Combine(args[0], "wiring.svg"), svg.ToString());
return 0;

void Side(List<List<string[]>> side, int x, bool isLeft)
{
    var y = Margin + 56;
    foreach (var part in side)
    {
        Box(x, y, PartWidth, HeadHeight + part.Count * RowHeight, "#fdfefe", "#566573");
        Text(x + 10, y + 18, part[0][0], "start", "#17202a", bold: true);
        Text(x + PartWidth - 10, y + 18, part[0][5], "end", "#c0392b");
        for (var i = 0; i < part.Count; i++)
        {
            Wire(part[i], x, y + HeadHeight + i * RowHeight + RowHeight / 2, isLeft);
        }

        y += Height(part);
    }
}

void Wire(string[] row, int x, int y, bool isLeft)
{
    var colour = colours[wire++ % colours.Length];
    var (from, to) = isLeft ? (x + PartWidth, chipX) : (chipX + ChipWidth, x);
    svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\" stroke=\"{colour}\" "
        + $"stroke-width=\"2.5\"/>\n");
    var arrow = row[4] switch { "in" => isLeft ? "▶" : "◀", "out" => isLeft ? "◀" : "▶", _ => "◆" };
    Text((from + to) / 2, y + 5, arrow, "middle", colour);
    Text(isLeft ? x + PartWidth - 10 : x + 10, y + 5, row[1], isLeft ? "end" : "start", "#17202a");
    Text(isLeft ? chipX + 10 : chipX + ChipWidth - 10, y + 5, $"GPIO{row[2]}", isLeft ? "start" : "end", "#1b4f72");
}

void Box(int x, int y, int boxWidth, int boxHeight, string fill, string stroke)
{
    svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{boxWidth}\" height=\"{boxHeight}\" rx=\"6\" "
        + $"fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.5\"/>\n");
}

void Text(int x, int y, string text, string anchor, string fill, bool bold = false)
{
    svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" "
        + $"fill=\"{fill}\"{(bold ? " font-weight=\"bold\"" : "")}>{SecurityElement.Escape(text)}</text>\n");
}
