using System.CommandLine;
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

    /// <summary>Opens a file to write, "-" being standard output.</summary>
    public static Stream OpenOutput(string path)
    {
        try
        {
            return path == "-" ? Console.OpenStandardOutput() : File.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("file-not-writable", ExitCode.Failed, $"{path} cannot be written: {e.Message}", $"无法写入 {path}：{e.Message}");
        }
    }
}
