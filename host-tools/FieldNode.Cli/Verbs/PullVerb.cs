using FieldNode.Host.Access;
using FieldNode.Host.Operations;
using FieldNode.Log;
using System.CommandLine;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode pull: merges another host's log into this one.</summary>
internal static class PullVerb
{
    public static Command Command()
    {
        var url = new Argument<string>("URL") { Description = Help.Text("pull URL") };
        var data = Options.Data();
        var key = new Option<string?>("--key") { Description = Help.Text("pull --key"), HelpName = "KEY" };
        var ca = new Option<string?>("--ca") { Description = Help.Text("pull --ca"), HelpName = "FILE" };
        var json = Options.Json();
        var command = new Command("pull", Help.Text("pull"))
        { url, data, key, ca, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var address = Options.Address("", parsed.GetRequiredValue(url));
            using var client = TrustedClient.Create(parsed.GetValue(ca) is { } file ? Certificates.Read("--ca", file) : []);
            var pull = new SitePull(Options.Open(parsed.GetRequiredValue(data), create: true), TimeProvider.System, client);
            var result = await Watched(address,
                report => pull.Run(address, parsed.GetValue(key) ?? Config.Get("key") ?? "", report, cancel));
            if (parsed.GetValue(json))
            {
                Present.Json(result);
            }

            Say.Info(Say.In($"Host {result.Host}: {result.Batches} batches, {result.Records} new records, {result.Conflicts} in "
                + $"conflict, {result.Rosters} newer rosters",
                $"主机 {result.Host}：{result.Batches} 个批次，{result.Records} 条新记录，{result.Conflicts} 条冲突，{result.Rosters} 份较新名册"));
            if (!result.HasKeys)
            {
                Say.Info(Say.In("That host's FieldNode is too old to provide the keys to people's codes: update it",
                    "对方的 FieldNode 版本过旧，不提供打开人员编号的密钥：请更新"));
            }

            result.Refused.ToList().ForEach(what => Say.Error("bad-tag", what));
            return result.Refused.Count > 0 ? ExitCode.Refused : ExitCode.Done;
        });
        return command;
    }

    private static async Task<SitePullResult> Watched(Uri address, Func<Action<long, long>, Task<SitePullResult>> pull)
    {
        if (!Terminal.IsInteractive)
        {
            return await pull((_, _) => { });
        }

        return await Terminal.Error.Progress().StartAsync(context =>
        {
            var bar = context.AddTask(Markup.Escape(address.Host));
            return pull((done, total) => (bar.MaxValue, bar.Value) = (Math.Max(1, total), done));
        });
    }
}
