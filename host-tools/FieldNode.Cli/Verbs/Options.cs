using System.CommandLine;
using System.Globalization;
using FieldNode.Host;

namespace FieldNode.Cli.Verbs;

/// <summary>Options that several verbs share.</summary>
internal static class Options
{
    /// <summary>The host's data directory: --data, else FIELDNODE_DATA, else ./fieldnode-data.</summary>
    public static Option<string> Data()
    {
        return new Option<string>("--data")
        {
            Description = Say.In("The host's data directory [FIELDNODE_DATA]", "主机数据目录 [FIELDNODE_DATA]"),
            HelpName = "DIR",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FIELDNODE_DATA") ?? "fieldnode-data",
        };
    }

    public static Option<bool> Json()
    {
        return new Option<bool>("--json") { Description = Say.In("Print JSON for a script", "输出 JSON 供脚本使用") };
    }

    /// <summary>A whole number within bounds; anything else is wrong use, in one line that names value and bounds.</summary>
    public static Option<int?> Number(string name, int min, int max)
    {
        var option = new Option<int?>(name)
        {
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
                {
                    return value;
                }

                result.AddError(Say.In($"{name} '{text}' is not accepted: a whole number from {min} to {max}", $"{name} '{text}' 不可用：须为 {min} 至 {max} 的整数"));
                return null;
            },
        };
        return option;
    }

    /// <summary>Opens a file to write, "-" being standard output.</summary>
    public static Stream OpenOutput(string path)
    {
        return path == "-" ? Console.OpenStandardOutput() : Create(path, new FileStreamOptions());
    }

    /// <summary>Opens a file that only its owner may read: an enrolment card is a key.</summary>
    public static Stream OpenSecret(string path)
    {
        var options = new FileStreamOptions();
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return Create(path, options);
    }

    private static FileStream Create(string path, FileStreamOptions options)
    {
        options.Mode = FileMode.Create;
        options.Access = FileAccess.Write;
        try
        {
            return new FileStream(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HostFault("file-not-writable", ExitCode.Failed, $"{path} cannot be written: {e.Message}", $"无法写入 {path}：{e.Message}");
        }
    }
}
