using FieldNode.Log;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;

namespace FieldNode.Cli;

/// <summary>Values of options that are not given: FIELDNODE_NAME in the environment, else fieldnode.toml, else the command's own
/// default.</summary>
internal static class Config
{
    public const string FileName = "fieldnode.toml";

    private const string FileVariable = "FIELDNODE_CONFIG";

    private static readonly string[] s_names = ["data", "store", "urls", "lang", "key", "who", "log"];
    private static Dictionary<string, string> s_file = [];

    /// <summary>All settings that the file may contain.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>Why fieldnode.toml in the current directory is ignored; null if it is used or absent.</summary>
    public static (string English, string Chinese)? Ignored { get; private set; }

    /// <summary>
    /// Reads the file named by FIELDNODE_CONFIG, else fieldnode.toml in the current directory if present. The latter is ignored if another
    /// user could have written it, because it says where the store is and who decides.
    /// </summary>
    /// <exception cref="HostFault">The file cannot be read or contains an invalid setting.</exception>
    public static void Read()
    {
        var told = Environment.GetEnvironmentVariable(FileVariable);
        var path = told ?? FileName;
        if (told is null && !File.Exists(path))
        {
            return;
        }

        if (told is null && FileOwner.Stranger(path) is { } stranger)
        {
            Ignored = ($"{Path.GetFullPath(path)} is ignored: {stranger.English}. If it is yours: chmod go-w, or name it in "
                + $"{FileVariable}",
                $"未采用 {Path.GetFullPath(path)}：{stranger.Chinese}。若确属本人：chmod go-w，或用 {FileVariable} 指明");
            return;
        }

        try
        {
            s_file = Read(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TomlException)
        {
            throw Bad(path, e.Message);
        }
    }

    /// <summary>A setting from the environment or the file; null if neither has it.</summary>
    public static string? Get(string name)
    {
        return Environment.GetEnvironmentVariable($"FIELDNODE_{name.ToUpperInvariant()}") ?? s_file.GetValueOrDefault(name);
    }

    /// <summary>Data directory if --data is not given.</summary>
    public static string DefaultData => Get("data") ?? "fieldnode-data";

    /// <summary>The database of a data directory: FIELDNODE_STORE, else the file's store, but only for the default data directory: another
    /// --data is another store.</summary>
    public static string? StoreOf(string data)
    {
        return Environment.GetEnvironmentVariable("FIELDNODE_STORE") ?? (data == DefaultData ? s_file.GetValueOrDefault("store") : null);
    }

    private static Dictionary<string, string> Read(string path, string text)
    {
        var document = SyntaxParser.Parse(text, path);
        if (document.HasErrors)
        {
            var first = document.Diagnostics[0];
            throw Bad(path, $"line {first.Span.Start.Line + 1}: {first.Message}");
        }

        var settings = new Dictionary<string, string>();
        foreach (var (name, value) in TomlSerializer.Deserialize<TomlTable>(text) ?? [])
        {
            settings[name] = s_names.Contains(name) && value is string setting ? setting
                : throw Bad(path, $"'{name}' is not accepted: settings are {string.Join(", ", s_names)}, each a string");
        }

        return settings;
    }

    private static HostFault Bad(string path, string why)
    {
        return new HostFault("bad-config", ExitCode.Usage, $"{path}: {why}", $"{path}：{why}");
    }
}
