using System.Globalization;

namespace FieldNode.Simulator.Plots;

/// <summary>A line of a plot.</summary>
/// <param name="Color">As #RRGGBB.</param>
public sealed record PlotLine(string Name, string Color, IReadOnlyList<(double X, double Y)> Points);

/// <summary>One picture of a plot: lines over the same axes.</summary>
/// <param name="Title">What the upright axis shows, with its unit.</param>
/// <param name="Across">What the other one shows.</param>
/// <param name="IsLog">Both axes go by powers of ten; all values are above 0.</param>
public sealed record PlotPanel(string Title, string Across, IReadOnlyList<PlotLine> Lines, bool IsLog = false)
{
    /// <summary>A stretch of the axis across that is shaded; null: none.</summary>
    public (double From, double To)? Shade { get; init; }

    /// <summary>Points are marked.</summary>
    public bool HasMarks { get; init; }
}

/// <summary>Draws panels one below the other, as SVG and as PNG.</summary>
public static class Plot
{
    private const int Width = 760;
    private const int PanelHeight = 300;
    private const int Left = 84;
    private const int Right = 24;
    private const int Top = 44;
    private const int Bottom = 52;
    private const int Ticks = 6;
    private const string Ink = "#1B2430";
    private const string Grid = "#DDE3EA";
    private const string Shade = "#F6E3DD";

    /// <summary>Writes <paramref name="path"/>.svg and <paramref name="path"/>.png.</summary>
    public static void Write(string path, params IReadOnlyList<PlotPanel> panels)
    {
        var svg = new SvgSheet(Width, PanelHeight * panels.Count);
        using var png = new PngSheet(Width, PanelHeight * panels.Count);
        foreach (var sheet in new ISheet[] { svg, png })
        {
            for (var i = 0; i < panels.Count; i++)
            {
                Draw(sheet, panels[i], i * PanelHeight);
            }
        }

        File.WriteAllText(path + ".svg", svg.ToString());
        File.WriteAllBytes(path + ".png", png.Encode());
    }

    private static void Draw(ISheet sheet, PlotPanel panel, int top)
    {
        var all = panel.Lines.SelectMany(line => line.Points).ToList();
        var x = Axis.Of(all.Select(point => point.X), panel.IsLog, endsAtTick: false);
        var y = Axis.Of(all.Select(point => point.Y), panel.IsLog, endsAtTick: true);
        float X(double value) => (float)(Left + x.Place(value) * (Width - Left - Right));
        float Y(double value) => (float)(top + PanelHeight - Bottom - y.Place(value) * (PanelHeight - Top - Bottom));
        if (panel.Shade is { } shade)
        {
            sheet.Box(X(shade.From), top + Top, X(shade.To) - X(shade.From), PanelHeight - Top - Bottom, Shade);
        }

        foreach (var tick in x.Ticks)
        {
            sheet.Line([(X(tick), top + Top), (X(tick), top + PanelHeight - Bottom)], Grid, 1);
            sheet.Text(Name(tick), X(tick), top + PanelHeight - Bottom + 18, Align.Middle, Ink);
        }

        foreach (var tick in y.Ticks)
        {
            sheet.Line([(Left, Y(tick)), (Width - Right, Y(tick))], Grid, 1);
            sheet.Text(Name(tick), Left - 8, Y(tick) + 5, Align.End, Ink);
        }

        sheet.Text(panel.Title, Left, top + 26, Align.Start, Ink);
        sheet.Text(panel.Across, Width - Right, top + PanelHeight - 12, Align.End, Ink);
        DrawLines(sheet, panel, top, X, Y);
    }

    private static void DrawLines(ISheet sheet, PlotPanel panel, int top, Func<double, float> x, Func<double, float> y)
    {
        var names = (float)(Width - Right);
        foreach (var line in panel.Lines.Reverse())
        {
            (float, float)[] points = [.. line.Points.Select(point => (x(point.X), y(point.Y)))];
            sheet.Line(points, line.Color, 2);
            foreach (var (across, up) in panel.HasMarks ? points : [])
            {
                sheet.Box(across - 3, up - 3, 6, 6, line.Color);
            }

            if (panel.Lines.Count > 1)
            {
                sheet.Text(line.Name, names, top + 26, Align.End, line.Color);
                names -= sheet.WidthOf(line.Name) + 18;
            }
        }
    }

    // 20,000 as 20k, 0.25 as it is.
    private static string Name(double value) => value switch
    {
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 1e3 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    private sealed record Axis(double From, double To, IReadOnlyList<double> Ticks, bool IsLog)
    {
        public static Axis Of(IEnumerable<double> values, bool isLog, bool endsAtTick)
        {
            var (least, most) = values.Aggregate((Least: double.MaxValue, Most: double.MinValue), (ends, value) => (Math.Min(ends.Least, value), Math.Max(ends.Most, value)));
            if (isLog)
            {
                var (from, to) = ((int)Math.Floor(Math.Log10(least) + 1e-9), (int)Math.Ceiling(Math.Log10(most) - 1e-9));
                to = Math.Max(to, from + 1);
                return new Axis(from, to, [.. Enumerable.Range(from, to - from + 1).Select(power => Math.Pow(10, power))], true);
            }

            var step = Step(most / Plot.Ticks);
            var count = (int)(endsAtTick ? Math.Ceiling(most / step - 1e-9) : Math.Floor(most / step + 1e-9));
            return new Axis(0, endsAtTick ? Math.Max(1, count) * step : most, [.. Enumerable.Range(0, count + 1).Select(i => i * step)], false);
        }

        public double Place(double value) => ((IsLog ? Math.Log10(value) : value) - From) / (To - From);

        private static double Step(double least)
        {
            var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(least, 1e-9))));
            return power * Array.Find([1.0, 2, 5, 10], factor => factor * power >= least * (1 - 1e-9));
        }
    }
}
