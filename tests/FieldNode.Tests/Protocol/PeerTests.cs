using System.Diagnostics;
using System.Text.Json;
using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Host.Cards;
using FieldNode.Log.Nodes;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

/// <summary>docs/protocol.md is enough to write a node in another language: tests/peer/node.py is written from it alone.</summary>
public sealed class PeerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _people = [.. People.Generate(250, new Random(Seed.Take(nameof(PeerTests))))];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_node_in_python_claims_seals_uploads_and_is_read_back()
    {
        await using var host = await TestHost.Start();
        Enrol(host);
        await Run(host, ["--offline", "ZZ00000001", "E12345678", .. _people[..8]]); // sealed under the card

        // In several batches, also under the agreed key.
        var replies = JsonDocument.Parse(await Run(host, ["ZZ00000002", .. _people[8..]])).RootElement;

        Assert.All(replies.EnumerateArray(), reply => Assert.Equal(0, reply.GetProperty("problem").GetInt32()));
        var last = replies.EnumerateArray().Last();
        Assert.Equal(last.GetProperty("held").GetInt32(), last.GetProperty("acknowledged").GetInt32());
        var rows = OpenLog.People(host.Store, new PersonFilter(All: true)).OrderBy(row => row.Sequence).ToList();
        Assert.Equal(["E12345678", .. _people], rows.Select(row => row.Person));
        Assert.All(rows, row => Assert.Equal((PersonState.Valid, "S", "L9"), (row.State, row.Site, row.Lane)));
        Assert.Contains(new NodeStatuses(host.Store).All().Values, status => status.Json.Contains("python", StringComparison.Ordinal));
        Assert.Empty(new DoubtsAnswer(host.Store, Fleet.Read(host.Store))
            .List([DoubtKind.Unreadable, DoubtKind.Conflict, DoubtKind.Clone]));
    }

    [Fact]
    public async Task Its_claim_is_refused_in_words_that_name_the_problem()
    {
        await using var host = await TestHost.Start();
        Enrol(host);
        await Run(host, "ZZ00000001", _people[0]);
        File.Delete(_directory.File("state"));

        var (exit, _, error) = await Peer(host, "ZZ00000002", _people[1]); // another box with the same card

        Assert.Equal(1, exit);
        Assert.Contains("claim-used", error, StringComparison.Ordinal);
    }

    private void Enrol(TestHost host)
    {
        var node = EnrolmentCards.NewNode("lane-9", "S", "L9");
        new NodeRegistry(host.Store, TimeProvider.System).Add(node);
        File.WriteAllText(_directory.File("card"),
            EnrolmentCards.Text(node, host.Store.HostId, new CardNetwork(host.Address.ToString(), "", "", "en", [])));
    }

    private async Task<string> Run(TestHost host, params string[] arguments)
    {
        var (exit, output, error) = await Peer(host, arguments);
        Assert.True(exit == 0, error);
        return output;
    }

    private async Task<(int Exit, string Output, string Error)> Peer(TestHost host, params string[] arguments)
    {
        var start = new ProcessStartInfo("python3",
            [Path.Combine(Repository.Root, "tests", "peer", "node.py"), host.Address.ToString(), _directory.File("card"),
            _directory.File("state"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
