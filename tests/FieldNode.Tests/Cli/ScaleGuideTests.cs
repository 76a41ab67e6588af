using System.Diagnostics;
using System.Text.RegularExpressions;
using FieldNode.Answers;
using FieldNode.Host.Cards;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>
/// docs/scale.md leads from a file to two hosts on PostgreSQL: each of its commands is run in order while a node uploads.
/// </summary>
public sealed partial class ScaleGuideTests : IAsyncDisposable
{
    private const int BatchesAfterEach = 3;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<Process> _serving = [];
    private readonly HttpClient _client = new(new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
    });
    private Uri[] _hosts = [];

    [Fact]
    public async Task Each_command_of_the_guide_does_what_it_says_while_a_node_uploads()
    {
        using var server = PostgresServer.Start();
        var (data, port) = (_directory.File("site-data"), FreePort.Take());
        var (old, address) = await Tool.Serve(data, port);
        _serving.Add(old);
        _hosts = [address];
        var store = AnsweringStore.Open(data);
        var enrolled = EnrolmentCards.NewNode("lane-1", "S", "L1") with
        {
            Key = System.Security.Cryptography.RandomNumberGenerator.GetBytes(ClaimMessage.KeyBytes),
        };
        new NodeRegistry(store, TimeProvider.System).Add(enrolled);
        var node = new UploadingNode(enrolled, store.HostId, 1, new Random(1));
        await Upload(node);
        using var done = new CancellationTokenSource();
        var uploading = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await node.Send(_client, () => Volatile.Read(ref _hosts), TestContext.Current.CancellationToken);
            }
        }, TestContext.Current.CancellationToken);

        foreach (var line in Commands())
        {
            await Run(line, server, port);
        }

        await done.CancelAsync();
        await uploading;
        await Upload(node);
        var shared = AnsweringStore.Open(data, database: server.AddressOf("fieldnode"));
        Assert.Equal(2, _hosts.Length);
        Assert.Equal(node.Records, new LogStatus(shared).Epochs().Single().AcknowledgedUpTo);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _serving)
        {
            await Stop(process);
        }

        _client.Dispose();
        _directory.Dispose();
    }

    private static List<string> Commands()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "scale.md"));
        var lines = Blocks().Matches(guide).SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        Assert.Equal(8, lines.Count);
        return lines;
    }

    private static async Task Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    // Runs a line of the guide unchanged, except for addresses and paths.
    private async Task Run(string line, PostgresServer server, int port)
    {
        var words = line.Replace("postgres://fieldnode@db.example/fieldnode", server.AddressOf("fieldnode"), StringComparison.Ordinal)
            .Replace("https://0.0.0.0:8443", $"https://127.0.0.1:{port}", StringComparison.Ordinal).Split(' ').ToList();
        var environment = new Dictionary<string, string>();
        while (words[0].StartsWith("FIELDNODE_", StringComparison.Ordinal))
        {
            var setting = words[0].Split('=', 2);
            environment[setting[0]] = setting[1];
            words.RemoveAt(0);
        }

        switch (words[0])
        {
            case "createuser":
                server.Ask("SELECT 1"); // the test's server has its own user
                break;
            case "createdb":
                server.Database(words[^1]);
                break;
            case "cp":
                File.Copy(_directory.File(words[1]), _directory.File(words[2]));
                break;
            case "fieldnode" when words[1] == "serve" && _hosts.Length == 1 && words.Contains("site-data"):
                await Stop(_serving[0]);
                await Serve(port, words);
                break;
            case "fieldnode" when words[1] == "serve":
                var second = FreePort.Take();
                await Serve(second, words);
                Volatile.Write(ref _hosts, [.. _hosts, new Uri($"https://127.0.0.1:{second}")]);
                break;
            case "fieldnode":
                var (exit, output, error) = Tool.Run(environment, _directory.Path, [.. words.Skip(1)]);
                // a day that has just begun has little to report
                Assert.True(exit is ExitCode.Done or ExitCode.SomethingMissing, $"{line}: {output}{error}");
                break;
            default:
                Assert.Fail($"the test cannot run this line: {line}");
                break;
        }
    }

    private async Task Serve(int port, List<string> words)
    {
        var store = words[words.IndexOf("--store") + 1];
        var name = words.IndexOf("--name") is var at and > 0 ? words[at..(at + 2)] : [];
        var (process, _) = await Tool.Serve(_directory.File(words[words.IndexOf("--data") + 1]), port, ["--store", store, .. name]);
        _serving.Add(process);
    }

    private async Task Upload(UploadingNode node)
    {
        for (var i = 0; i < BatchesAfterEach; i++)
        {
            await node.Send(_client, () => Volatile.Read(ref _hosts), TestContext.Current.CancellationToken);
        }
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
