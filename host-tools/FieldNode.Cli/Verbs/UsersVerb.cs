using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Host.Web;
using FieldNode.Log;
using FieldNode.Log.Store;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode users: who may sign in at the page.</summary>
internal static class UsersVerb
{
    public static Command Command()
    {
        return new Command("users", Say.In("Who may sign in at the page, and as what", "谁可登录网页，以何角色")) { Add(), Link(), ChangeRole(), Remove(), List() };
    }

    private static Command Add()
    {
        var (name, role, url, data, who) = (Name(), RoleOption(), Url(), Options.Data(), Options.Who());
        var command = new Command("add", Say.In(
            "Adds somebody, and prints a link with which they sign in once, within 15 minutes, and choose a password. A role sees what the one before it sees, too: screen (the big screen), viewer (counts), technician (doubts), coordinator (people; decides).\n\nExample:\n  fieldnode users add li.si --role coordinator",
            "添加账户，并输出一次性登录链接（15 分钟内有效），登录后自设密码。角色逐级包含：screen（大屏）、viewer（数字）、technician（疑点）、coordinator（人员与决定）。\n\n示例：\n  fieldnode users add li.si --role coordinator")) { name, role, url, data, who };
        command.SetAction(parsed => Change(parsed, data, who, "users add", $"{parsed.GetRequiredValue(name)} {parsed.GetRequiredValue(role)}", accounts =>
        {
            accounts.Add(parsed.GetRequiredValue(name), Roles.Parse(parsed.GetRequiredValue(role)));
            return accounts.Link(parsed.GetRequiredValue(name));
        }, url));
        return command;
    }

    private static Command Link()
    {
        var (name, url, data, who) = (Name(), Url(), Options.Data(), Options.Who());
        var command = new Command("link", Say.In(
            "Prints a link for somebody who forgot the password, or for a screen: it signs in once, within 15 minutes. The old password is worth nothing from now on, and who is signed in under this name is signed out.\n\nExample:\n  fieldnode users link li.si",
            "为忘记密码者或大屏输出链接：15 分钟内可登录一次。旧密码即刻失效，以此名登录的设备全部退出。\n\n示例：\n  fieldnode users link li.si")) { name, url, data, who };
        command.SetAction(parsed => Change(parsed, data, who, "users link", parsed.GetRequiredValue(name), accounts => accounts.Link(parsed.GetRequiredValue(name)), url));
        return command;
    }

    private static Command ChangeRole()
    {
        var (name, role, data, who) = (Name(), RoleOption(), Options.Data(), Options.Who());
        var command = new Command("role", Say.In(
            "Gives somebody another role; they sign in anew.\n\nExample:\n  fieldnode users role li.si --role viewer",
            "更改角色；本人须重新登录。\n\n示例：\n  fieldnode users role li.si --role viewer")) { name, role, data, who };
        command.SetAction(parsed => Change(parsed, data, who, "users role", $"{parsed.GetRequiredValue(name)} {parsed.GetRequiredValue(role)}", accounts =>
        {
            accounts.ChangeRole(parsed.GetRequiredValue(name), Roles.Parse(parsed.GetRequiredValue(role)));
            return null;
        }));
        return command;
    }

    private static Command Remove()
    {
        var (name, data, who) = (Name(), Options.Data(), Options.Who());
        var command = new Command("remove", Say.In(
            "Takes somebody's account away, at once. What they decided stays under their name.\n\nExample:\n  fieldnode users remove li.si",
            "立即删除账户。其所作决定仍以其名保留。\n\n示例：\n  fieldnode users remove li.si")) { name, data, who };
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
        var command = new Command("list", Say.In("Names, roles, and whether there is a password yet.\n\nExample:\n  fieldnode users list", "账户名、角色、是否已设密码。\n\n示例：\n  fieldnode users list")) { data, json };
        command.SetAction(parsed =>
        {
            var accounts = new Accounts(Options.Open(parsed.GetRequiredValue(data)), TimeProvider.System).List();
            if (parsed.GetValue(json))
            {
                Present.Json(accounts.Select(account => new { account.Name, role = Roles.Word(account.Role), account.HasPassword }));
                return ExitCode.Done;
            }

            Present.Table("", Say.IsChinese ? ["账户名", "角色", "密码"] : ["name", "role", "password"], accounts.Select(account => new[] { account.Name, Roles.Word(account.Role), account.HasPassword ? "✓" : "–" }));
            var hint = Options.DataHint(parsed.GetRequiredValue(data));
            Say.Talk(accounts.Count == 0 ? Say.In($"Nobody may sign in yet: fieldnode users add NAME --role coordinator{hint}", $"尚无账户：fieldnode users add 名称 --role coordinator{hint}") : Say.In(accounts.Count == 1 ? "1 account" : $"{accounts.Count} accounts", $"{accounts.Count} 个账户"));
            return ExitCode.Done;
        });
        return command;
    }

    // Who lets whom in is for the audit log, as who saw whom is: one that is broken lets nobody in, and a link is shown when it stands there.
    private static int Change(ParseResult parsed, Option<string> data, Option<string> who, string verb, string subject, Func<Accounts, string?> change, Option<string>? url = null)
    {
        var address = url is null ? null : Options.Address("--url ", parsed.GetRequiredValue(url));
        var store = Options.Open(parsed.GetRequiredValue(data));
        var accounts = new Accounts(store, TimeProvider.System);
        var log = new AuditLog(store, TimeProvider.System);
        if (log.Verify().FirstBad is not null)
        {
            throw new HostFault("audit-damaged", ExitCode.Refused, "the audit log is not whole, so nobody is let in: look at 'fieldnode audit verify', and restore a backup", "审计日志不完整，不能更改账户：见 'fieldnode audit verify'，并恢复备份");
        }

        log.Note(new Disclosure(parsed.GetRequiredValue(who), "host", verb, subject, "", 0)); // before it is done: what is done always stands there
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
            Say.Talk(Say.In("Its address is this computer alone: --url https://10.0.0.5:8443 gives the one that others reach.", "链接地址仅本机可用：--url https://10.0.0.5:8443 可指定他人访问的地址。"));
        }

        Say.Talk(Say.In($"Whoever opens this link is signed in: once, within {Accounts.LinkMax.TotalMinutes:F0} minutes. Hand it over like a key.", $"打开此链接者即登录：{Accounts.LinkMax.TotalMinutes:F0} 分钟内一次有效。请像钥匙一样交付。"));
    }

    private static Argument<string> Name()
    {
        return new Argument<string>("NAME") { Description = Say.In("Under which they sign in, for example li.si", "登录名，例如 li.si") };
    }

    private static Option<string> RoleOption()
    {
        var role = new Option<string>("--role") { Description = Say.In("What they may see", "可见范围"), HelpName = "ROLE", Required = true };
        role.AcceptOnlyFromAmong([.. Roles.All.Select(Roles.Word)]);
        return role;
    }

    private static Option<string> Url()
    {
        return new Option<string>("--url") { Description = Say.In("Address at which they reach this host (default: as this computer reaches it)", "对方访问本主机的地址（默认：本机访问的地址）"), HelpName = "URL", DefaultValueFactory = _ => ServeVerb.OwnAddress() };
    }
}
