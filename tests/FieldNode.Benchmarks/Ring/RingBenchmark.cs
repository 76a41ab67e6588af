using System.Globalization;
using Spectre.Console;

namespace FieldNode.Benchmarks.Ring;

/// <summary>Counts, prints the counts beside goals and peers, and sets the exit code to whether every goal is met.</summary>
internal static class RingBenchmark
{
    private static readonly IAnsiConsole s_console = MakeConsole();

    // Published figures from shared/anchors.md, measured on one emulated NOR with the same workload; not run here.
    private static readonly string[][] s_peers =
    [
        ["floor: 48 + CRC-32, one call", "52", "1", "", "12.8", "1.0", "4,914", "1.42"],
        ["FCB (CRC-8)", "50.1", "3.2", "", "11.7", "1.04", "5,104", "2.77"],
        ["FlashDB TSDB, fixed", "54.3", "4.3", "", "13.3", "1.01", "4,537", "3.6"],
        ["ringfs (no CRC)", "56.2", "3.2", "", "12.2", "1.05", "4,837", "2.80"],
        ["sequential-storage", "56.1", "2.2", "", "13.1", "1.03", "4,600", "2.15"],
        ["littlefs, best layout", "2,127", "9.8", "", "1,010", "1.9–5", "3,440", "52"],
        ["SPIFFS, best layout", "566", "13", "", "143", "1.0", "1,201", "15.7"],
    ];

    private static readonly string[][] s_peerMounts =
    [
        ["ringfs", "70 / 536", "4,116 / 32,848", "up to 832,852 B", "50"],
        ["FlashDB", "169 / 4,768", "8,303 / 263,936", "up to 3.3 MB", "50"],
        ["FCB", "429 / 5,155", "5,613 / 70,339", "", ""],
        ["sequential-storage", "118 / 728", "4,169 / 16,792", "", "50"],
        ["littlefs", "8,104 / 136,896", "", "", ""],
    ];

    public static int Run(bool json)
    {
        var figures = RingFigures.Measure();
        var goals = Goals(figures);
        if (json)
        {
            Console.Out.WriteLine(JsonFigures.Of(figures));
        }
        else
        {
            PrintAppends(figures);
            PrintMounts(figures);
            PrintRest(figures);
            PrintGoals(goals);
        }

        return goals.All(goal => goal.IsMet) ? 0 : 1;
    }

    private static List<(string What, string Limit, string Value, bool IsMet)> Goals(RingFigures f)
    {
        return
        [
            ("bytes programmed per record, seals at most 1 of them", "≤ 54 + 1", N(f.BytesPerRecord, 2), f.BytesPerRecord <= 54 + 1),
            ("program calls of an append", "= 1", $"{N(f.ProgramCallsPerRecord, 3)}, at most {f.ProgramCallsMax}",
                f.ProgramCallsPerRecord == 1 && f.ProgramCallsMax == 1),
            ("page programs per record", "≤ 1.25", N(f.PageProgramsPerRecord, 3), f.PageProgramsPerRecord <= 1.25),
            ("pages of one program call", "≤ 2", $"{f.PagesPerCallMax}", f.PagesPerCallMax <= 2),
            ("erases per 1,000", "≤ 13.4", N(f.ErasesPer1000, 2), f.ErasesPer1000 <= 13.4),
            ("wear, max ÷ mean", "≤ 1.05", N(f.WearMaxOverMean, 3), f.WearMaxOverMean <= 1.05),
            ("records held in 256 KiB", "≥ 4,725", $"{f.RecordsHeld256KiB:N0}", f.RecordsHeld256KiB >= 4725),
            ("mount and first unread, 256 KiB: reads", "≤ 25", $"{f.MountReads256KiB}", f.MountReads256KiB <= 25),
            ("… bytes beside the newest sector", "≤ 1,024", $"{f.MountBytes256KiB:N0}", f.MountBytes256KiB <= 1024),
            ("mount and first unread, 16 MiB: reads", "≤ 40", $"{f.MountReads16MiB}", f.MountReads16MiB <= 40),
            ("… after 200,000 consumed", "≤ 40", $"{f.MountReads16MiBAfterConsuming}", f.MountReads16MiBAfterConsuming <= 40),
            ("acknowledge 50: program calls", "= 1", $"{f.Acknowledge50Programs}", f.Acknowledge50Programs == 1),
            ("… bytes", "≤ 16", $"{f.Acknowledge50Bytes}", f.Acknowledge50Bytes <= 16),
        ];
    }

    private static void PrintAppends(RingFigures f)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .Title("100,000 appends of 48 bytes, 256 KiB, 4 KiB sectors (peers: as published, same workload)");
        table.AddColumns("library", "B / record", "program calls", "page programs", "erases / 1,000", "wear max ÷ mean", "held",
            "flash ms / record");
        table.AddRow("FieldNode", N(f.BytesPerRecord, 2), N(f.ProgramCallsPerRecord, 2), N(f.PageProgramsPerRecord, 3),
            N(f.ErasesPer1000, 2), N(f.WearMaxOverMean, 3), $"{f.RecordsHeld256KiB:N0}", N(f.FlashMsPerRecord, 2));
        foreach (var peer in s_peers)
        {
            table.AddRow(peer);
        }

        s_console.Write(table);
    }

    private static void PrintMounts(RingFigures f)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("Mount and first unread: read calls / bytes");
        table.AddColumns("library", "256 KiB", "16 MiB", "16 MiB after consuming", "programs to acknowledge 50");
        table.AddRow("FieldNode", $"{f.MountReads256KiB} / {f.MountBytes256KiB:N0} + {f.MountNewestSectorBytes:N0}",
            $"{f.MountReads16MiB} / {f.MountBytes16MiB:N0} + {f.MountNewestSectorBytes:N0}", $"{f.MountReads16MiBAfterConsuming} reads",
            $"{f.Acknowledge50Programs}");
        foreach (var peer in s_peerMounts)
        {
            table.AddRow(peer);
        }

        s_console.Write(table);
    }

    private static void PrintRest(RingFigures f)
    {
        Console.Out.WriteLine($"A record is {f.RecordBytes} bytes: type 1, ticks 4, content 43. Every 50 are acknowledged; the "
            + "lane saw only these records.");
        Console.Out.WriteLine($"With acknowledgements {N(f.BytesPerRecordWithAcknowledgements, 2)} B and "
            + $"{N(f.AllProgramCallsPerRecord, 3)} program calls per record, including erase proofs.");
        Console.Out.WriteLine($"On a lane in mid-day the head carries badge, tube and people: {N(f.BytesPerRecordTubeOpen, 2)} B with "
            + $"five in the tube, {N(f.BytesPerRecordTubeFull, 2)} B and {f.RecordsHeld256KiBTubeFull:N0} held with ten.");
        Console.Out.WriteLine($"Inside appends: {f.ErasesInAppends} erases, at most {f.ReadsPerAppendMax} reads. RAM: "
            + $"{f.RamBytes256KiB:N0} B at 256 KiB, {f.RamBytes16MiB:N0} B at 16 MiB (.NET, 64 bits).");
    }

    private static void PrintGoals(List<(string What, string Limit, string Value, bool IsMet)> goals)
    {
        foreach (var (what, limit, value, isMet) in goals)
        {
            Console.Out.WriteLine($"{(isMet ? "met    " : "NOT MET")}  {what,-40} {limit,-8} {value}");
        }
    }

    // Tables have full width if there is no terminal to limit them.
    private static IAnsiConsole MakeConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = 160;
        }

        return console;
    }

    private static string N(double value, int digits)
    {
        return value.ToString("F" + digits, CultureInfo.InvariantCulture);
    }
}
