using System.Diagnostics;

namespace FieldNode.Tests.Support;

/// <summary>The repository's root, and how to run commands in it.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Fixture(string name) => Path.Combine(Root, "tests", "fixtures", name);

    /// <summary>Runs a program until it exits; returns the output of both streams in order of arrival.</summary>
    public static (int Exit, string Output) Run(string program, string workingDirectory, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static string Find()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "FieldNode.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no parent folder has FieldNode.sln");
        }

        return directory;
    }
}

/// <summary>A directory that is deleted after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fieldnode-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Path, recursive: true);
    }
}
