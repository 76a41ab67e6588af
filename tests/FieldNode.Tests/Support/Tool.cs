using System.Diagnostics;

namespace FieldNode.Tests.Support;

/// <summary>The fieldnode command, run as a process.</summary>
internal static class Tool
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "fieldnode");

    /// <summary>Runs a command until it exits.</summary>
    public static (int Exit, string Output, string Error) Run(params string[] arguments)
    {
        return Run("", arguments);
    }

    /// <summary>Runs a command with other environment variables.</summary>
    public static (int Exit, string Output, string Error) Run(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        return Run("", arguments, environment);
    }

    /// <summary>Runs a command with other environment variables in a directory.</summary>
    public static (int Exit, string Output, string Error) Run(IReadOnlyDictionary<string, string> environment, string directory,
        string[] arguments)
    {
        return Run("", arguments, environment, directory);
    }

    public static (int Exit, string Output, string Error) Run(string input, string[] arguments,
        IReadOnlyDictionary<string, string>? environment = null, string directory = "")
    {
        using var process = Start(arguments, environment, directory);
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Starts a command that keeps running.</summary>
    public static Process Start(params string[] arguments) => Start(arguments, null, "");

    private static Process Start(string[] arguments, IReadOnlyDictionary<string, string>? environment, string directory)
    {
        var start = new ProcessStartInfo(Path)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Starts serve on a port and waits until it answers.</summary>
    public static Task<(Process Process, Uri Address)> Serve(string data, int port, params string[] more) =>
        Serve(new Uri($"https://127.0.0.1:{port}"), data, more);

    /// <summary>Starts serve without TLS.</summary>
    public static Task<(Process Process, Uri Address)> ServePlain(string data, int port, params string[] more) =>
        Serve(new Uri($"http://127.0.0.1:{port}"), data, [.. more, "--plain-http"]);

    private static async Task<(Process Process, Uri Address)> Serve(Uri address, string data, string[] more)
    {
        var process = Start(["serve", "--data", data, "--urls", address.ToString(), .. more]);
        // Checks only that the server answers.
        using var client = new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        });
        while (true)
        {
            Assert.False(process.HasExited, process.HasExited ? process.StandardError.ReadToEnd() : "");
            try
            {
                await client.GetStringAsync(new Uri(address, "/-/healthy"));
                return (process, address);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(Threads.PollMs);
            }
        }
    }

    /// <summary>Asserts that a failure has its exit status and stable code, and says what to do.</summary>
    public static void AssertFault((int Exit, string Output, string Error) result, int exit, string code, string hint)
    {
        Assert.True(result.Exit == exit, $"exit {result.Exit}: {result.Error}");
        Assert.Contains($"fieldnode: {code}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(hint, result.Error, StringComparison.Ordinal);
    }
}
