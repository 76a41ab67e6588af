using FieldNode.Log;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FieldNode.Cli.Flash;

/// <summary>Runs nanoff, nanoFramework's flasher. Its output is forwarded to standard error for the technician.</summary>
internal sealed partial class Nanoff(string path)
{
    public const string NoVersionCheck = "--suppressnanoffversioncheck";

    /// <summary>Commands that install and update nanoff. It targets an older .NET than ours, so it must roll forward.</summary>
    public const string Install = "dotnet tool install -g nanoff --allow-roll-forward";
    public const string Update = "dotnet tool update -g nanoff --allow-roll-forward";

    /// <summary>Oldest version with these options.</summary>
    public static readonly Version VersionMin = new(2, 5);

    // Exit code of the .NET host when the runtime that a program needs is not installed.
    private const int RuntimeMissing = 150;

    private static readonly TimeSpan s_answerTime = TimeSpan.FromMinutes(1);

    /// <summary>nanoff's version, and the serial ports it finds.</summary>
    /// <exception cref="HostFault">nanoff is missing or too old.</exception>
    public async Task<(Version Version, IReadOnlyList<string> Ports)> Look(CancellationToken cancel)
    {
        var (exit, output) = await Run(["--listports", NoVersionCheck], echo: false, cancel);
        var heading = Heading().Match(output);
        if (exit == RuntimeMissing)
        {
            throw new HostFault("nanoff-failed", ExitCode.Failed, $"{path} needs a .NET runtime that is not installed: {Update}",
                $"{path} 需要另一版本的 .NET：{Update}");
        }

        if (exit != 0 || !heading.Success)
        {
            throw new HostFault("nanoff-failed", ExitCode.Failed,
                $"{path} --listports exited with {exit} and printed no version: is it nanoff?",
                $"{path} --listports 返回 {exit} 且没有显示版本：它是 nanoff 吗？");
        }

        var version = Version.Parse(heading.Groups[1].Value);
        if (version < VersionMin)
        {
            throw new HostFault("nanoff-old", ExitCode.Failed, $"nanoff {version} is too old, {VersionMin} is needed: {Update}",
                $"nanoff {version} 版本过旧，需要 {VersionMin}：{Update}");
        }

        return (version, [.. PortLine().Matches(output).Select(match => match.Groups[1].Value).Distinct()]);
    }

    /// <summary>Runs a step and waits for its end.</summary>
    /// <exception cref="HostFault">The step failed; the message says why, and what to do.</exception>
    public async Task Do(FlashStep step, CancellationToken cancel)
    {
        var (exit, output) = await Run(step.Arguments, echo: true, cancel);
        var said = ErrorCode().Match(output); // from the output: an exit status has only eight bits on Unix
        if (exit != 0 || said.Success)
        {
            var code = said.Success ? int.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture) : exit;
            var (english, chinese) = NanoffFailure.Explain(code);
            throw new HostFault("flash-failed", ExitCode.Failed, $"step {step.Name}, nanoff's error {code}: {english}",
                $"步骤 {step.Name}，nanoff 错误 {code}：{chinese}");
        }
    }

    private async Task<(int Exit, string Output)> Run(IReadOnlyList<string> arguments, bool echo, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(echo ? Timeout.InfiniteTimeSpan : s_answerTime);
            await using var killing = patience.Token.Register(() => process.Kill(entireProcessTree: true));
            var output = await Read(process.StandardOutput, echo);
            await process.WaitForExitAsync(CancellationToken.None);
            return cancel.IsCancellationRequested
                ? throw new HostFault("interrupted", ExitCode.Failed,
                    "interrupted: run it again from the start before you use the board", "中途停止：使用该板前请从头重新执行")
                : (process.ExitCode, output);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or FileNotFoundException)
        {
            throw new HostFault("nanoff-missing", ExitCode.Failed, $"{path} cannot be started ({e.Message}): {Install}",
                $"无法启动 {path}（{e.Message}）：{Install}");
        }
    }

    // Not line by line: nanoff draws its progress without ending the line.
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
