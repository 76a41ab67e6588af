using System.Diagnostics;
using ScottPlot;

namespace FieldNode.Benchmarks.Plots;

/// <summary>A line on axes shared with others.</summary>
/// <param name="Color">Format #RRGGBB.</param>
internal sealed record SheetLine(string Name, string Color, IReadOnlyList<(double X, double Y)> Points);

/// <summary>One plot: its title names the vertical axis with its unit, Across the horizontal axis.</summary>
internal sealed record SheetPanel(string Title, string Across, IReadOnlyList<SheetLine> Lines)
{
    /// <summary>Both axes are logarithmic; all values are above 0.</summary>
    public bool IsLog { get; init; }

    /// <summary>A shaded range of the horizontal axis; null for none.</summary>
    public (double From, double To)? Shade { get; init; }
}

/// <summary>Draws panels one below another, as PNG.</summary>
internal static class Sheet
{
    private const string FontName = "sheet";
    private const int Width = 760;
    private const int PanelHeight = 300;

    public static void Write(string path, params IReadOnlyList<SheetPanel> panels)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Fonts.AddFontFile(FontName, FontFile());
        var sheet = new Multiplot();
        sheet.RemovePlot(sheet.GetPlot(0)); // the plot that it starts with
        foreach (var panel in panels)
        {
            sheet.AddPlot(PlotOf(panel));
        }

        sheet.SavePng(path, Width, PanelHeight * panels.Count);
    }

    private static Plot PlotOf(SheetPanel panel)
    {
        var plot = new Plot();
        plot.Title(panel.Title);
        plot.XLabel(panel.Across);
        if (panel.Shade is { } shade)
        {
            plot.Add.HorizontalSpan(shade.From, shade.To, Color.FromHex("#F6E3DD"));
        }

        foreach (var line in panel.Lines)
        {
            var points = line.Points.Select(point => panel.IsLog ? (X: Math.Log10(point.X), Y: Math.Log10(point.Y)) : point).ToList();
            var drawn = plot.Add.Scatter(points.Select(point => point.X).ToArray(), points.Select(point => point.Y).ToArray(),
                Color.FromHex(line.Color));
            drawn.LegendText = line.Name;
            drawn.MarkerSize = points.Count > 20 ? 0 : 6;
        }

        if (panel.IsLog)
        {
            plot.Axes.Bottom.TickGenerator = Powers();
            plot.Axes.Left.TickGenerator = Powers();
        }

        if (panel.Lines.Count > 1)
        {
            plot.ShowLegend(Alignment.UpperLeft);
        }

        plot.Font.Set(FontName);
        return plot;
    }

    // Skia's native library has no font search here; fontconfig finds the file.
    private static string FontFile()
    {
        using var match = Process.Start(new ProcessStartInfo("fc-match", ["-f", "%{file}", "sans"]) { RedirectStandardOutput = true })!;
        return match.StandardOutput.ReadToEnd();
    }

    private static ScottPlot.TickGenerators.NumericAutomatic Powers() =>
        new()
        {
            IntegerTicksOnly = true,
            LabelFormatter = power => Math.Pow(10, power)
            .ToString("#,##0.###", System.Globalization.CultureInfo.InvariantCulture)
        };
}
