using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Host.Access;
using FieldNode.Host.Export;
using FieldNode.Host.Http;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Log.Merge;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

/// <summary>
/// An estate of three rounds (docs/field-facts.md, B1, with a random seed; with --nightly B4: 10,349 people in 4,345 households, 200 nodes
/// days offline), by three routes: upload, files, and a pull from host to host. Simulate has compared the first route with what the
/// volunteers saw.
/// </summary>
public sealed class RouteTests
{
    private const int Asked = 150;

    private static readonly (string Scenario, int Nodes, int Records, int Rosters) s_estate = Sweep.IsWhole ? ("b4", 200, 80_000, 8)
        : ("b1", 4, 3_000, 1);

    [Fact]
    public async Task Upload_files_and_pull_lead_to_the_same_answers_and_the_same_bytes()
    {
        using var directory = new TemporaryDirectory();
        var seed = Seed.Take(nameof(Upload_files_and_pull_lead_to_the_same_answers_and_the_same_bytes));
        var (exit, output, error) = Tool.Run("simulate", "--scenario", s_estate.Scenario, "--seed", $"{seed & 0x7FFFFFFF}", "--keep",
            directory.File("day"));
        Assert.True(exit == ExitCode.Done, output + error);
        var uploaded = AnsweringStore.Open(directory.File("day/host-1"));
        var cancel = TestContext.Current.CancellationToken;

        var filed = AnsweringStore.Open(directory.File("filed"));
        await using (var stream = File.Create(directory.File("all.fnlog")))
        {
            BatchExport.Write(uploaded, stream);
        }

        new FileMerge(filed, TimeProvider.System).Merge(directory.File("all.fnlog"), adopt: true);
        // Without the seal keys, the people's codes in the log cannot be opened.
        Assert.All(OpenLog.People(filed), row => Assert.True(row.Person.Length == 0 || row.Papers == "none"));
        Assert.True(new SealKeys(filed).Add(new SealKeys(uploaded).All()) >= s_estate.Nodes);
        File.WriteAllLines(directory.File("roster.csv"),
            ["站点,楼栋,户号,身份证号", .. new Rosters(uploaded).People()
            .Select(person => $"{person.Site},{person.Building},{person.Household},{person.Person}")]);
        var (imported, _, importError) = Tool.Run("roster", "import", directory.File("roster.csv"), "--data", directory.File("filed"));
        Assert.True(imported == ExitCode.Done, importError);

        var pulled = AnsweringStore.Open(directory.File("pulled"));
        await using (var server = await HostServer.Start(uploaded, "http://127.0.0.1:0", TimeProvider.System,
            AccessKey.LoadOrCreate(directory.File("day/host-1"))))
        {
            using var client = new HttpClient();
            var pull = new SitePull(pulled, TimeProvider.System, client);
            var key = AccessKey.LoadOrCreate(directory.File("day/host-1")).Text;
            var first = await pull.Run(new Uri(server.Urls.First()), key, (_, _) => { }, cancel);
            var again = await pull.Run(new Uri(server.Urls.First()), key, (_, _) => { }, cancel);
            Assert.Equal((true, s_estate.Rosters, 0, 0L), (first.Records > s_estate.Records, first.Rosters, again.Records, again.Batches));
        }

        var rows = OpenLog.People(uploaded, new PersonFilter()).ToList();
        foreach (var store in new[] { uploaded, filed, pulled })
        {
            Answer(store, rows, new Rosters(uploaded).People());
            Assert.True(new StoreVerification(store).Run(directory.File($"verify-{store.HostId:X8}"), cancel: cancel).IsRight);
        }

        foreach (var format in PeopleExport.Formats)
        {
            var expected = await Export(uploaded, format, directory);
            Assert.Equal(expected, await Export(filed, format, directory));
            Assert.Equal(expected, await Export(pulled, format, directory));
        }
    }

    // Compares every answer with the rows of the log.
    private static void Answer(HostStore store, List<PersonRow> rows, IReadOnlyList<RosterPerson> roster)
    {
        var fleet = Fleet.Read(store);
        Assert.Equal(s_estate.Nodes, fleet.Nodes.Count(node => node.People > 0));
        foreach (var round in new[] { 1, 2, 3 })
        {
            var answer = CoverageAnswer.Compute(store, fleet, round, null);
            var truth = Coverage.Compute(roster, rows, round);
            Assert.Equal((roster.Count, roster.Count - truth.Missing.Count, truth.NotListed.Count, 0),
                (answer.Expected, answer.Done, answer.NotListed, answer.Twice));
            Assert.Equal(truth.IncompleteHouseholds, answer.Households - answer.HouseholdsDone);
            Assert.Equal(truth.Missing.Select(person => person.Person).Order(), answer.MissingPeople(store)
                .Select(person => store.Vault.Open(person.Person)).Order());
            Assert.Equal(rows.Where(row => row.Round == round).CountBy(row => row.Category).OrderBy(pair => pair.Key),
                answer.Categories.Select(category => KeyValuePair.Create(category.Name, category.People)).OrderBy(pair => pair.Key));
            var pace = PaceAnswer.Compute(fleet, answer, DateTimeOffset.UtcNow);
            Assert.Equal(rows.Where(row => row.Round == round).CountBy(row => (row.Site, row.Time.At?.ToUnixTimeSeconds() / 3600))
                .OrderBy(pair => pair.Key),
                pace.Hours.Select(hour => KeyValuePair.Create((hour.Site, hour.Hour?.ToUnixTimeSeconds() / 3600), hour.People))
                .OrderBy(pair => pair.Key));
        }

        foreach (var tube in rows.GroupBy(row => (row.Tube, row.Node, row.TubeSequence))
            .Where((_, i) => i % (rows.Count / 10 / Asked + 1) == 0).Take(Asked))
        {
            var traced = TraceAnswer.Compute(store, tube.Key.Tube)
                .Single(one => one.Record.StartsWith($"{tube.Key.Node:X16}/", StringComparison.Ordinal)
                && one.Record.EndsWith($"/{tube.Key.TubeSequence}", StringComparison.Ordinal));
            Assert.Equal(tube.OrderBy(row => row.Position).Select(row => (row.Person, row.Position)),
                traced.People.Select(person => (store.Vault.Open(person.Person), person.Position)));
        }

        foreach (var row in rows.Where((_, i) => i % (rows.Count / Asked) == 0))
        {
            var person = PersonAnswer.Compute(store, row.Person);
            Assert.Equal(rows.Where(other => other.Person == row.Person).Select(other => (other.Round, other.Tube, other.Position)).Order(),
                person.Sampled.Select(at => (at.Round, at.Tube, at.Position)).Order());
        }

        Assert.Empty(new DoubtsAnswer(store, fleet).List([]));
    }

    private static async Task<byte[]> Export(HostStore store, string format, TemporaryDirectory directory)
    {
        var path = directory.File($"{store.HostId:X8}.{format}");
        await using (var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite))
        {
            await PeopleExport.Write(format, OpenLog.People(store, new PersonFilter()), stream);
        }

        return await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
    }
}
