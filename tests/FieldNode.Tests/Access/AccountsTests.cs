using System.Text;
using FieldNode.Host.Access;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FieldNode.Tests.Access;

public abstract class AccountsTests : IDisposable
{
    private protected const string Password = "correct horse battery";

    private protected readonly TemporaryDirectory _directory = new();
    private protected readonly SetTime _time = new();
    private protected readonly HostStore _store;
    private protected readonly Accounts _accounts;

    protected AccountsTests(Stores stores)
    {
        _store = stores.Open(_directory.File("data"));
        _accounts = new Accounts(_store, _time);
    }

    [Fact]
    public void A_link_is_worth_one_session_within_a_quarter_of_an_hour()
    {
        _accounts.Add("li.si", Role.Coordinator);
        var link = _accounts.Link("li.si");
        Assert.Null(_accounts.Of(link)); // a link is not a session
        var (account, token, lasts) = _accounts.Follow(link)!.Value;

        Assert.Equal((new Account("li.si", Role.Coordinator, HasPassword: false), TimeSpan.FromHours(12)), (account, lasts));
        Assert.Null(_accounts.Follow(link));
        Assert.Null(_accounts.Follow(token)); // and a session is not a link
        Assert.Equal("li.si", _accounts.Of(token)!.Name);

        var late = _accounts.Link("li.si");
        _time.Now += Accounts.LinkMax + TimeSpan.FromSeconds(1);
        Assert.Null(_accounts.Follow(late));
    }

    [Fact]
    public void A_session_ends_by_itself_and_that_of_a_screen_lasts_an_operation()
    {
        _accounts.Add("li.si", Role.Viewer);
        _accounts.Add("gate", Role.Screen);
        var person = _accounts.Follow(_accounts.Link("li.si"))!.Value.Token;
        var screen = _accounts.Follow(_accounts.Link("gate"))!.Value.Token;

        _time.Now += TimeSpan.FromHours(12) + TimeSpan.FromSeconds(1);
        Assert.Null(_accounts.Of(person));
        Assert.Equal("gate", _accounts.Of(screen)!.Name);
        _time.Now += TimeSpan.FromDays(30);
        Assert.Null(_accounts.Of(screen));
    }

    [Fact]
    public void A_password_signs_in_whoever_has_it_and_a_new_one_ends_other_sessions()
    {
        _accounts.Add("李四", Role.Coordinator);
        Assert.Null(_accounts.SignIn("李四", "")); // no password is set yet; an empty one does not sign in
        var first = _accounts.Follow(_accounts.Link("李四"))!.Value.Token;
        _accounts.SetPassword("李四", Password, first);

        var second = _accounts.SignIn("李四", Password)!.Value.Token;
        Assert.Null(_accounts.SignIn("李四", Password + "!"));
        Assert.Null(_accounts.SignIn("张三", Password));
        Assert.Null(_accounts.SignIn("李四", new string('x', 100_000)));
        _accounts.SetPassword("李四", Password + "!", second);
        Assert.Null(_accounts.Of(first));
        Assert.NotNull(_accounts.Of(second));
        Assert.Null(_accounts.SignIn("李四", Password));
    }

    [Fact]
    public void A_session_that_was_ended_sets_no_password()
    {
        _accounts.Add("li.si", Role.Coordinator);
        _accounts.Add("wang", Role.Coordinator);
        var token = _accounts.Follow(_accounts.Link("li.si"))!.Value.Token;
        Assert.False(_accounts.SetPassword("wang", Password, token)); // nor another account's password
        var link = _accounts.Link("li.si");

        Assert.False(_accounts.SetPassword("li.si", Password, token));
        Assert.Null(_accounts.SignIn("li.si", Password));
        Assert.NotNull(_accounts.Follow(link)); // and does not invalidate the new link
    }

    [Theory]
    [InlineData("another role")]
    [InlineData("no account")]
    [InlineData("a link")]
    [InlineData("signed out")]
    public void What_changes_an_account_ends_its_sessions(string what)
    {
        _accounts.Add("li.si", Role.Coordinator);
        _accounts.Add("wang", Role.Coordinator);
        var token = _accounts.Follow(_accounts.Link("li.si"))!.Value.Token;
        _accounts.SetPassword("li.si", Password, token);
        var other = _accounts.Follow(_accounts.Link("wang"))!.Value.Token;

        switch (what)
        {
            case "another role":
                _accounts.ChangeRole("li.si", Role.Viewer);
                Assert.Equal(Role.Viewer, _accounts.SignIn("li.si", Password)!.Value.Account.Role);
                break;
            case "no account":
                _accounts.Remove("li.si");
                break;
            case "a link":
                _accounts.Link("li.si");
                Assert.Null(_accounts.SignIn("li.si", Password)); // a forgotten password may be known to someone else
                break;
            default:
                _accounts.SignOut(token);
                break;
        }

        Assert.Null(_accounts.Of(token));
        Assert.NotNull(_accounts.Of(other));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" li")]
    [InlineData("li\nsi")]
    [InlineData("123456789012345678901234567890123")]
    [InlineData("LI.SI")] // exists already, in lower case
    public void A_name_that_is_none_or_taken_is_refused(string name)
    {
        _accounts.Add("li.si", Role.Viewer);

        Assert.Equal(ExitCode.Usage, Assert.Throws<HostFault>(() => _accounts.Add(name, Role.Coordinator)).ExitCode);
        Assert.Equal(new Account("li.si", Role.Viewer, HasPassword: false), Assert.Single(_accounts.List()));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(129)]
    public void A_password_that_is_too_short_or_too_long_is_refused(int characters)
    {
        _accounts.Add("li.si", Role.Viewer);

        Assert.Equal("bad-password", Assert.Throws<HostFault>(() => _accounts.SetPassword("li.si", new string('x', characters), "")).Code);
        Assert.Equal("no-account", Assert.Throws<HostFault>(() => _accounts.Link("nobody")).Code);
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Tests of what only a file store supports: backup, restore, and inspection.</summary>
public sealed class SqliteAccountsTests() : AccountsTests(Stores.Sqlite)
{
    [Fact]
    public void In_a_restored_store_nobody_is_signed_in()
    {
        _accounts.Add("li.si", Role.Screen);
        var token = _accounts.Follow(_accounts.Link("li.si"))!.Value.Token;
        StoreBackup.Take(_store, _directory.File("backup.db"));
        StoreBackup.Restore(_directory.File("backup.db"), _directory.File("restored"), _directory.File("data.key"));

        var restored = new Accounts(Stores.Sqlite.Open(_directory.File("restored")), _time);
        Assert.NotNull(_accounts.Of(token));
        Assert.Null(restored.Of(token));
        Assert.Equal("li.si", Assert.Single(restored.List()).Name);
    }

    [Fact]
    public void Neither_passwords_nor_tokens_stand_in_the_store()
    {
        _accounts.Add("li.si", Role.Viewer);
        var token = _accounts.Follow(_accounts.Link("li.si"))!.Value.Token;
        _accounts.SetPassword("li.si", Password, token);
        var link = _accounts.Link("li.si");
        SqliteConnection.ClearAllPools();

        var bytes = string.Concat(Directory.EnumerateFiles(_directory.File("data"))
            .Select(path => Encoding.Latin1.GetString(File.ReadAllBytes(path))));
        Assert.Contains("li.si", bytes, StringComparison.Ordinal);
        Assert.All([Password, token, link], secret => Assert.DoesNotContain(secret, bytes, StringComparison.Ordinal));
    }
}

public sealed class PostgresAccountsTests() : AccountsTests(Stores.Postgres);
