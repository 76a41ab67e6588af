using System.Text.Json;

namespace FieldNode.Benchmarks.Plots;

/// <summary>Draws a city's day from the report of <c>fieldnode simulate --scenario city --report FILE</c>.</summary>
internal static class CityDay
{
    /// <param name="plots">Directory for city.png.</param>
    public static int Draw(string report, string plots)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(report));
        if (!document.RootElement.TryGetProperty("outage", out var outage)
            || !document.RootElement.TryGetProperty("moments", out var moments))
        {
            Console.Error.WriteLine($"{report} is not a city report: write one with fieldnode simulate --scenario city --report FILE");
            return 2;
        }

        var shade = (outage.GetProperty("from").GetDouble(), outage.GetProperty("to").GetDouble());
        SheetLine Line(string name, string color, string figure) =>
            new(name, color, [.. moments.EnumerateArray()
                .Select(moment => (moment.GetProperty("hour").GetDouble(), moment.GetProperty(figure).GetDouble()))]);
        Sheet.Write(Path.Combine(plots, "city.png"),
            new SheetPanel("records", "hour of the day; shaded: no host",
                [Line("made", "#8A94A3", "made"), Line("acknowledged", "#1F6FB2", "acknowledged")])
            { Shade = shade },
            new SheetPanel("waiting records", "hour of the day", [Line("", "#C2572B", "waiting")]) { Shade = shade },
            new SheetPanel("memory of a host, MB", "hour of the day", [Line("", "#2C7A4B", "hostMb")]) { Shade = shade });
        return 0;
    }
}
