using FieldNode.Answers.Roster;
using FieldNode.Host.Access;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Pull;
using System.CommandLine;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode pull: another host's merged log into this one.</summary>
internal static class PullVerb
{
    public static Command Command()
    {
        var url = new Argument<string>("URL") { Description = Say.In("Address of the other host, for example https://10.0.0.5:8443", "另一主机的地址，例如 https://10.0.0.5:8443") };
        var data = Options.Data();
        var key = new Option<string?>("--key") { Description = Say.In("The other host's access key: what its file access-key holds [FIELDNODE_KEY]", "另一主机的访问密钥：其数据目录中 access-key 的内容 [FIELDNODE_KEY]"), HelpName = "KEY" };
        var ca = new Option<string?>("--ca") { Description = Say.In("The other host's site-ca.pem (default: the authorities that this computer trusts)", "对方的 site-ca.pem（默认：本机信任的机构）"), HelpName = "FILE" };
        var json = Options.Json();
        var command = new Command("pull", Say.In(
            "Brings another host's merged log into this one: records, decisions, names of nodes, and rosters that are newer. What is here already is not brought again; an interrupted pull goes on where it stopped.\n\nExample:\n  fieldnode pull https://10.0.0.5:8443 --key 0123… --ca site-ca.pem --data district-data",
            "把另一主机的合并日志并入本机：记录、决定、节点名称与较新的名册。已有的不再传输；中断后可继续。\n\n示例：\n  fieldnode pull https://10.0.0.5:8443 --key 0123… --ca site-ca.pem --data district-data"))
        { url, data, key, ca, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var address = Options.Address("", parsed.GetRequiredValue(url));
            using var client = TrustedClient.Of(parsed.GetValue(ca) is { } file ? Certificates.Read("--ca", file) : []);
            var pull = new SitePull(Options.Open(parsed.GetRequiredValue(data), create: true), TimeProvider.System, client);
            var result = await Watched(address, report => pull.Run(address, parsed.GetValue(key) ?? Config.Of("key") ?? "", report, cancel));
            if (parsed.GetValue(json))
            {
                Present.Json(result);
            }

            Say.Talk(Say.In($"Host {result.Host}: {result.Batches} batches, {result.Records} new records, {result.Conflicts} in conflict, {result.Rosters} newer rosters", $"主机 {result.Host}：{result.Batches} 个批次，{result.Records} 条新记录，{result.Conflicts} 条冲突，{result.Rosters} 份较新名册"));
            if (!result.HasKeys)
            {
                Say.Talk(Say.In("That host's FieldNode hands out no keys that open people's codes: bring it up to date", "对方的 FieldNode 版本过旧，不提供打开人员编号的密钥：请更新"));
            }

            result.Refused.ToList().ForEach(what => Say.Error("bad-tag", what));
            return result.Refused.Count > 0 ? ExitCode.Refused : ExitCode.Done;
        });
        return command;
    }

    private static async Task<SitePullResult> Watched(Uri address, Func<Action<long, long>, Task<SitePullResult>> pull)
    {
        if (!Terminal.IsWatched)
        {
            return await pull((_, _) => { });
        }

        return await Terminal.Talk.Progress().StartAsync(context =>
        {
            var bar = context.AddTask(Markup.Escape(address.Host));
            return pull((done, total) => (bar.MaxValue, bar.Value) = (Math.Max(1, total), done));
        });
    }
}
