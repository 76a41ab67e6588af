using FieldNode.Log;
using FieldNode.Log.Store;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode audit: who saw codes of people, and whether that record is whole.</summary>
internal static class AuditVerb
{
    public static Command Command()
    {
        return new Command("audit",
            Say.In("Who saw codes of people, when and why, and who let whom in", "谁在何时、因何查看过人员编号，谁添加过账户")) { Show(), Verify() };
    }

    private static Command Show()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("show", Say.In("Lists every disclosure and every change of an account, the oldest first.\n\nExample:\n  "
            + "fieldnode audit show --data site-data",
            "列出每次查看与账户变更，最早的在前。\n\n示例：\n  fieldnode audit show --data site-data")) { data, json };
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
                entries.Select(entry => new[] { $"{entry.Number}", Present.Time(entry.At), entry.Disclosure.Who, entry.Disclosure.Role, entry.Disclosure.Verb, entry.Disclosure.Subject, $"{entry.Disclosure.People}", entry.Disclosure.Reason }));
            Say.Talk(Say.In(entries.Count == 1 ? "1 entry" : $"{entries.Count} entries", $"{entries.Count} 条"));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("verify", Say.In(
            "Checks that no entry was changed, added or taken away by somebody without the store's key. Keep the hash elsewhere: an older "
                + "copy of the whole store put back shows by it. Exit 4 when the log is not whole.\n\nExample:\n  fieldnode audit verify "
                + "--data site-data",
            "检查是否有人在没有存储密钥的情况下改动、增加或删除过条目。请另存末条散列：整库被换回旧副本时可据此发现。日志不完整时退出码为 4。\n\n示例：\n  fieldnode audit verify --data site-data")) { data, json };
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
                    ? Say.In($"The audit log is NOT whole: entry {bad} is missing or was changed", $"审计日志不完整：第 {bad} 条缺失或被改动")
                    : Say.In($"The audit log is whole: {verdict.Entries} entries, last hash {verdict.Hash}",
                        $"审计日志完整：{verdict.Entries} 条，末条散列 {verdict.Hash}"));
            }

            return verdict.FirstBad is null ? ExitCode.Done : ExitCode.Refused;
        });
        return command;
    }

    private static AuditLog Log(string data) => new(Options.Open(data), TimeProvider.System);
}
