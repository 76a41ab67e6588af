using System.Text.Json;
using FieldNode.Answers.Roster;
using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>Codes are revealed only with a reason, and the reason is kept in the audit log.</summary>
public sealed class RevealTests : IDisposable
{
    private const string Person = "11010519491231002X";
    private const string Masked = "110…002X";

    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.File("data");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("trace", "ZZ00000001")]
    [InlineData("trace", "ZZ00000001", "--json")]
    [InlineData("person", Person)]
    [InlineData("person", Person, "--json")]
    [InlineData("coverage", "--missing")]
    [InlineData("coverage", "--missing", "--json")]
    [InlineData("coverage", "--not-listed")]
    [InlineData("coverage", "--twice", "--json")]
    [InlineData("doubts")]
    [InlineData("doubts", "--json")]
    [InlineData("export")]
    [InlineData("export", "--format", "jsonl")]
    public async Task A_code_is_masked_until_a_reason_is_given_which_is_kept(params string[] command)
    {
        await Fill();
        var asks = command[0] == "person" ? Masked : "\n";
        var (_, masked, hint) = Tool.Run([.. command, "--data", Data]);
        Assert.DoesNotContain(Person, masked + hint, StringComparison.Ordinal);
        Assert.Contains(asks, masked, StringComparison.Ordinal);

        var (exit, open, error) = Tool.Run([.. command, "--data", Data, "--reveal", "  a good reason ", "--who", "li.si"]);

        Assert.True(exit is ExitCode.Done or ExitCode.SomethingMissing, error);
        Assert.Contains(command.Contains("--missing") ? "E99999999" : Person, open, StringComparison.Ordinal);
        var entry = JsonDocument.Parse(Tool.Run("audit", "show", "--data", Data, "--json").Output).RootElement.EnumerateArray().Single()
            .GetProperty("disclosure");
        Assert.Equal(("li.si", "a good reason"), (entry.GetProperty("who").GetString(), entry.GetProperty("reason").GetString()));
        Assert.StartsWith(command[0], entry.GetProperty("verb").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Person, entry.GetRawText(), StringComparison.Ordinal);
        Assert.True(entry.GetProperty("people").GetInt32() > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task No_reason_is_no_reason(string reason)
    {
        await Fill();

        var (exit, output, error) = Tool.Run("export", "--data", Data, "--reveal", reason);

        Assert.Equal((ExitCode.Usage, ""), (exit, output));
        Assert.Contains("no-reason", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audit_log_that_was_tampered_with_reveals_nothing_more()
    {
        var store = await Fill();
        Tool.Run("trace", "ZZ00000001", "--data", Data, "--reveal", "first");
        using (var connection = store.Connect())
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "DELETE FROM audit; DELETE FROM audit_head";
            command.ExecuteNonQuery();
        }

        var (exit, output, error) = Tool.Run("trace", "ZZ00000001", "--data", Data, "--reveal", "second");

        Assert.Equal((ExitCode.Refused, ""), (exit, output));
        Assert.Contains("audit-damaged", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, Tool.Run("audit", "verify", "--data", Data).Exit);
        Assert.Equal(ExitCode.Done, Tool.Run("trace", "ZZ00000001", "--data", Data).Exit); // still masked
    }

    private async Task<HostStore> Fill()
    {
        var store = AnsweringStore.Open(Data);
        new NodeRegistry(store, TimeProvider.System).Add(new EnrolledNode(1, "lane-1", "正飞", "L1", null));
        new Rosters(store).Set("正飞", [new RosterPerson("正飞", "E99999999", "1", "1")]);
        await using var queue = new MergeQueue(store, TimeProvider.System);
        await Logs.Merge(queue, Logs.BatchOf(store.HostId, 1, 1, 1, new byte[32],
            [.. Logs.Morning(1, "L1", "ZZ00000001", Person, "E12345678")]));
        await Logs.Merge(queue, Logs.BatchOf(store.HostId, 1, 2, 1, new byte[32], [.. Logs.Morning(2, "L1", "ZZ00000002", Person)]));
        return store;
    }
}
