using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using FieldNode.Host;

namespace FieldNode.Cli.Flash;

/// <summary>nanoFramework's flasher as a process. Its output goes on to standard error, so that a technician sees what it says.</summary>
internal sealed partial class Nanoff(string path)
{
    public const string NoVersionCheck = "--suppressnanoffversioncheck";

    /// <summary>The oldest whose options these are.</summary>
    public static readonly Version VersionMin = new(2, 5);

    private static readonly TimeSpan s_answerTime = TimeSpan.FromMinutes(1);

    /// <summary>Its version, and the serial ports it finds.</summary>
    /// <exception cref="HostFault">There is no nanoff, or it is too old.</exception>
    public (Version Version, IReadOnlyList<string> Ports) Look()
    {
        var (exit, output) = Run(["--listports", NoVersionCheck], echo: false);
        var heading = Heading().Match(output);
        if (exit != 0 || !heading.Success)
        {
            throw new HostFault("nanoff-failed", ExitCode.Failed, $"{path} --listports ended with {exit} and does not say its version: is it nanoff?", $"{path} --listports 返回 {exit} 且没有显示版本：它是 nanoff 吗？");
        }

        var version = Version.Parse(heading.Groups[1].Value);
        if (version < VersionMin)
        {
            throw new HostFault("nanoff-old", ExitCode.Failed, $"nanoff {version} is too old, {VersionMin} is needed: dotnet tool update -g nanoff", $"nanoff {version} 版本过旧，需要 {VersionMin}：dotnet tool update -g nanoff");
        }

        return (version, [.. PortLine().Matches(output).Select(match => match.Groups[1].Value).Distinct()]);
    }

    /// <summary>Runs a step to its end.</summary>
    /// <exception cref="HostFault">It failed; the message says why, and what to do.</exception>
    public void Do(FlashStep step)
    {
        var (exit, output) = Run(step.Arguments, echo: true);
        var said = ErrorCode().Match(output); // an exit status has only eight bits on Unix
        if (exit != 0 || said.Success)
        {
            var code = said.Success ? int.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture) : exit;
            var (english, chinese) = NanoffFailure.Explain(code);
            throw new HostFault("flash-failed", ExitCode.Failed, $"step {step.Name}, nanoff's error {code}: {english}", $"步骤 {step.Name}，nanoff 错误 {code}：{chinese}");
        }
    }

    private (int Exit, string Output) Run(IReadOnlyList<string> arguments, bool echo)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            var output = Read(process.StandardOutput, echo);
            if (!echo && !process.WaitForExit(s_answerTime))
            {
                process.Kill(entireProcessTree: true);
            }

            process.WaitForExit();
            return (process.ExitCode, output.Result);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or FileNotFoundException)
        {
            throw new HostFault("nanoff-missing", ExitCode.Failed, $"{path} cannot be started ({e.Message}): dotnet tool install -g nanoff", $"无法启动 {path}（{e.Message}）：dotnet tool install -g nanoff");
        }
    }

    // Character by character: nanoff draws its progress without ending the line.
    private static async Task<string> Read(StreamReader reader, bool echo)
    {
        var all = new System.Text.StringBuilder();
        var buffer = new char[256];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            all.Append(buffer, 0, count);
            if (echo)
            {
                await Console.Error.WriteAsync(buffer, 0, count);
            }
        }

        return all.ToString();
    }

    [GeneratedRegex(@"Firmware Flasher v(\d+\.\d+(\.\d+)?)")]
    private static partial Regex Heading();

    [GeneratedRegex(@"Error E(\d{4})\b")]
    private static partial Regex ErrorCode();

    [GeneratedRegex(@"^  (\S+)\s*$", RegexOptions.Multiline)]
    private static partial Regex PortLine();
}
