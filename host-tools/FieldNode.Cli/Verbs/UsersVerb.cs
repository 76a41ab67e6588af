using FieldNode.Host.Access;
using FieldNode.Log;
using FieldNode.Log.Store;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode users: manages who may sign in to the page.</summary>
internal static class UsersVerb
{
    public static Command Command()
    {
        return new Command("users", Help.Text("users")) { Add(), Link(), ChangeRole(), Remove(), List() };
    }

    private static Command Add()
    {
        var (name, role, url, data, who) = (Name(), RoleOption(), Url(), Options.Data(), Options.Who());
        var command = new Command("add", Help.Text("users add")) { name, role, url, data, who };
        command.SetAction(parsed =>
            Change(parsed, data, who, "users add", $"{parsed.GetRequiredValue(name)} {parsed.GetRequiredValue(role)}", accounts =>
        {
            accounts.Add(parsed.GetRequiredValue(name), Roles.Parse(parsed.GetRequiredValue(role)));
            return accounts.Link(parsed.GetRequiredValue(name));
        }, url));
        return command;
    }

    private static Command Link()
    {
        var (name, url, data, who) = (Name(), Url(), Options.Data(), Options.Who());
        var command = new Command("link", Help.Text("users link")) { name, url, data, who };
        command.SetAction(parsed => Change(parsed, data, who, "users link", parsed.GetRequiredValue(name),
            accounts => accounts.Link(parsed.GetRequiredValue(name)), url));
        return command;
    }

    private static Command ChangeRole()
    {
        var (name, role, data, who) = (Name(), RoleOption(), Options.Data(), Options.Who());
        var command = new Command("role", Help.Text("users role")) { name, role, data, who };
        command.SetAction(parsed =>
            Change(parsed, data, who, "users role", $"{parsed.GetRequiredValue(name)} {parsed.GetRequiredValue(role)}", accounts =>
        {
            accounts.ChangeRole(parsed.GetRequiredValue(name), Roles.Parse(parsed.GetRequiredValue(role)));
            return null;
        }));
        return command;
    }

    private static Command Remove()
    {
        var (name, data, who) = (Name(), Options.Data(), Options.Who());
        var command = new Command("remove", Help.Text("users remove")) { name, data, who };
        command.SetAction(parsed => Change(parsed, data, who, "users remove", parsed.GetRequiredValue(name), accounts =>
        {
            accounts.Remove(parsed.GetRequiredValue(name));
            return null;
        }));
        return command;
    }

    private static Command List()
    {
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("list", Help.Text("users list")) { data, json };
        command.SetAction(parsed =>
        {
            var accounts = new Accounts(Options.Open(parsed.GetRequiredValue(data)), TimeProvider.System).List();
            if (parsed.GetValue(json))
            {
                Present.Json(accounts.Select(account => new { account.Name, role = Roles.Word(account.Role), account.HasPassword }));
                return ExitCode.Done;
            }

            Present.Table("", Say.IsChinese ? ["账户名", "角色", "密码"] : ["name", "role", "password"],
                accounts.Select(account => new[] { account.Name, Roles.Word(account.Role), account.HasPassword ? "✓" : "–" }));
            var hint = Options.DataHint(parsed.GetRequiredValue(data));
            Say.Info(accounts.Count == 0
                ? Say.In($"No accounts yet: fieldnode users add NAME --role coordinator{hint}",
                $"尚无账户：fieldnode users add 名称 --role coordinator{hint}")
                : Say.In(accounts.Count == 1 ? "1 account" : $"{accounts.Count} accounts", $"{accounts.Count} 个账户"));
            return ExitCode.Done;
        });
        return command;
    }

    // Account changes go into the audit log, like disclosures. A damaged log blocks them, and a link is shown only after it is logged.
    private static int Change(ParseResult parsed, Option<string> data, Option<string> who, string verb, string subject,
        Func<Accounts, string?> change, Option<string>? url = null)
    {
        var address = url is null ? null : Options.Address("--url ", parsed.GetRequiredValue(url));
        var store = Options.Open(parsed.GetRequiredValue(data));
        var accounts = new Accounts(store, TimeProvider.System);
        var log = new AuditLog(store, TimeProvider.System);
        if (log.Verify().FirstBad is not null)
        {
            throw new HostFault("audit-damaged", ExitCode.Refused,
                "the audit log is damaged, so accounts cannot be changed: see 'fieldnode audit verify', and restore a backup",
                "审计日志不完整，不能更改账户：见 'fieldnode audit verify'，并恢复备份");
        }

        // first the log, then the change: no change goes unlogged
        log.Note(new Disclosure(parsed.GetRequiredValue(who), "host", verb, subject, "", 0));
        var link = change(accounts);
        if (link is not null && address is not null)
        {
            Print(address, link);
        }

        return ExitCode.Done;
    }

    private static void Print(Uri url, string token)
    {
        Console.Out.WriteLine($"{url.GetLeftPart(UriPartial.Authority)}{Pages.SignIn}#link={token}");
        if (url.IsLoopback)
        {
            Say.Info(Say.In("The link works only on this computer: --url https://10.0.0.5:8443 sets an address that others can reach.",
                "链接地址仅本机可用：--url https://10.0.0.5:8443 可指定他人能访问的地址。"));
        }

        Say.Info(Say.In($"Anyone who opens this link is signed in: once, within {Accounts.LinkMax.TotalMinutes:F0} minutes. Protect it "
            + "like a key.", $"任何人打开此链接即可登录：{Accounts.LinkMax.TotalMinutes:F0} 分钟内可用一次。请像钥匙一样保管。"));
    }

    private static Argument<string> Name()
    {
        return new Argument<string>("NAME") { Description = Help.Text("users NAME") };
    }

    private static Option<string> RoleOption()
    {
        var role = new Option<string>("--role") { Description = Help.Text("users --role"), HelpName = "ROLE", Required = true };
        role.AcceptOnlyFromAmong([.. Roles.All.Select(Roles.Word)]);
        return role;
    }

    private static Option<string> Url()
    {
        return new Option<string>("--url")
        {
            Description = Help.Text("users --url"),
            HelpName = "URL",
            DefaultValueFactory = _ => ServeVerb.OwnAddress()
        };
    }
}
