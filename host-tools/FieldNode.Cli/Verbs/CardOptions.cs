using FieldNode.Host.Access;
using FieldNode.Host.Cards;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>Options of an enrolment card: how to reach the host, and where to write the card.</summary>
internal sealed class CardOptions
{
    private readonly Option<string> _url = new("--url") { Description = Help.Text("--url"), HelpName = "URL" };
    private readonly Option<string> _wifi = new("--wifi")
    {
        Description = Help.Text("--wifi"),
        HelpName = "SSID",
        DefaultValueFactory = _ => ""
    };
    private readonly Option<string> _password = new("--wifi-password")
    {
        Description = Help.Text("--wifi-password"),
        HelpName = "P",
        DefaultValueFactory = _ => ""
    };
    private readonly Option<string> _screen = new("--screen")
    {
        Description = Help.Text("--screen"),
        HelpName = "L",
        DefaultValueFactory = _ => Say.IsChinese ? "zh" : "en"
    };
    private readonly Option<string> _anchor = new("--anchor") { Description = Help.Text("--anchor"), HelpName = "FILE" };
    private readonly Option<string> _tubes = new("--tubes")
    {
        Description = Help.Text("--tubes"),
        HelpName = "FORMS",
        DefaultValueFactory = _ => ""
    };
    private readonly Option<string> _bags = new("--bags")
    {
        Description = Help.Text("--bags"),
        HelpName = "FORMS",
        DefaultValueFactory = _ => ""
    };
    private readonly Option<string> _papers = new("--papers")
    {
        Description = Help.Text("--papers"),
        HelpName = "FORMS",
        DefaultValueFactory = _ => ""
    };
    private readonly Option<string> _categories = new("--categories")
    {
        Description = Help.Text("--categories"),
        HelpName = "NAMES",
        DefaultValueFactory = _ => ""
    };
    private readonly Option<string[]> _card = new("--card") { Description = Help.Text("--card"), HelpName = "FILE" };

    /// <param name="replaces">Whether the card replaces an earlier one. That card names an address, so --url is then required.</param>
    public void AddTo(Command command, bool replaces)
    {
        _url.Required = replaces;
        Option[] all = [_url, _wifi, _password, _screen, _anchor, _tubes, _bags, _papers, _categories, _card];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="HostFault">The address, language or certificate is invalid.</exception>
    public CardNetwork Network(ParseResult parsed, HostStore store)
    {
        var address = parsed.GetValue(_url) ?? ServeVerb.OwnAddress();
        if (parsed.GetValue(_url) is null)
        {
            Say.Info(Say.In($"Without --url the card contains {address}: can the node reach it?", $"未给 --url：卡上地址为 {address}，节点能访问吗？"));
        }

        var uri = Options.Address("--url ", address);
        var wifi = parsed.GetRequiredValue(_wifi);
        WifiOptions.Check(wifi, parsed.GetRequiredValue(_password));
        if (wifi.Length > 0 && uri.IsLoopback)
        {
            throw new HostFault("bad-url", ExitCode.Usage,
                $"--url {address} works only on this computer: a node on Wi-Fi needs an address that it can reach, for example "
                + "https://10.0.0.5:8443", $"--url {address} 只在本机有效：无线节点需要它能访问的地址，例如 https://10.0.0.5:8443");
        }

        var language = parsed.GetRequiredValue(_screen);
        return language is "zh" or "en"
            ? new CardNetwork(address.TrimEnd('/'), wifi, parsed.GetRequiredValue(_password), language,
                Anchor(parsed.GetValue(_anchor), uri, store))
            {
                Forms = new CodeForms(parsed.GetRequiredValue(_tubes), parsed.GetRequiredValue(_bags), parsed.GetRequiredValue(_papers),
                    parsed.GetRequiredValue(_categories)).Checked(),
            }
            : throw new HostFault("bad-screen", ExitCode.Usage, $"--screen '{language}' is not a language of the screen: zh or en",
                $"--screen '{language}' 不可用：zh 或 en");
    }

    /// <summary>Writes the card's files; they are secret until the card is scanned.</summary>
    public void Write(ParseResult parsed, EnrolledNode node, string text)
    {
        foreach (var (path, bytes) in (parsed.GetValue(_card) ?? [])
            .SelectMany(path => EnrolmentCards.Render(node, text, path, Say.IsChinese)).ToList())
        {
            using var stream = OutputFile.OpenSecret(path);
            stream.Write(bytes);
            Say.Info(Say.In($"Card of {node.Name} ({node.IdText}) is in {path}", $"{node.Name}（{node.IdText}）的卡片在 {path}"));
        }
    }

    private static byte[] Anchor(string? path, Uri host, HostStore store)
    {
        if (host.Scheme == Uri.UriSchemeHttp)
        {
            return [];
        }

        if (path is null)
        {
            using var authority = SiteAuthority.LoadOrCreate(store);
            return authority.Certificate;
        }

        return Certificates.Read("--anchor", path);
    }
}
