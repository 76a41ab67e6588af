using System.Globalization;
using System.Security;
using System.Text;

namespace FieldNode.Simulator.Plots;

/// <summary>A plot as SVG.</summary>
internal sealed class SvgSheet : ISheet
{
    private const float LetterWidth = 7.2f;

    private readonly StringBuilder _svg = new();

    public SvgSheet(int width, int height)
    {
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="13">""");
        Add($"""<rect width="{width}" height="{height}" fill="#FFFFFF"/>""");
    }

    public void Box(float x, float y, float width, float height, string color)
    {
        Add($"""<rect x="{x:0.#}" y="{y:0.#}" width="{width:0.#}" height="{height:0.#}" fill="{color}"/>""");
    }

    public void Line(IReadOnlyList<(float X, float Y)> points, string color, float width)
    {
        var all = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));
        Add($"""<polyline points="{all}" fill="none" stroke="{color}" stroke-width="{width}"/>""");
    }

    public void Text(string text, float x, float y, Align align, string color)
    {
        var anchor = align switch { Align.Middle => "middle", Align.End => "end", _ => "start" };
        Add($"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" fill="{color}">{SecurityElement.Escape(text)}</text>""");
    }

    public float WidthOf(string text) => text.Length * LetterWidth;

    public override string ToString() => _svg + "</svg>\n";

    private void Add(FormattableString line)
    {
        _svg.Append(FormattableString.Invariant(line)).Append('\n');
    }
}
