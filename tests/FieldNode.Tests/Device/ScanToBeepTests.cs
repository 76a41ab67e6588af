using System.Globalization;
using System.Text.Json;
using FieldNode.Tests.Support;
using FieldNode.Tests.Timing;

namespace FieldNode.Tests.Device;

/// <summary>
/// Time from a code's last byte to its beep, with the ESP32's cost of every step of the program: instructions, calls, flash, buses, ticks,
/// and platform calls that block everything.
/// </summary>
public sealed class ScanToBeepTests(ITestOutputHelper output)
{
    private const double MsMax = 200;
    private const double MsOfMost = 120;
    private static readonly int s_scans = Sweep.Count(10_000, 1_000);

    [Fact]
    public void Whatever_network_flash_and_roster_do_a_beep_follows_its_code_within_200_ms()
    {
        var result = Run(new TimedRun(Seed.Take(nameof(Whatever_network_flash_and_roster_do_a_beep_follows_its_code_within_200_ms)),
            s_scans,
            [Trouble.None, Trouble.Network, Trouble.Roster, Trouble.Flash, Trouble.NoTerminator, Trouble.Mixed], OverTls: true));

        var all = result.Beeps.Values.SelectMany(beeps => beeps).Order().ToList();
        Assert.InRange(all.Count, s_scans * 0.95, s_scans);
        Assert.Empty(result.Mistakes);
        Assert.Equal(0, result.Stops);
        Assert.InRange(all[^1], 0, MsMax);
        Assert.InRange(all[all.Count * 99 / 100], 0, MsOfMost);
    }

    [Fact]
    public void A_host_that_nobody_knows_and_TLS_stop_a_lane_only_while_it_rests()
    {
        var result = Run(new TimedRun(Seed.Take(nameof(A_host_that_nobody_knows_and_TLS_stop_a_lane_only_while_it_rests)), 300,
            [Trouble.None], HasNoHost: true));

        Assert.Equal(0, result.Stops);
        Assert.InRange(result.Beeps[Trouble.None][^1], 0, MsMax);
    }

    [Fact]
    public void A_panel_whose_bus_hangs_costs_a_second_once_a_minute()
    {
        var result = Run(new TimedRun(Seed.Take(nameof(A_panel_whose_bus_hangs_costs_a_second_once_a_minute)), 300,
            [Trouble.None, Trouble.StuckPanel]));

        var beeps = result.Beeps[Trouble.StuckPanel];
        Assert.InRange(result.StuckTransfers, 1, 10); // in six minutes
        Assert.InRange(beeps[^1], 0, MsMax + 1000);
        Assert.InRange(beeps[beeps.Length / 2], 0, MsOfMost);
    }

    private TimedResult Run(TimedRun run)
    {
        var result = JsonSerializer.Deserialize<TimedResult>(MeteredFirmware.Run(typeof(TimedLane), nameof(TimedLane.Run),
            JsonSerializer.Serialize(run)))!;
        foreach (var (trouble, beeps) in result.Beeps)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{trouble,-14} {beeps.Length,6} beeps  median {beeps[beeps.Length / 2],6:F1}  "
                + $"p99 {beeps[beeps.Length * 99 / 100],6:F1}  worst {beeps[^1],7:F1} ms  longest loop "
                + $"{result.LongestLoopMs.GetValueOrDefault(trouble),6:F1} ms"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Unheard} unheard, {result.Stops} stops, {result.Uploaded} records on the "
            + $"host, {result.StuckTransfers} transfers stuck {string.Join("; ", result.Mistakes.Take(3))}"));
        return result;
    }
}
