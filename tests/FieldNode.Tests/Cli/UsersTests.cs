using System.Text.Json;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>fieldnode users, as an operator uses it.</summary>
public sealed class UsersTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.File("data");

    public UsersTests()
    {
        AnsweringStore.Open(Data);
    }

    [Fact]
    public void Somebody_is_added_with_a_link_that_signs_in_once()
    {
        var (exit, output, error) = Users("add", "li.si", "--role", "viewer", "--url", "https://10.0.0.5:8443/");

        Assert.True(exit == ExitCode.Done, error);
        Assert.StartsWith("https://10.0.0.5:8443/sign-in#link=", output, StringComparison.Ordinal);
        var accounts = new Accounts(AnsweringStore.Open(Data), TimeProvider.System);
        Assert.Equal(("li.si", Role.Viewer), accounts.Follow(output.Trim().Split("#link=")[1]) is var (account, _, _)
            ? (account.Name, account.Role) : default);
        Assert.Null(accounts.Follow(output.Trim().Split("#link=")[1]));
        Assert.Contains("works only on this computer", Users("link", "li.si").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_let_whom_in_is_in_the_audit_log()
    {
        Users("add", "li.si", "--role", "viewer", "--who", "wang");
        Users("role", "li.si", "--role", "coordinator", "--who", "wang");
        Users("link", "li.si", "--who", "wang");
        Users("remove", "li.si", "--who", "wang");

        var entries = JsonDocument.Parse(Tool.Run("audit", "show", "--data", Data, "--json").Output).RootElement.EnumerateArray()
            .Select(entry => entry.GetProperty("disclosure")).ToList();
        Assert.Equal(["users add li.si viewer", "users role li.si coordinator", "users link li.si", "users remove li.si"],
            entries.Select(entry => $"{entry.GetProperty("verb")} {entry.GetProperty("subject")}"));
        Assert.All(entries, entry => Assert.Equal("wang", entry.GetProperty("who").GetString()));
        Assert.Equal("[]", Users("list", "--json").Output.Trim());
    }

    [Theory]
    [InlineData("usage", "add", "li.si", "--role", "king")]
    [InlineData("usage", "add", "li.si")]
    [InlineData("name-taken", "add", "WANG", "--role", "viewer")]
    [InlineData("bad-name", "add", " ", "--role", "viewer")]
    [InlineData("bad-url", "add", "li.si", "--role", "viewer", "--url", "nowhere")]
    [InlineData("no-account", "link", "nobody")]
    [InlineData("no-account", "role", "nobody", "--role", "viewer")]
    [InlineData("no-account", "remove", "nobody")]
    public void What_cannot_be_done_is_said_and_changes_nobody(string code, params string[] arguments)
    {
        Users("add", "wang", "--role", "technician");

        var (exit, output, error) = Users(arguments);

        Assert.True(exit == ExitCode.Usage, $"{exit}: {error}");
        Assert.Contains($"fieldnode: {code}: ", error, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.Equal(new Account("wang", Role.Technician, HasPassword: false),
            Assert.Single(new Accounts(AnsweringStore.Open(Data), TimeProvider.System).List()));
    }

    public void Dispose()
    {
        _directory.Dispose();
    }

    private (int Exit, string Output, string Error) Users(params string[] arguments) => Tool.Run(["users", .. arguments, "--data", Data]);
}
