using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode status and doctor: the host's state and problems.</summary>
internal static class HealthVerbs
{
    private const long FreeBytesMin = 1_000_000_000;
    private const int YearMin = 2024;

    // A busy host takes seconds to answer. Where none listens, the connection is refused at once.
    private static readonly TimeSpan s_answerWithin = TimeSpan.FromSeconds(30);

    public static Command Status()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("status", Help.Text("status")) { data, json };
        command.SetAction(parsed =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            var fleet = Fleet.Read(store);
            var coverage = CoverageAnswer.Compute(store, fleet, fleet.LastRound, null);
            var doubts = new DoubtsAnswer(store, fleet).List([]).CountBy(doubt => doubt.Kind).ToDictionary();
            if (parsed.GetValue(json))
            {
                Present.Json(new
                {
                    host = $"{store.HostId:X8}",
                    bytes = store.Bytes,
                    nodes = fleet.Nodes.Count,
                    inPlace = fleet.Nodes.Count(node => node.IsInPlace),
                    records = fleet.Nodes.Sum(node => node.Records),
                    round = coverage.Round,
                    coverage.Sampled,
                    coverage.Expected,
                    coverage.Done,
                    coverage.Missing,
                    doubts
                });
            }
            else
            {
                Present.Line(Say.In($"Host {store.HostId:X8}, {store.Path}, {store.Bytes / 1_000_000} MB",
                    $"主机 {store.HostId:X8}，{store.Path}，{store.Bytes / 1_000_000} MB"));
                Present.Line(Say.In($"{fleet.Nodes.Count} nodes, {fleet.Nodes.Count(node => node.IsInPlace)} in place, "
                    + $"{fleet.Nodes.Sum(node => node.Records)} records, last heard {Present.Time(fleet.Nodes.Max(node => node.HeardAt))}",
                    $"{fleet.Nodes.Count} 个节点，{fleet.Nodes.Count(node => node.IsInPlace)} 个就位，{fleet.Nodes.Sum(node => node.Records)} "
                    + $"条记录，最近通信 {Present.Time(fleet.Nodes.Max(node => node.HeardAt))}"));
                Present.Line(Say.In($"Round {coverage.Round}: {coverage.Sampled} people sampled; of {coverage.Expected} expected "
                    + $"{coverage.Done} are done, {coverage.Missing} missing",
                    $"第 {coverage.Round} 轮：已采样 {coverage.Sampled} 人；应采 {coverage.Expected}，已采 {coverage.Done}，未采 {coverage.Missing}"));
                Present.Line(doubts.Count == 0 ? Say.In("Nothing is in doubt", "没有疑点")
                    : Say.In("In doubt: ", "疑点：") + string.Join(", ", doubts.Select(kind => $"{kind.Key} {kind.Value}")));
            }

            return doubts.Count > 0 || coverage.Missing > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
        });
        return command;
    }

    public static Command Doctor()
    {
        var data = Options.Data();
        var urls = Options.Urls();
        var command = new Command("doctor", Help.Text("doctor")) { data, urls };
        command.SetAction(async (parsed, cancel) =>
        {
            var directory = parsed.GetRequiredValue(data);
            (string What, string? Wrong)[] checks =
            [
                (Say.In("the data can be opened and is intact", "数据可打开且完整"), Try(() => Integrity(directory))),
                (Say.In("the data can be written, and there is enough free space", "数据可写且空间充足"), Try(() => Room(directory))),
                (Say.In("the access key exists", "访问密钥存在"), Try(() => { AccessKey.LoadOrCreate(directory); return null; })),
                (Say.In("this computer's clock is plausible", "本机时钟合理"), TimeProvider.System.GetUtcNow().Year < YearMin
                    ? Say.In($"it shows {TimeProvider.System.GetUtcNow():yyyy-MM-dd}: nodes take their time from it; set it",
                    $"显示为 {TimeProvider.System.GetUtcNow():yyyy-MM-dd}：节点以此对时，请校正") : null),
                (Say.In($"a host answers at {parsed.GetRequiredValue(urls)}", $"主机在 {parsed.GetRequiredValue(urls)} 应答"),
                    await Answers(directory, parsed.GetRequiredValue(urls), cancel)),
                (Say.In("no node needs attention", "没有需要查看的节点"), Try(() => Nodes(directory))),
            ];
            foreach (var (what, wrong) in checks)
            {
                Present.Line(wrong is null ? $"✓ {what}" : $"✗ {what}: {wrong}");
            }

            return checks.Any(check => check.Wrong is not null) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static string? Integrity(string directory)
    {
        var found = Options.Open(directory).QuickCheck();
        return found == "ok" ? null : Say.In($"{found}: restore a backup", $"{found}：请恢复备份");
    }

    private static string? Room(string directory)
    {
        var probe = Path.Combine(directory, $"doctor-{Environment.ProcessId}");
        File.WriteAllText(probe, "");
        File.Delete(probe);
        var free = new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        return free >= FreeBytesMin ? null : Say.In($"only {free / 1_000_000} MB free: make it at least {FreeBytesMin / 1_000_000} MB",
            $"仅剩 {free / 1_000_000} MB：请至少腾出 {FreeBytesMin / 1_000_000} MB");
    }

    private static string? Nodes(string directory)
    {
        var troubled = Fleet.Read(Options.Open(directory)).Nodes.Where(node => node.Troubles.Count > 0 || node.IsCloned).ToList();
        return troubled.Count == 0 ? null : string.Join("; ", troubled.Select(node => $"{node.Node.Name}: "
            + $"{string.Join(", ", node.Troubles)}{(node.IsCloned ? " cloned" : "")}"));
    }

    private static async Task<string?> Answers(string directory, string urls, CancellationToken cancel)
    {
        var url = ServeVerb.LocalAddress(urls.Split(';')[0]);
        try
        {
            using var authority = SiteAuthority.LoadOrCreate(Options.Open(directory));
            using var client = TrustedClient.Create(authority.Certificate);
            client.Timeout = s_answerWithin;
            var answer = await client.GetStringAsync(new Uri(new Uri(url), "/-/ready"), cancel);
            return answer.StartsWith("ready", StringComparison.Ordinal) ? null : Say.In("another program answers there", "该地址由其他程序应答");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            var seconds = s_answerWithin.TotalSeconds;
            return Say.In($"no answer in {seconds} s: restart fieldnode serve", $"{seconds} 秒内无应答：请重启 fieldnode serve");
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or HostFault)
        {
            return Say.In($"{e.Message}: start fieldnode serve", $"{e.Message}：请启动 fieldnode serve");
        }
    }

    private static string? Try(Func<string?> check)
    {
        try
        {
            return check();
        }
        catch (HostFault fault)
        {
            return Say.In(fault.English, fault.Chinese);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
