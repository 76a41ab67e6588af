using System.CommandLine;
using FieldNode.Host;
using FieldNode.Host.Http;
using FieldNode.Host.Store;
using Microsoft.Extensions.Logging;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode serve: the host that nodes upload to.</summary>
internal static class ServeVerb
{
    public static Command Command()
    {
        var data = Options.Data();
        var urls = Options.Urls();
        var log = new Option<string>("--log") { Description = Say.In("How refusals and failures are reported on standard error: text, json or off", "拒绝与故障在标准错误上的记录方式：text、json 或 off"), HelpName = "HOW", DefaultValueFactory = _ => Config.Of("log") ?? "text" };
        log.AcceptOnlyFromAmong("text", "json", "off");
        var command = new Command("serve", Say.In(
            "Takes uploads from nodes and acknowledges them once they are on disk. Ctrl-C stops it; nothing is lost.\n\nExample:\n  fieldnode serve --data site-data --urls http://0.0.0.0:8080",
            "接收节点上传，落盘后确认。Ctrl-C 停止，不丢数据。\n\n示例：\n  fieldnode serve --data site-data --urls http://0.0.0.0:8080")) { data, urls, log };
        command.SetAction((parsed, cancel) => Run(parsed.GetRequiredValue(data), parsed.GetRequiredValue(urls), parsed.GetRequiredValue(log), cancel));
        return command;
    }

    private static async Task<int> Run(string data, string urls, string log, CancellationToken cancel)
    {
        var store = HostStore.Open(data);
        var access = AccessKey.Of(data);
        await using var server = await HostServer.Start(store, urls, TimeProvider.System, access, builder => Log(builder, log));
        Say.Talk(Say.In(
            $"Host {store.HostId:X8} serves {data} on {string.Join(", ", server.Urls)} (plain HTTP: use a closed network). Ctrl-C stops it.",
            $"主机 {store.HostId:X8} 正在 {string.Join("、", server.Urls)} 提供 {data}（明文 HTTP：请用封闭网络）。Ctrl-C 停止。"));
        Say.Talk(Say.In(
            $"The page: {PageAddress(server.Urls.First(), access)}  (big screen: /board). The key at its end opens it, and 'fieldnode pull' needs it.",
            $"网页：{PageAddress(server.Urls.First(), access)}  （大屏：/board）。末尾的密钥用于打开网页，也供 'fieldnode pull' 使用。"));
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            Say.Talk(Say.In("Stopping: finishing what has arrived.", "正在停止：处理完已到达的数据。"));
        }

        return ExitCode.Done;
    }

    private static void Log(ILoggingBuilder builder, string how)
    {
        if (how == "off")
        {
            return;
        }

        builder.SetMinimumLevel(LogLevel.Warning);
        builder.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (how == "json")
        {
            builder.AddJsonConsole(format => (format.UseUtcTimestamp, format.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        }
        else
        {
            builder.AddSimpleConsole(format => (format.SingleLine, format.TimestampFormat, format.ColorBehavior) = (true, "HH:mm:ss ", Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled));
        }
    }

    // A wildcard is no address to open; this computer's name may be unknown to others, so it is shown as it is reached from here.
    private static string PageAddress(string url, AccessKey access)
    {
        return $"{url.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal)}/?key={access.Text}";
    }
}
