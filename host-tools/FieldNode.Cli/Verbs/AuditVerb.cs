using FieldNode.Log;
using FieldNode.Log.Store;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode audit: who viewed people's codes, and whether the audit log is intact.</summary>
internal static class AuditVerb
{
    public static Command Command()
    {
        return new Command("audit",
            Help.Text("audit")) { Show(), Verify() };
    }

    private static Command Show()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("show", Help.Text("audit show")) { data, json };
        command.SetAction(parsed =>
        {
            var entries = Log(parsed.GetRequiredValue(data)).List();
            if (parsed.GetValue(json))
            {
                Present.Json(entries);
                return ExitCode.Done;
            }

            Present.Table("", Say.IsChinese ? ["序号", "时间", "何人", "角色", "命令", "对象", "人数", "理由"]
                : ["#", "when", "who", "role", "command", "about", "people", "reason"],
                entries.Select(entry => new[] { $"{entry.Number}", Present.Time(entry.At), entry.Disclosure.Who, entry.Disclosure.Role,
                    entry.Disclosure.Verb, entry.Disclosure.Subject, $"{entry.Disclosure.People}", entry.Disclosure.Reason }));
            Say.Info(Say.In(entries.Count == 1 ? "1 entry" : $"{entries.Count} entries", $"{entries.Count} 条"));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("verify", Help.Text("audit verify")) { data, json };
        command.SetAction(parsed =>
        {
            var verdict = Log(parsed.GetRequiredValue(data)).Verify();
            if (parsed.GetValue(json))
            {
                Present.Json(verdict);
            }
            else
            {
                Present.Line(verdict.FirstBad is { } bad
                    ? Say.In($"The audit log is NOT intact: entry {bad} is missing or was changed", $"审计日志不完整：第 {bad} 条缺失或被改动")
                    : Say.In($"The audit log is intact: {verdict.Entries} entries, last hash {verdict.Hash}",
                        $"审计日志完整：{verdict.Entries} 条，末条哈希值 {verdict.Hash}"));
            }

            return verdict.FirstBad is null ? ExitCode.Done : ExitCode.Refused;
        });
        return command;
    }

    private static AuditLog Log(string data) => new(Options.Open(data), TimeProvider.System);
}
