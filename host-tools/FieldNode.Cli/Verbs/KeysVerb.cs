using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Log.Merge;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode keys: what opens people's codes in logs that another host gets as files.</summary>
internal static class KeysVerb
{
    private const string PassphraseVariable = "FIELDNODE_KEYS_PASSPHRASE";

    public static Command Command()
    {
        return new Command("keys",
            Say.In("Hand the keys that open people's codes in logs to another host", "把打开日志中人员编号的密钥交给另一主机")) { Export(), Import() };
    }

    private static Command Export()
    {
        var file = new Argument<string>("FILE") { Description = Say.In("File to write", "输出文件") };
        var data = Options.Data();
        var command = new Command("export", Say.In(
            $"Writes the keys of all nodes, under the passphrase in {PassphraseVariable}: who has file and passphrase opens the codes in "
                + $"these nodes' logs. A pull over TLS brings them by itself.\n\nExample:\n  {PassphraseVariable}=… fieldnode keys export "
                + "site.keys --data site-data",
            $"写出全部节点的密钥，以 {PassphraseVariable} 中的口令加密：同时持有文件与口令者可打开这些节点日志中的编号。经 TLS 拉取时会自动带上。\n\n示例：\n  {PassphraseVariable}=… fieldnode "
                + $"keys export site.keys --data site-data")) { file, data };
        command.SetAction(parsed =>
        {
            var passphrase = Passphrase();
            var keys = new SealKeys(Options.Open(parsed.GetRequiredValue(data))).All();
            using (var stream = OutputFile.OpenSecret(parsed.GetRequiredValue(file)))
            {
                SealKeyFile.Write(stream, keys, passphrase, Outside.Real.Chance);
            }

            Say.Talk(Say.In($"{keys.Count} keys in {parsed.GetRequiredValue(file)}",
                $"{parsed.GetRequiredValue(file)} 中有 {keys.Count} 个密钥"));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<string>("FILE") { Description = Say.In("File of 'fieldnode keys export'", "'fieldnode keys export' 的文件") };
        var data = Options.Data();
        var command = new Command("import", Say.In(
            $"Takes in another host's keys, and opens with them what was merged before. A key that is here already stays.\n\nExample:\n  "
                + $"{PassphraseVariable}=… fieldnode keys import site.keys --data district-data",
            $"导入另一主机的密钥，并打开此前已合并的内容。已有的密钥不变。\n\n示例：\n  {PassphraseVariable}=… fieldnode keys import site.keys --data district-data")) { file, data };
        command.SetAction(parsed =>
        {
            var keys = SealKeyFile.Read(parsed.GetRequiredValue(file), Passphrase());
            try
            {
                var added = new SealKeys(Options.Open(parsed.GetRequiredValue(data))).Add(keys);
                Say.Talk(Say.In($"{keys.Count} keys, {added} of them new", $"{keys.Count} 个密钥，其中 {added} 个为新"));
                return ExitCode.Done;
            }
            catch (InvalidDataException e)
            {
                throw new HostFault("not-keys", ExitCode.Refused, $"{parsed.GetRequiredValue(file)}: {e.Message}",
                    $"{parsed.GetRequiredValue(file)}：密钥无法读取");
            }
        });
        return command;
    }

    private static string Passphrase()
    {
        return Environment.GetEnvironmentVariable(PassphraseVariable) is { Length: >= 8 } passphrase ? passphrase
            : throw new HostFault("no-passphrase", ExitCode.Usage,
                $"{PassphraseVariable} holds no passphrase: at least 8 characters, the same for export and import",
                $"{PassphraseVariable} 中没有口令：至少 8 个字符，导出与导入须相同");
    }
}
