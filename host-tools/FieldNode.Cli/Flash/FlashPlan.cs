namespace FieldNode.Cli.Flash;

/// <summary>One call of nanoff.</summary>
internal sealed record FlashStep(string Name, string English, string Chinese, IReadOnlyList<string> Arguments);

/// <summary>Options of a flash run.</summary>
internal sealed record FlashOptions(Chip Chip, string Image, string? Target, bool SkipRuntime, string? RuntimeVersion, string? ArchivePath,
    string? NetworkFile, string? FilesFile);

/// <summary>
/// The calls of nanoff, in order. Runtime and application need separate calls: in a combined call nanoff ignores --address and uses its own
/// address (see <see cref="Chip"/>).
/// </summary>
internal static class FlashPlan
{
    public static IReadOnlyList<FlashStep> Make(FlashOptions wishes, string port)
    {
        var target = wishes.Chip.Target(wishes.Target);
        string[] from = wishes.ArchivePath is { } archive ? ["--fromarchive", "--archivepath", archive] : [];
        string[] version = wishes.RuntimeVersion is { } wanted ? ["--fwversion", wanted] : [];
        var steps = new List<FlashStep>();
        if (!wishes.SkipRuntime)
        {
            steps.Add(new("runtime", $"Erasing the chip and writing the runtime {target}", $"擦除芯片并写入运行时 {target}",
                ["--platform", "esp32", "--target", target, "--serialport", port, "--update", "--masserase", .. version, .. from,
                    Nanoff.NoVersionCheck]));
        }

        steps.Add(new("application", $"Writing the program at 0x{wishes.Chip.Address:X}", $"写入程序到 0x{wishes.Chip.Address:X}",
            ["--target", target, "--serialport", port, "--deploy", "--image", wishes.Image, "--address", $"0x{wishes.Chip.Address:X}",
                Nanoff.NoVersionCheck]));
        if (wishes.NetworkFile is { } network)
        {
            steps.Add(new("wifi", "Writing the Wi-Fi settings", "写入无线网络设置",
                ["--target", target, "--serialport", port, "--networkdeployment", network, Nanoff.NoVersionCheck]));
        }

        if (wishes.FilesFile is { } files)
        {
            steps.Add(new("files", "Writing files to drive I:", "写入文件到 I: 盘",
                ["--target", target, "--serialport", port, "--filedeployment", files, Nanoff.NoVersionCheck]));
        }

        return steps;
    }
}
