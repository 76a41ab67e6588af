using FieldNode.Log.Files;
using System.Diagnostics;
using System.Globalization;

namespace FieldNode.Benchmarks.Merge;

/// <summary>
/// Other programs that make one set of the same records, given to each as lines of node, number and bytes: <c>sort -u</c>, sqlite3 and
/// DuckDB, the latter two into a table keyed by node and number. None of them checks or answers anything.
/// </summary>
internal static class MergePeers
{
    public static (double Sort, double Sqlite3, double DuckDb) Measure(string files, string directory)
    {
        var lines = Path.Combine(directory, "lines.csv");
        Write(files, lines);
        return (Sort(lines, directory), Sqlite3(lines, directory), DuckDb(lines, directory));
    }

    private static void Write(string files, string lines)
    {
        using var writer = new StreamWriter(lines);
        foreach (var file in Directory.GetFiles(files))
        {
            foreach (var part in LogFile.Read(file).Parts)
            {
                foreach (var (sequence, frame) in part.Frames())
                {
                    writer.WriteLine($"{part.NodeId:X16},{sequence:X8},{Convert.ToHexString(frame)}");
                }
            }
        }
    }

    private static double Sort(string lines, string directory)
    {
        var clock = Stopwatch.StartNew();
        Run("sort", ["-u", "-o", Path.Combine(directory, "unique"), lines], directory);
        return clock.Elapsed.TotalSeconds;
    }

    private static double Sqlite3(string lines, string directory)
    {
        var commands = Path.Combine(directory, "import.sql");
        File.WriteAllText(commands, $"PRAGMA synchronous = FULL;\nCREATE TABLE records (node TEXT, sequence TEXT, frame TEXT, PRIMARY KEY "
            + $"(node, sequence)) WITHOUT ROWID;\n.mode csv\n.import {lines} records\n");
        var clock = Stopwatch.StartNew();
        // It complains about each duplicate line.
        Run("sqlite3", [Path.Combine(directory, "peer.db"), $".read {commands}"], directory, mayComplain: true);
        return clock.Elapsed.TotalSeconds;
    }

    // Reports only the time of its statements, so that the start and compilation of its program do not count against it.
    private static double DuckDb(string lines, string directory)
    {
        var source = Path.Combine(Sources(), "Peers", "duckdb.cs");
        return double.Parse(Run("dotnet", ["run", source, "-c", "Release", "--", lines, Path.Combine(directory, "peer.duckdb")], directory),
            CultureInfo.InvariantCulture);
    }

    private static string Sources()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "FieldNode.Benchmarks.csproj")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is outside the project's directory, "
            + "which contains the peers' sources");
    }

    private static string Run(string program, string[] arguments, string directory, bool mayComplain = false)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        start.Environment["TMPDIR"] = directory;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start: install it");
        var complaints = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 || mayComplain ? output.Trim()
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {complaints.Result}");
    }
}
