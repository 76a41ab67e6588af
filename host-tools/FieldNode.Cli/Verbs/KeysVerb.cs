using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Log.Merge;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode keys: exports and imports the keys to people's codes, for a host that gets logs as files.</summary>
internal static class KeysVerb
{
    private const string PassphraseVariable = "FIELDNODE_KEYS_PASSPHRASE";

    public static Command Command()
    {
        return new Command("keys", Help.Text("keys")) { Export(), Import() };
    }

    private static Command Export()
    {
        var file = new Argument<string>("FILE") { Description = Help.Text("keys export FILE") };
        var data = Options.Data();
        var command = new Command("export", Help.Text("keys export")) { file, data };
        command.SetAction(parsed =>
        {
            var passphrase = Passphrase();
            var keys = new SealKeys(Options.Open(parsed.GetRequiredValue(data))).All();
            using (var stream = OutputFile.OpenSecret(parsed.GetRequiredValue(file)))
            {
                SealKeyFile.Write(stream, keys, passphrase, Outside.Real.Chance);
            }

            Say.Info(Say.In($"{keys.Count} keys in {parsed.GetRequiredValue(file)}",
                $"{parsed.GetRequiredValue(file)} 中有 {keys.Count} 个密钥"));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<string>("FILE") { Description = Help.Text("keys import FILE") };
        var data = Options.Data();
        var command = new Command("import", Help.Text("keys import")) { file, data };
        command.SetAction(parsed =>
        {
            var keys = SealKeyFile.Read(parsed.GetRequiredValue(file), Passphrase());
            try
            {
                var added = new SealKeys(Options.Open(parsed.GetRequiredValue(data))).Add(keys);
                Say.Info(Say.In($"{keys.Count} keys, {added} of them new", $"{keys.Count} 个密钥，其中 {added} 个为新"));
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
                $"{PassphraseVariable} must be a passphrase of at least 8 characters, the same for export and import",
                $"{PassphraseVariable} 中没有口令：至少 8 个字符，导出与导入须相同");
    }
}
