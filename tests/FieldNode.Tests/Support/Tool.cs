using System.Diagnostics;

namespace FieldNode.Tests.Support;

/// <summary>The fieldnode command as a process, as a user runs it.</summary>
internal static class Tool
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "fieldnode");

    /// <summary>Runs a command to its end.</summary>
    public static (int Exit, string Output, string Error) Run(params string[] arguments)
    {
        return Run("", arguments);
    }

    public static (int Exit, string Output, string Error) Run(string input, string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Starts a command that goes on.</summary>
    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Starts serve on a free port and waits until it answers.</summary>
    public static async Task<(Process Process, Uri Address)> Serve(string data, int port)
    {
        var address = new Uri($"http://127.0.0.1:{port}");
        var process = Start("serve", "--data", data, "--urls", address.ToString());
        using var client = new HttpClient();
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
                await Task.Yield();
            }
        }
    }

    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
