using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FieldNode.Answers;
using FieldNode.Answers.Roster;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Log.Database;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

/// <summary>What a session may ask of a host, how often, and what is logged; and answers state their scope.</summary>
public sealed class PageAskTests
{
    private const uint Epoch = 3;
    private const string Person = "11010519491231002X";
    private const string Tube = "ZZ00000001";

    [Fact]
    public async Task Who_tries_codes_is_slowed_down_and_each_try_is_noted_but_not_who_looks_for_a_tube()
    {
        await using var host = await Filled();
        using var client = SignedIn.Client(host.Address, host.Store, Role.Coordinator);
        Assert.Equal(HttpStatusCode.OK, (await Search(client, Tube)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Search(client, Person)).StatusCode);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < SearchLimit.Burst + 10; i++)
        {
            answers.Add((await Search(client, $"41000000000{i:D6}X")).StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Contains("too-many-searches",
            await (await Search(client, Person)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        var noted = new AuditLog(host.Store, TimeProvider.System).List().Select(entry => entry.Disclosure).ToList();
        Assert.Equal(1 + answers.Count(answer => answer == HttpStatusCode.OK), noted.Count);
        Assert.Equal(("coordinator", "search", host.Store.Vault.Seal(Person), 1),
            (noted[0].Who, noted[0].Verb, noted[0].Subject, noted[0].People));
        Assert.All(noted.Skip(1), entry => Assert.Equal(0, entry.People));
        using var other = SignedIn.Client(host.Address, host.Store, Role.Coordinator); // the same account from another browser
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Search(other, Person)).StatusCode);
    }

    [Fact]
    public async Task Who_is_missing_is_counted_where_it_is_asked_and_without_a_roster_nobody_can_be()
    {
        await using var host = await Filled();
        using var client = SignedIn.Client(host.Address, host.Store, Role.Coordinator);
        Assert.False((await Get(client, "/api/missing")).GetProperty("hasRoster").GetBoolean());

        new Rosters(host.Store).Import([.. Enumerable.Range(0, 30)
            .Select(i => new RosterPerson("S", $"E{i:D8}", $"{i % 3}-{i}", $"{i % 3}"))], new Dictionary<(string, string), string>(),
            replace: false, dryRun: false);
        Assert.Equal(30, (await Get(client, "/api/missing?site=S")).GetProperty("total").GetInt32());
        var building = await Get(client, "/api/missing?site=S&building=2");
        Assert.Equal((10, 10, true), (building.GetProperty("total").GetInt32(), building.GetProperty("people").GetArrayLength(),
            building.GetProperty("hasRoster").GetBoolean()));
    }

    [Fact]
    public async Task A_record_is_struck_for_a_reason_and_that_can_be_taken_back()
    {
        await using var host = await Filled();
        var second = host.Enrol("lane-2", "L2");
        await host.Accept(Logs.BatchOf(host.Store.HostId, second.Id, Epoch, 1, second.Key!,
            [.. Logs.Morning(Epoch, "L2", "ZZ00000002", Person)]));
        using var client = SignedIn.Client(host.Address, host.Store, Role.Coordinator);
        var doubt = (await Get(client, "/api/doubts")).GetProperty("doubts").EnumerateArray()
            .Single(one => one.GetProperty("kind").GetString() == DoubtKind.Twice);
        var request = new DecisionRequest(doubt.GetProperty("id").GetString()!, Settlement.Strike, doubt.GetProperty("evidence")[0]
            .GetProperty("record").GetString(), "  ");

        using var refused = await client.PostAsJsonAsync("/api/decide", request, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.BadRequest, true),
            (refused.StatusCode, (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .Contains("no-reason", StringComparison.Ordinal)));
        using var taken = await client.PostAsJsonAsync("/api/decide", request with { Note = "scanned twice at the gate" },
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);

        var decision = (await Get(client, "/api/doubts")).GetProperty("decisions")[0].GetProperty("id").GetString();
        using var back = await client.PostAsJsonAsync("/api/take-back", new TakeBackRequest(decision),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, back.StatusCode);
        Assert.Contains((await Get(client, "/api/doubts")).GetProperty("doubts").EnumerateArray(), one => one.GetProperty("id")
            .GetString() == request.Doubt);
    }

    [Fact]
    public async Task A_database_that_is_broken_is_not_ready()
    {
        await using var host = await TestHost.Start();
        using (var connection = host.Store.Connect())
        {
            Sql.Execute(connection, "ALTER TABLE batches RENAME TO gone");
        }

        using var client = new HttpClient { BaseAddress = host.Address };
        using var ready = await client.GetAsync(new Uri("/-/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.NotEqual(HttpStatusCode.OK, ready.StatusCode);
    }

    private static async Task<TestHost> Filled()
    {
        var host = await TestHost.Start();
        await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", Tube, Person)]));
        return host;
    }

    private static Task<HttpResponseMessage> Search(HttpClient client, string code) =>
        client.PostAsJsonAsync("/api/search", new SearchRequest(code), TestContext.Current.CancellationToken);

    private static async Task<JsonElement> Get(HttpClient client, string path) =>
        await client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
}
