using FieldNode.Answers;
using FieldNode.Answers.Roster;
using FieldNode.Log;
using FieldNode.Log.Store;
using System.CommandLine;
using System.Globalization;

namespace FieldNode.Cli.Verbs;

/// <summary>Options that several verbs share.</summary>
internal static class Options
{
    /// <summary>The host's data directory: --data, else FIELDNODE_DATA, else data in fieldnode.toml, else ./fieldnode-data.</summary>
    public static Option<string> Data()
    {
        return new Option<string>("--data")
        {
            Description = Help.Text("--data"),
            HelpName = "DIR",
            DefaultValueFactory = _ => Config.DefaultData,
        };
    }

    /// <summary>Opens the store of a data directory, or of the database that store in fieldnode.toml or FIELDNODE_STORE names.</summary>
    /// <param name="create">Create the store if it is missing; only for commands that may begin one. A mistyped directory must not
    /// become a second store.</param>
    /// <exception cref="HostFault">The store cannot be opened.</exception>
    public static HostStore Open(string data, bool create = false) => AnsweringStore.Open(data, create, database: Config.StoreOf(data));

    /// <summary>Suffix with which a suggested command finds this data directory; empty for the default one.</summary>
    public static string DataHint(string data)
    {
        return data == Config.DefaultData ? "" : $" --data {(data.Any(char.IsWhiteSpace) ? $"\"{data}\"" : data)}";
    }

    /// <summary>Where a host listens by default.</summary>
    public const string DefaultUrls = "https://0.0.0.0:8443";

    /// <summary>Addresses to listen on.</summary>
    public static Option<string> Urls()
    {
        return new Option<string>("--urls")
        {
            Description = Help.Text("--urls"),
            HelpName = "URL",
            DefaultValueFactory = _ => Config.Get("urls") ?? DefaultUrls
        };
    }

    /// <summary>Reads the address of a host.</summary>
    /// <param name="label">Prefix of the value in the message, for example "--url ".</param>
    /// <exception cref="HostFault">The text is not an http or https address.</exception>
    public static Uri Address(string label, string text)
    {
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https") ? address
            : throw new HostFault("bad-url", ExitCode.Usage, $"{label}'{text}' is not an address: give, for example, https://10.0.0.5:8443",
                $"{label}'{text}' 不是地址：例如 https://10.0.0.5:8443");
    }

    public static Option<bool> Json()
    {
        return new Option<bool>("--json") { Description = Help.Text("--json") };
    }

    /// <summary>A round; the latest if not given.</summary>
    public static Option<int?> Round()
    {
        var round = Number("--round", 1, ushort.MaxValue);
        round.Description = Help.Text("--round");
        round.HelpName = "R";
        return round;
    }

    public static Option<string?> Site()
    {
        return new Option<string?>("--site") { Description = Help.Text("--site"), HelpName = "S" };
    }

    /// <summary>Refuses an unknown site: a mistyped one must not look complete.</summary>
    /// <exception cref="HostFault">No lane or roster belongs to this site; the message lists the known sites.</exception>
    public static void CheckSite(HostStore store, Fleet fleet, string? site)
    {
        if (site is null)
        {
            return;
        }

        var sites = fleet.Nodes.Select(node => node.Site).Concat(fleet.Tallies.Select(tally => tally.Site))
            .Concat(new Rosters(store).Sites()).Where(name => name.Length > 0).Distinct().Order(NaturalOrder.Instance).ToList();
        if (!sites.Contains(site))
        {
            throw new HostFault("unknown-site", ExitCode.Usage, $"unknown site '{site}': sites are {string.Join(", ", sites)}",
                $"没有站点“{site}”：现有 {string.Join("、", sites)}");
        }
    }

    /// <summary>Who decides: --who, else the user's name on this computer.</summary>
    public static Option<string> Who()
    {
        return new Option<string>("--who")
        {
            Description = Help.Text("--who"),
            HelpName = "NAME",
            DefaultValueFactory = _ => Config.Get("who")
            ?? Environment.UserName
        };
    }

    public static Option<string> Note()
    {
        return new Option<string>("--note") { Description = Help.Text("--note"), HelpName = "TEXT", DefaultValueFactory = _ => "" };
    }

    /// <summary>A whole number within bounds; anything else is a usage error, in one line with the value and bounds.</summary>
    public static Option<int?> Number(string name, int min, int max)
    {
        var option = new Option<int?>(name)
        {
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min
                    && value <= max)
                {
                    return value;
                }

                result.AddError(Say.In($"{name} '{text}' is not accepted: a whole number from {min} to {max}",
                    $"{name} '{text}' 不可用：须为 {min} 至 {max} 的整数"));
                return null;
            },
        };
        return option;
    }
}
