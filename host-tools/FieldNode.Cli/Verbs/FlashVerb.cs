using System.CommandLine;
using System.Text.Json;
using FieldNode.Cli.Flash;
using FieldNode.Log;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode flash: writes runtime and program to a board with nanoff.</summary>
internal static class FlashVerb
{
    private static readonly Option<string> s_image = new("--image")
    {
        Description = Help.Text("flash --image"),
        HelpName = "FILE",
        Required = true
    };
    private static readonly Option<string> s_port = new("--port") { Description = Help.Text("flash --port"), HelpName = "PORT" };
    private static readonly Option<string> s_chip = new("--chip")
    {
        Description = Help.Text("flash --chip"),
        HelpName = "CHIP",
        DefaultValueFactory = _ => Chip.All[0].Name
    };
    private static readonly Option<string> s_target = new("--target") { Description = Help.Text("flash --target"), HelpName = "NAME" };
    private static readonly Option<string> s_runtime = new("--runtime") { Description = Help.Text("flash --runtime"), HelpName = "V" };
    private static readonly Option<bool> s_programOnly = new("--program-only") { Description = Help.Text("flash --program-only") };
    private static readonly Option<string> s_archive = new("--archive") { Description = Help.Text("flash --archive"), HelpName = "DIR" };
    private static readonly Option<string> s_wifi = new("--wifi") { Description = Help.Text("flash --wifi"), HelpName = "SSID" };
    private static readonly Option<string> s_password = new("--wifi-password")
    {
        Description = Help.Text("flash --wifi-password"),
        HelpName = "P"
    };
    private static readonly Option<string> s_files = new("--files") { Description = Help.Text("flash --files"), HelpName = "DIR" };
    private static readonly Option<string> s_nanoff = new("--nanoff")
    {
        Description = Help.Text("flash --nanoff"),
        HelpName = "PATH",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FIELDNODE_NANOFF") ?? "nanoff"
    };
    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = Help.Text("flash --dry-run") };

    public static Command Command()
    {
        s_chip.AcceptOnlyFromAmong([.. Chip.All.Select(chip => chip.Name)]);
        var json = Options.Json();
        var command = new Command("flash", Help.Text("flash"))
        { s_image, s_port, s_chip, s_target, s_runtime, s_programOnly, s_archive, s_wifi, s_password, s_files, s_nanoff, s_dryRun, json };
        command.SetAction((parsed, cancel) => Run(parsed, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, bool json, CancellationToken cancel)
    {
        var chip = Chip.All.Single(known => known.Name == parsed.GetRequiredValue(s_chip));
        chip.Target(parsed.GetValue(s_target));
        ApplicationImage.Check(parsed.GetRequiredValue(s_image), chip);
        var nanoff = new Nanoff(parsed.GetRequiredValue(s_nanoff));
        var (version, ports) = await nanoff.Look(cancel);
        var port = Port(parsed.GetValue(s_port), ports);
        CheckArchive(parsed.GetValue(s_archive));
        using var folder = new DeploymentFolder();
        var steps = FlashPlan.Make(new FlashOptions(chip, parsed.GetRequiredValue(s_image), parsed.GetValue(s_target),
            parsed.GetValue(s_programOnly), parsed.GetValue(s_runtime),
            parsed.GetValue(s_archive), Network(parsed, folder, port), Files(parsed, folder, port)), port);
        Say.Info(Say.In($"nanoff {version}, {chip.Name} at {port}", $"nanoff {version}，{chip.Name} 在 {port}"));
        var dryRun = parsed.GetValue(s_dryRun);
        for (var i = 0; i < steps.Count; i++)
        {
            Say.Info($"{i + 1}/{steps.Count} {Say.In(steps[i].English, steps[i].Chinese)}");
            if (dryRun && !json)
            {
                Console.Out.WriteLine($"{parsed.GetRequiredValue(s_nanoff)} {string.Join(' ', steps[i].Arguments.Select(Quote))}");
            }
            else if (!dryRun)
            {
                await nanoff.Do(steps[i], cancel);
            }
        }

        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                nanoff = version.ToString(),
                chip = chip.Name,
                port,
                dryRun,
                steps = steps.Select(step => new { name = step.Name, arguments = step.Arguments })
            }));
        }

        Say.Info(dryRun ? Say.In("Nothing was written. The real run creates the files named above again.", "没有写入任何内容。上面提到的文件在真正执行时重新生成。")
            : Say.In("Done: press RESET; the screen asks for the enrolment card (fieldnode nodes add).",
            "完成：按 RESET，屏幕将要求扫描登记卡（fieldnode nodes add）。"));
        return ExitCode.Done;
    }

    private static string Port(string? wanted, IReadOnlyList<string> ports)
    {
        var listed = string.Join(", ", ports);
        if (wanted is not null)
        {
            return ports.Contains(wanted) ? wanted
                : throw new HostFault("no-port", ExitCode.Failed,
                $"--port {wanted} not found; available: {(listed.Length > 0 ? listed : "none")}",
                $"没有 --port {wanted}；现有：{(listed.Length > 0 ? listed : "无")}");
        }

        return ports.Count switch
        {
            1 => ports[0],
            0 => throw new HostFault("no-port", ExitCode.Failed, "no serial port found: plug the board in with a data cable",
                "没有串口：请用数据线插上板子"),
            _ => throw new HostFault("several-ports", ExitCode.Usage, $"there are several serial ports, give one with --port: {listed}",
                $"有多个串口，请用 --port 指定：{listed}"),
        };
    }

    private static void CheckArchive(string? path)
    {
        if (path is not null && !Directory.Exists(path))
        {
            throw new HostFault("no-archive", ExitCode.Usage,
                $"--archive {path} is not a folder: make one with nanoff --updatearchive --archivepath",
                $"--archive {path} 不是目录：请用 nanoff --updatearchive --archivepath 生成");
        }
    }

    private static string? Network(ParseResult parsed, DeploymentFolder folder, string port)
    {
        var (ssid, password) = (parsed.GetValue(s_wifi) ?? "", parsed.GetValue(s_password) ?? "");
        WifiOptions.Check(ssid, password);
        if (ssid.Length == 0)
        {
            return null;
        }

        return folder.Write("network.json",
            new { SerialPort = port, WirelessClient = new { Ssid = ssid, Password = password, ConfigurationOption = "AutoConnect" } });
    }

    private static string? Files(ParseResult parsed, DeploymentFolder folder, string port)
    {
        if (parsed.GetValue(s_files) is not { } path)
        {
            return null;
        }

        var files = Directory.Exists(path) ? Directory.GetFiles(path).Order(StringComparer.Ordinal).ToList() : [];
        return files.Count > 0
            ? folder.Write("files.json",
                new
                {
                    SerialPort = port,
                    Files = files.Select(file =>
                    new { DestinationFilePath = @"I:\" + Path.GetFileName(file), SourceFilePath = Path.GetFullPath(file) })
                })
            : throw new HostFault("no-files", ExitCode.Usage, $"--files {path} is not a folder with files", $"--files {path} 不是含有文件的目录");
    }

    private static string Quote(string argument)
    {
        return argument.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=+,\\".Contains(letter, StringComparison.Ordinal))
            ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
