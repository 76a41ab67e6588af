using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Log;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FieldNode.Tests.Cli;

/// <summary>
/// A subdistrict's whole day: nothing that the host leaves behind names any of the 22,000 people, except what was revealed on purpose.
/// </summary>
public sealed class ArtefactTests : IDisposable
{
    private const string Area = "000000"; // only invented people live here

    private readonly TemporaryDirectory _directory = new();
    private readonly List<(string Name, byte[] Bytes)> _artefacts = [];

    private string Data => _directory.File("day/demo-data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_whole_day_leaves_no_code_of_a_person_outside_a_revealed_export()
    {
        SharedDay.Subdistrict.CopyTo(_directory.File("day"));
        Keep("demo", SharedDay.Subdistrict.Result);
        var codes = Reveal();
        Assert.Equal(22_000, codes.Count);
        var (some, tube) = (codes.First(), Tube());
        await KeepWhatIsServed(some, tube);
        foreach (var format in new[] { "csv", "jsonl", "xlsx", "parquet", "fnlog" })
        {
            Keep($"export {format}", Tool.Run("export", "--data", Data, "--format", format, "-o", _directory.File($"out/day.{format}")));
        }

        Keep("backup", Tool.Run("backup", _directory.File("out/day.db"), "--data", Data));
        Keep("trace", Tool.Run("trace", tube, "--data", Data));
        Keep("person", Tool.Run("person", some, "--data", Data));
        Keep("doubts", Tool.Run("doubts", "--data", Data, "--json"));
        Keep("coverage", Tool.Run("coverage", "--not-listed", "--data", Data));
        Keep("status", Tool.Run("status", "--data", Data, "--json"));
        Keep("verify", Tool.Run("verify", "--data", Data));
        Keep("inspect", Tool.Run("inspect", _directory.File("out/day.fnlog")));
        Keep("audit", Tool.Run("audit", "show", "--data", Data));
        Keep("wrong", Tool.Run("person", some, "--data", Data, "--nonsense"));
        foreach (var path in Directory.EnumerateFiles(_directory.Path, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith("revealed.csv", StringComparison.Ordinal)))
        {
            _artefacts.Add((Path.GetRelativePath(_directory.Path, path), Unpacked(path)));
        }

        Assert.True(_artefacts.Count > 30 && _artefacts.Sum(artefact => (long)artefact.Bytes.Length) > 20_000_000,
            $"only {_artefacts.Count} artefacts of {_artefacts.Sum(artefact => (long)artefact.Bytes.Length)} bytes");
        Assert.Empty(_artefacts.Where(artefact => artefact.Name != "wrong" && Find(artefact.Bytes, codes) is not null)
            .Select(artefact => artefact.Name));
        Assert.NotNull(Find(File.ReadAllBytes(_directory.File("revealed.csv")), codes)); // the search finds codes that are present
        var noted = new AuditLog(AnsweringStore.Open(Data), TimeProvider.System).List()
            .Select(entry => (entry.Disclosure.Verb, entry.Disclosure.Reason, entry.Disclosure.People));
        Assert.Equal([("export", "search of a test", 22_000), ("search", "", 1)], noted);
        Assert.Equal(ExitCode.Done, Tool.Run("audit", "verify", "--data", Data).Exit);
    }

    private HashSet<string> Reveal()
    {
        Directory.CreateDirectory(_directory.File("out"));
        var (exit, _, error) = Tool.Run("export", "--data", Data, "-o", _directory.File("revealed.csv"), "--reveal", "search of a test");
        Assert.True(exit == ExitCode.Done, error);
        return [.. File.ReadLines(_directory.File("revealed.csv")).Skip(1).Select(line => line.Split(',')[5])
            .Where(code => code.StartsWith(Area, StringComparison.Ordinal))];
    }

    private string Tube() => File.ReadLines(_directory.File("revealed.csv")).ElementAt(500).Split(',')[3];

    private void Keep(string name, (int Exit, string Output, string Error) result)
    {
        Assert.True(result.Exit is ExitCode.Done or ExitCode.SomethingMissing || name == "wrong", $"{name}: {result.Error}");
        _artefacts.Add((name, Encoding.UTF8.GetBytes(result.Output + result.Error)));
    }

    // The page's files and answers, metrics, and the host's log of refused requests that name people.
    private async Task KeepWhatIsServed(string person, string tube)
    {
        var log = new StringBuilder();
        var access = AccessKey.LoadOrCreate(Data);
        // Same settings as serve.
        await using var server = await HostServer.Start(AnsweringStore.Open(Data), "http://127.0.0.1:0", TimeProvider.System, access,
            new HostSettings { Logging = builder => builder.SetMinimumLevel(LogLevel.Warning).AddProvider(new LogLines(log)) });
        using var client = SignedIn.Client(new Uri(server.Urls.First()), AnsweringStore.Open(Data), Role.Coordinator);
        foreach (var path in new[] { "/", "/board", "/metrics", "/-/ready", "/api/board", "/api/coverage", "/api/missing", "/api/pace",
            "/api/bags", "/api/training", "/api/doubts", "/v1/log?after=0", "/v1/log/nodes", "/nothing", $"/v1/log?after={person}x" })
        {
            client.DefaultRequestHeaders.Authorization = path.StartsWith("/v1", StringComparison.Ordinal)
                ? new("Bearer", access.Text) : null;
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            _artefacts.Add((path.Replace(person, "PERSON", StringComparison.Ordinal), path.Contains(person, StringComparison.Ordinal)
                ? [] : body));
        }

        client.DefaultRequestHeaders.Authorization = null;
        foreach (var code in new[] { tube, person, person + new string('0', 60) })
        {
            using var found = await client.PostAsJsonAsync("/api/search", new { code }, TestContext.Current.CancellationToken);
            var answer = JsonDocument.Parse(await found.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            // Without the code that was asked for.
            _artefacts.Add(("search",
                Encoding.UTF8.GetBytes(string.Concat(answer.EnumerateObject().Where(property => property.Name != "code")
                .Select(property => property.Value.GetRawText())))));
        }

        _artefacts.Add(("log", Encoding.UTF8.GetBytes(log.ToString())));
        Assert.True(log.Length > 0);
    }

    // Packed files are searched unpacked.
    private static byte[] Unpacked(string path)
    {
        if (!path.EndsWith(".xlsx", StringComparison.Ordinal))
        {
            return File.ReadAllBytes(path);
        }

        using var zip = ZipFile.OpenRead(path);
        using var all = new MemoryStream();
        foreach (var entry in zip.Entries)
        {
            using var stream = entry.Open();
            stream.CopyTo(all);
        }

        return all.ToArray();
    }

    // Offset of a code, as ASCII or UTF-16; null if absent.
    private static int? Find(byte[] bytes, HashSet<string> codes)
    {
        return Find(bytes, codes, Encoding.ASCII) ?? Find(bytes, codes, Encoding.Unicode);
    }

    private static int? Find(byte[] bytes, HashSet<string> codes, Encoding encoding)
    {
        var area = encoding.GetBytes(Area);
        var length = area.Length * 3;
        for (var at = 0; bytes.AsSpan(at).IndexOf(area) is var next and >= 0; at++)
        {
            at += next;
            if (at + length <= bytes.Length && codes.Contains(encoding.GetString(bytes, at, length)))
            {
                return at;
            }
        }

        return null;
    }
}
