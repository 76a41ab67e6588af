using FieldNode.Log;

namespace FieldNode.Tests.Support;

/// <summary>A simulated day that takes a while. The real command runs once, and all tests that read the result share it. No test changes
/// it.</summary>
internal sealed class SharedDay
{
    private readonly Lazy<TemporaryDirectory> _directory = new(() => new TemporaryDirectory());
    private readonly Lazy<(int Exit, string Output, string Error)> _run;

    private SharedDay(Func<string, string[]> command)
    {
        _run = new(() => Tool.Run(command(Out)));
    }

    /// <summary>The demo of one site, 600 people.</summary>
    public static SharedDay Site { get; } = new(directory => ["demo", "--out", directory]);

    /// <summary>The demo of a subdistrict, 22,000 people.</summary>
    public static SharedDay Subdistrict { get; } = new(directory => ["demo", "--scenario", "subdistrict", "--out", directory, "--json"]);

    /// <summary>Half a day at two sites, shown on the page and in the guides.</summary>
    public static SharedDay Page { get; } = new(directory => ["simulate", "--scenario", Repository.Fixture("page-day.json"), "--faults",
        "none", "--seed", "7", "--keep", directory]);

    /// <summary>The exit code and output of the command.</summary>
    public (int Exit, string Output, string Error) Result => _run.Value;

    private string Out => _directory.Value.File("day");

    /// <summary>Path of one of the resulting files.</summary>
    public string File(string name)
    {
        Assert.True(Result.Exit == ExitCode.Done, Result.Output + Result.Error);
        return Path.Combine(Out, name);
    }

    /// <summary>Copies the whole result.</summary>
    public void CopyTo(string directory)
    {
        Assert.True(Result.Exit == ExitCode.Done, Result.Output + Result.Error);
        foreach (var path in Directory.EnumerateFiles(Out, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(directory, Path.GetRelativePath(Out, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            System.IO.File.Copy(path, copy);
        }
    }

    public static void DisposeAll()
    {
        foreach (var day in new[] { Site, Subdistrict, Page }.Where(day => day._directory.IsValueCreated))
        {
            day._directory.Value.Dispose();
        }
    }
}
