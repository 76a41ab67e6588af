using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Protocol.Records;
using Microsoft.AspNetCore.Identity;
using System.Data.Common;
using Microsoft.Extensions.Options;

namespace FieldNode.Host.Access;

/// <summary>A person or screen that may sign in.</summary>
public sealed record Account(string Name, Role Role, bool HasPassword);

/// <summary>A session of a signed-in account.</summary>
/// <param name="Token">The token that the browser keeps.</param>
/// <param name="Lasts">Time until it expires.</param>
public readonly record struct Session(Account Account, string Token, TimeSpan Lasts);

/// <summary>Accounts that may sign in at the page, and their sessions. A session is a random token; the store keeps only its hash. It ends
/// when it expires, when the account changes, or when its owner signs out. A link can be used for one sign-in.</summary>
public sealed class Accounts(HostStore store, TimeProvider time)
{
    public const int PasswordCharactersMin = 10;
    public const int PasswordCharactersMax = 128;

    /// <summary>How long a link stays valid.</summary>
    public static readonly TimeSpan LinkMax = TimeSpan.FromMinutes(15);

    private const int TokenBytes = 32;

    private static readonly TimeSpan s_shift = TimeSpan.FromHours(12);
    private static readonly TimeSpan s_operation = TimeSpan.FromDays(30);

    // OWASP's 2023 recommendation for PBKDF2 with HMAC-SHA512, which the platform's hasher uses.
    private static readonly PasswordHasher<Account> s_hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    private static readonly Account s_dummyAccount = new("", Role.Screen, HasPassword: false);
    private static readonly string s_dummyHash = s_hasher.HashPassword(s_dummyAccount,
        Convert.ToHexString(RandomNumberGenerator.GetBytes(TokenBytes)));

    public IReadOnlyList<Account> List()
    {
        return Do(connection => Sql.Query(connection, "SELECT name, role, password, mac FROM accounts ORDER BY name", Read).OfType<Row>()
            .Select(row => row.Account).ToList());
    }

    /// <exception cref="HostFault">The name is invalid or in use.</exception>
    public void Add(string name, Role role)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Trim() != name || name.Length == 0 || !Printable.Is(name) || Encoding.UTF8.GetByteCount(name) > Decided.WhoBytesMax)
        {
            throw new HostFault("bad-name", ExitCode.Usage,
                $"'{name}' is not a valid name: 1 to {Decided.WhoBytesMax} bytes in UTF-8, no leading or trailing spaces",
                $"'{name}' 不能作为名称：UTF-8 为 1 至 {Decided.WhoBytesMax} 字节，前后无空格");
        }

        if (Do(connection => Sql.Execute(connection, "INSERT INTO accounts VALUES (@name, @role, '', @mac) ON CONFLICT DO NOTHING",
            new { name, role = Roles.Word(role), mac = AccountMacs.OfAccount(store.Vault, name, Roles.Word(role), "") })) == 0)
        {
            throw new HostFault("name-taken", ExitCode.Usage,
                $"account '{name}' already exists: 'fieldnode users link' lets its owner sign in again",
                $"已有账户 '{name}'：'fieldnode users link' 可让其重新登录");
        }
    }

    /// <summary>Changes the role and ends all sessions of the account.</summary>
    /// <exception cref="HostFault">There is no such account.</exception>
    public void ChangeRole(string name, Role role)
    {
        Change(name, (connection, row) => Put(connection, row.Account.Name, role, row.Password));
    }

    /// <exception cref="HostFault">There is no such account.</exception>
    public void Remove(string name)
    {
        Change(name, (connection, row) => Sql.Execute(connection, "DELETE FROM accounts WHERE name = @name",
            new { name = row.Account.Name }));
    }

    /// <summary>Creates a link token, valid for one sign-in within 15 minutes. Removes the account's password and ends its
    /// sessions.</summary>
    /// <exception cref="HostFault">There is no such account.</exception>
    public string Link(string name)
    {
        Change(name, (connection, row) => Put(connection, row.Account.Name, row.Account.Role, ""));
        return Do(connection => Begin(connection, name, LinkMax, isLink: true));
    }

    /// <summary>Exchanges a link for a session; null if the link is unknown, used or expired.</summary>
    public Session? Follow(string link)
    {
        return Do<Session?>(connection =>
        {
            using var transaction = Sql.BeginWrite(connection);
            var account = Find(connection, link, isLink: true);
            if (account is null)
            {
                return null;
            }

            Sql.Execute(connection, "DELETE FROM sessions WHERE token = @token", new { token = Hash(link) });
            var session = Begin(connection, account);
            transaction.Commit();
            return session;
        });
    }

    /// <summary>Exchanges name and password for a session; null if they do not match.</summary>
    public Session? SignIn(string name, string password)
    {
        if (Check(name, password) is not { } hash)
        {
            return null;
        }

        return Do<Session?>(connection =>
        {
            using var transaction = Sql.BeginWrite(connection);
            if (RowOf(connection, name) is not { } now || now.Password != hash)
            {
                return null; // the password changed during the check
            }

            var session = Begin(connection, now.Account);
            transaction.Commit();
            return session;
        });
    }

    public bool IsPassword(string name, string password) => Check(name, password) is not null;

    /// <summary>Sets the password of an account and ends its other sessions. Returns false, and sets nothing, if the session has ended
    /// meanwhile.</summary>
    /// <param name="session">The session that sets the password; it stays valid.</param>
    /// <exception cref="HostFault">The password is too short or too long.</exception>
    public bool SetPassword(string name, string password, string session)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length is < PasswordCharactersMin or > PasswordCharactersMax)
        {
            throw new HostFault("bad-password", ExitCode.Usage,
                $"a password has {PasswordCharactersMin} to {PasswordCharactersMax} characters",
                $"密码须为 {PasswordCharactersMin} 至 {PasswordCharactersMax} 个字符");
        }

        var hash = s_hasher.HashPassword(s_dummyAccount, password);
        return Do(connection =>
        {
            using var transaction = Sql.BeginWrite(connection);
            var isSet = Find(connection, session, isLink: false) is { } account
                && string.Equals(account.Name, name, StringComparison.OrdinalIgnoreCase)
                && Put(connection, account.Name, account.Role, hash);
            if (isSet)
            {
                Sql.Execute(connection, "DELETE FROM sessions WHERE lower(account) = lower(@name) AND token <> @token",
                    new { name, token = Hash(session) });
                transaction.Commit();
            }

            return isSet;
        });
    }

    /// <summary>The account of a session token; null if there is no such session.</summary>
    public Account? Of(string token) => Do(connection => Find(connection, token, isLink: false));

    /// <summary>Ends a session.</summary>
    public void SignOut(string token)
    {
        Do(connection => Sql.Execute(connection, "DELETE FROM sessions WHERE token = @token", new { token = Hash(token) }));
    }

    /// <summary>Ends all sessions and links.</summary>
    public void SignOutAll()
    {
        Do(connection => Sql.Execute(connection, "DELETE FROM sessions"));
    }

    private Session Begin(DbConnection connection, Account account)
    {
        var lasts = account.Role == Role.Screen ? s_operation : s_shift; // a big screen has no keyboard to sign in with again
        return new Session(account, Begin(connection, account.Name, lasts, isLink: false), lasts);
    }

    // Returns the password's hash if the password is correct. An unknown name takes as long as a wrong password.
    private string? Check(string name, string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var found = Do(connection => RowOf(connection, name));
        var known = found is { Account.HasPassword: true } ? found : null;
        var isRight = password.Length <= PasswordCharactersMax
            && s_hasher.VerifyHashedPassword(s_dummyAccount, known?.Password ?? s_dummyHash,
            password) != PasswordVerificationResult.Failed;
        return isRight ? known?.Password : null;
    }

    private string Begin(DbConnection connection, string name, TimeSpan lasts, bool isLink)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var now = time.GetUtcNow();
        Sql.Execute(connection, "DELETE FROM sessions WHERE until_ms < @now", new { now = now.ToUnixTimeMilliseconds() });
        var until = (now + lasts).ToUnixTimeMilliseconds();
        Sql.Execute(connection, "INSERT INTO sessions VALUES (@token, @name, @until, @link, @mac)",
            new
            {
                token = Hash(token),
                name,
                until,
                link = isLink ? 1 : 0,
                mac = AccountMacs.OfSession(store.Vault, Hash(token), name, until, isLink)
            });
        return token;
    }

    private Account? Find(DbConnection connection, string token, bool isLink)
    {
        return Sql.Query(connection, "SELECT name, role, password, accounts.mac, account, until_ms, sessions.mac FROM sessions JOIN "
            + "accounts ON lower(name) = lower(account) WHERE token = @token AND is_link = @link AND until_ms >= @now", reader =>
            AccountMacs.Fits(AccountMacs.OfSession(store.Vault, Hash(token), reader.GetString(4), reader.GetInt64(5), isLink), reader[6])
                ? Read(reader)?.Account : null,
            new { token = Hash(token), link = isLink ? 1 : 0, now = time.GetUtcNow().ToUnixTimeMilliseconds() }).FirstOrDefault();
    }

    private void Change(string name, Action<DbConnection, Row> change)
    {
        var isKnown = Do(connection =>
        {
            using var transaction = Sql.BeginWrite(connection);
            if (RowOf(connection, name) is not { } row)
            {
                return false;
            }

            change(connection, row);
            Sql.Execute(connection, "DELETE FROM sessions WHERE lower(account) = lower(@name)", new { name });
            transaction.Commit();
            return true;
        });
        if (!isKnown)
        {
            throw new HostFault("no-account", ExitCode.Usage, $"there is no account '{name}': 'fieldnode users list' lists the accounts",
                $"没有账户 '{name}'：见 'fieldnode users list'");
        }
    }

    private bool Put(DbConnection connection, string name, Role role, string password)
    {
        return Sql.Execute(connection, "UPDATE accounts SET role = @role, password = @password, mac = @mac WHERE name = @name",
            new
            {
                name,
                role = Roles.Word(role),
                password,
                mac = AccountMacs.OfAccount(store.Vault, name, Roles.Word(role), password)
            }) == 1;
    }

    private Row? RowOf(DbConnection connection, string name)
    {
        return Sql.Query(connection, "SELECT name, role, password, mac FROM accounts WHERE lower(name) = lower(@name)", Read,
            new { name }).FirstOrDefault();
    }

    private T Do<T>(Func<DbConnection, T> work)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return work(connection);
        });
    }

    // Null if the row's MAC is wrong: someone without the store's key added or changed it. Such a row is ignored.
    private Row? Read(DbDataReader reader)
    {
        var (name, role, password) = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
        return AccountMacs.Fits(AccountMacs.OfAccount(store.Vault, name, role, password), reader[3])
            ? new Row(new Account(name, Roles.Parse(role), password.Length > 0), password) : null;
    }

    /// <param name="Password">The password's hash; empty if not set yet.</param>
    private sealed record Row(Account Account, string Password);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
