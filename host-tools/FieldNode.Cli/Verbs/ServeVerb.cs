using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Log;
using FieldNode.Log.Store;
using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode serve: the host that nodes upload to.</summary>
internal static class ServeVerb
{
    public static Command Command()
    {
        var data = Options.Data();
        var database = new Option<string?>("--store") { Description = Help.Text("serve --store"), HelpName = "URL", };
        var urls = Options.Urls();
        var names = new Option<string[]>("--name") { Description = Help.Text("serve --name"), HelpName = "NAME" };
        var plain = new Option<bool>("--plain-http") { Description = Help.Text("serve --plain-http") };
        var reserve = Options.Number("--reserve", 0, 1_000_000);
        (reserve.Description, reserve.HelpName) =
            (Say.In("Disk space that uploads must leave free, in MB (default: 500)", "接收上传时磁盘至少留出的空间，MB（默认 500）"), "MB");
        var log = new Option<string>("--log")
        {
            Description = Help.Text("serve --log"),
            HelpName = "HOW",
            DefaultValueFactory = _ => Config.Get("log") ?? "text"
        };
        log.AcceptOnlyFromAmong("text", "json", "off");
        var command = new Command("serve", Help.Text("serve")) { data, database, urls, names, plain, reserve, log };
        command.SetAction((parsed, cancel) =>
            Run(parsed.GetRequiredValue(data), parsed.GetValue(database), Checked(parsed.GetRequiredValue(urls), parsed.GetValue(plain)),
            Checked(parsed.GetValue(names) ?? []), parsed.GetValue(reserve) ?? (int)(DiskReserve.DefaultBytes / 1_000_000),
            parsed.GetRequiredValue(log), cancel));
        return command;
    }

    /// <summary>An address as this computer itself reaches it: a wildcard address cannot be opened.</summary>
    public static string LocalAddress(string url)
    {
        return url.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal)
            .Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal);
    }

    /// <summary>Default for an address option: the address at which this computer reaches its configured host.</summary>
    public static string OwnAddress()
    {
        return LocalAddress((Config.Get("urls") ?? Options.DefaultUrls).Split(';')[0]);
    }

    private static async Task<int> Run(string data, string? database, string urls, string[] names, int reserveMb, string log,
        CancellationToken cancel)
    {
        var store = AnsweringStore.Open(data, database: database ?? Config.StoreOf(data));
        var access = AccessKey.LoadOrCreate(data);
        await using var server = await HostServer.Start(store, urls, TimeProvider.System, access,
            new HostSettings
            {
                Logging = builder => Log(builder, log),
                Names = names,
                TrustDirectory = data,
                ReserveBytes = reserveMb * 1_000_000L
            });
        Say.Info(Say.In(
            $"Host {store.HostId:X8} serves {store.Path} on {string.Join(", ", server.Urls)}. Ctrl-C stops it.",
            $"主机 {store.HostId:X8} 正在 {string.Join("、", server.Urls)} 提供服务，数据在 {store.Path}。按 Ctrl-C 停止。"));
        PrintTrust(server, data);
        PrintPage(store, server.Urls.First(), Options.DataHint(data));
        Say.Info(Say.In($"Other hosts pull with the key in {Path.Combine(data, AccessKey.FileName)}",
            $"其他主机拉取所用密钥在 {Path.Combine(data, AccessKey.FileName)}"));
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            Say.Info(Say.In("Stopping: finishing the uploads that have arrived.", "正在停止：处理完已到达的数据。"));
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
            builder.AddSimpleConsole(format => (format.SingleLine, format.TimestampFormat, format.ColorBehavior) = (true, "HH:mm:ss ",
                Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled));
        }
    }

    private static void PrintTrust(HostServer server, string data)
    {
        if (server.Urls.Any(url => url.StartsWith("https", StringComparison.Ordinal)))
        {
            Say.Info(Say.In(
                $"Devices trust the page once {Path.Combine(data, BrowserAuthority.FileName)} is installed on them (also at "
                    + $"/site-ca.crt). Its SHA-256, to compare: {server.Trust.Fingerprint}",
                $"打开网页的设备需安装 {Path.Combine(data, BrowserAuthority.FileName)}（也可从 /site-ca.crt 下载）。其 SHA-256 供核对："
                    + $"{server.Trust.Fingerprint}"));
        }

        if (server.Urls.Any(url => url.StartsWith("http:", StringComparison.Ordinal)))
        {
            Say.Info(Say.In("NOT ENCRYPTED on http: anyone on the network can read the traffic. Use a closed network.",
                "http 不加密：同一网络中的人可看到内容。请只在封闭的专用网络中使用。"));
        }
    }

    private static void PrintPage(HostStore store, string url, string data)
    {
        var hasAccounts = new Accounts(store, TimeProvider.System).List().Count > 0;
        Say.Info(Say.In($"The page: {LocalAddress(url)}  (big screen: /board)", $"网页：{LocalAddress(url)}  （大屏：/board）")
            + (hasAccounts ? "" : Say.In($". No accounts yet: fieldnode users add NAME --role coordinator{data}",
                $"。尚无账户：fieldnode users add 名称 --role coordinator{data}")));
    }

    private static string[] Checked(string[] names)
    {
        return names.FirstOrDefault(name => Uri.CheckHostName(name) == UriHostNameType.Unknown) is not { } wrong ? names
            : throw new HostFault("bad-host-name", ExitCode.Usage,
            $"--name '{wrong}' is not a host name: give, for example, host.example, without https:// and port",
            $"--name '{wrong}' 不是计算机名称：例如 host.example，不含 https:// 与端口");
    }

    // Addresses must be https unless --plain-http is given.
    private static string Checked(string urls, bool isPlainAllowed)
    {
        return isPlainAllowed || ListenAddress.Parse(urls).All(address => address.IsTls) ? urls
            : throw new HostFault("plain-http", ExitCode.Usage,
            $"--urls {urls} is not encrypted: give https addresses, for example {Options.DefaultUrls}, or add --plain-http",
            $"--urls {urls} 不加密：请用 https 地址，例如 {Options.DefaultUrls}，或加 --plain-http");
    }
}
