using System.Text.RegularExpressions;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;
using Microsoft.Playwright;

namespace FieldNode.Tests.Page;

/// <summary>The page as people use it, in Debian's Chromium.</summary>
public sealed partial class PageTests(Browser browser) : IClassFixture<Browser>
{
    private const uint Epoch = 9;
    private const string Person = "11010519491231002X";
    private const string Hostile = "<img src=x onerror=alert(1)>'; DROP TABLE seen;--";

    // The next <c>window.late</c> requests end as if the host had not answered in time.
    private const string LateAnswers = """
        const real = AbortSignal.timeout;
        AbortSignal.timeout = ms => {
          document.documentElement.dataset.late = --window.late;
          return window.late < 0 ? real.call(AbortSignal, ms) : AbortSignal.abort(new DOMException('signal timed out', 'TimeoutError'));
        };

        """;

    [Fact]
    public async Task What_nodes_upload_is_shown_without_a_reload_and_the_page_outlives_a_restart_of_the_host()
    {
        using var directory = new TemporaryDirectory();
        var store = AnsweringStore.Open(directory.Path);
        var port = FreePort.Take();
        var server = await Serve(store, port);
        await using var page = await browser.Open();
        await page.SignIn(new Uri($"http://127.0.0.1:{port}"), store);
        await page.Tab.GotoAsync($"http://127.0.0.1:{port}/");
        await Assertions.Expect(page.Tab.Locator("#state")).ToHaveTextAsync("Live");
        await Assertions.Expect(Sampled(page)).ToHaveTextAsync("0");

        await Merge(store, Logs.Morning(Epoch, "L1", "ZZ00000001", Person, "E12345678"), 1);
        await Assertions.Expect(Sampled(page)).ToHaveTextAsync("2");

        await server.DisposeAsync();
        await Assertions.Expect(page.Tab.Locator("#state.down")).ToContainTextAsync("does not answer");
        await Assertions.Expect(Sampled(page)).ToHaveTextAsync("2"); // the last known values stay readable
        await Merge(store, [Logs.FrameOf(Epoch, 6, 9000, new PersonSampled { Tube = 3, Position = 3, Round = 1 }.WithCode("E87654321"))],
            6);
        server = await Serve(store, port);

        await Assertions.Expect(page.Tab.Locator("#state")).ToHaveTextAsync("Live", new() { Timeout = 15_000 });
        await Assertions.Expect(Sampled(page)).ToHaveTextAsync("3");
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_keyboard_alone_reaches_everything_and_a_doubt_is_decided_with_it()
    {
        await using var host = await TestHost.Start();
        await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person)]));
        var other = host.Enrol("lane-2", "L2");
        await host.Accept(Logs.BatchOf(host.Store.HostId, other.Id, Epoch, 1, other.Key!,
            [.. Logs.Morning(Epoch, "L2", "ZZ00000002", Person)]));
        await using var page = await Open(host);
        var tab = page.Tab;

        await tab.Keyboard.PressAsync("Tab");
        await Assertions.Expect(tab.Locator(".skip")).ToBeFocusedAsync();
        await TabTo(tab, "nav a[href='#doubts']");
        await tab.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Locator("main[data-view=doubts] .doubt h3")).ToContainTextAsync("A person sampled more than once");
        await TabTo(tab, "#note");
        await tab.Keyboard.TypeAsync("李四问过了");
        await TabTo(tab, ".doubt li:first-child button");
        await tab.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Locator("#reason")).ToBeFocusedAsync(); // one key press removes no one
        await tab.Keyboard.PressAsync("Escape");
        await Assertions.Expect(tab.Locator("dialog[open]")).ToHaveCountAsync(0);
        Assert.All(OpenLog.People(host.Store, new PersonFilter(All: true)), row => Assert.Equal(PersonState.Valid, row.State));
        await tab.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Locator("#reason")).ToHaveValueAsync("李四问过了");
        await tab.Keyboard.PressAsync("Enter");

        await Assertions.Expect(tab.Locator("main[data-view=doubts] .good")).ToHaveTextAsync("Nothing is in doubt.");
        await Assertions.Expect(tab.Locator("main table").Last).ToContainTextAsync("coordinator");
        Assert.Equal([PersonState.Struck, PersonState.Valid], OpenLog.People(host.Store, new PersonFilter(All: true))
            .Select(row => row.State).Order());

        await TabTo(tab, "main table button");
        await tab.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Locator("main[data-view=doubts] .doubt h3")).ToContainTextAsync("A person sampled more than once");
        Assert.All(OpenLog.People(host.Store, new PersonFilter(All: true)), row => Assert.Equal(PersonState.Valid, row.State));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Names_from_outside_are_shown_and_never_run()
    {
        await using var host = await TestHost.Start();
        new Rosters(host.Store).Import([new RosterPerson("S", Person, Hostile[..24], "1") { Name = Hostile }],
            new Dictionary<(string, string), string>(), replace: false, dryRun: false);
        await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "<b>L1</b>", "ZZ00000001", Person)]));
        await using var page = await Open(host, "#search");

        await page.Tab.FillAsync("#code", Hostile);
        await page.Tab.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Tab.Locator("#results")).ToContainTextAsync($"No record holds {Hostile}");
        await page.Tab.FillAsync("#code", "ZZ00000001");
        await page.Tab.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Tab.Locator("#results td").Filter(new() { HasText = Hostile })).ToHaveCountAsync(1);
        await Assertions.Expect(page.Tab.Locator("#results h3")).ToContainTextAsync("<b>L1</b>");
        Assert.Equal(0, await page.Tab.Locator("#results img, #results b").CountAsync());
        await Assertions.Expect(page.Tab.Locator("#results")).ToContainTextAsync("110…002X");
        Assert.DoesNotContain(Person, await page.Tab.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_language_changes_everywhere_and_is_remembered()
    {
        await using var host = await TestHost.Start();
        await using var page = await Open(host, "#coverage");
        await Assertions.Expect(page.Tab.Locator("nav a[aria-current]")).ToHaveTextAsync("Coverage");

        await page.Tab.ClickAsync("#language");
        await Assertions.Expect(page.Tab.Locator("nav a[aria-current]")).ToHaveTextAsync("完成情况");
        await page.Tab.ReloadAsync();

        await Assertions.Expect(page.Tab.Locator("nav a[aria-current]")).ToHaveTextAsync("完成情况");
        await Assertions.Expect(page.Tab.Locator("html")).ToHaveAttributeAsync("lang", "zh");
    }

    [Theory]
    [InlineData("/api/board", "no-store")]
    [InlineData("/api/missing", "no-store")]
    [InlineData("/api/me", "no-store")]
    [InlineData("/", "no-cache")]
    public async Task What_names_people_stays_in_no_cache(string path, string kept)
    {
        await using var host = await TestHost.Start();
        using var client = SignedIn.Client(host.Address, host.Store, Role.Coordinator);

        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.True((int)response.StatusCode < 300, $"{response.StatusCode}");
        Assert.Equal(kept, $"{response.Headers.CacheControl}");
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Every_word_of_the_page_is_there_in_both_languages()
    {
        await using var host = await TestHost.Start();
        await using var page = await Open(host);
        var used = Directory.GetFiles(Path.Combine(Repository.Root, "host-tools", "FieldNode.Host", "Page"))
            .Where(path => path.EndsWith(".js", StringComparison.Ordinal) || path.EndsWith(".html", StringComparison.Ordinal))
            .SelectMany(path => UsedWord().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value + match.Groups[2].Value))
                .ToHashSet();
        var known = (await page.Tab.EvaluateAsync<string[]>("import('/assets/words.js').then(words => words.wordNames)")).ToHashSet();

        Assert.True(used.Count > 80, "the search for words finds too few");
        Assert.Empty(used.Except(known));
        Assert.All(Enumerable.Range(0, Category.Last + 1), category => Assert.Contains(Category.Name(category), known));
    }

    private static async Task TabTo(IPage tab, string selector)
    {
        for (var presses = 0; !await tab.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector); presses++)
        {
            Assert.True(presses < 40, $"{selector} cannot be reached by Tab");
            await tab.Keyboard.PressAsync("Tab");
        }
    }

    private static async Task Show(IPage tab, bool seen)
    {
        await tab.EvaluateAsync("seen => { Object.defineProperty(document, 'hidden', { value: !seen, configurable: true }); "
            + "document.dispatchEvent(new Event('visibilitychange')); }", seen);
    }

    private static ILocator Sampled(Browser.Page page) => page.Tab.Locator(".figures dd").First;

    private async Task<Browser.Page> Open(TestHost host, string view = "")
    {
        var page = await browser.Open();
        await page.SignIn(host.Address, host.Store);
        await page.Tab.GotoAsync($"{host.Address}{view}");
        await Assertions.Expect(page.Tab.Locator("main section").First).ToBeVisibleAsync();
        return page;
    }

    private static async Task<HostServer> Serve(HostStore store, int port)
    {
        return await HostServer.Start(store, $"http://127.0.0.1:{port}", TimeProvider.System,
            AccessKey.LoadOrCreate(Path.GetDirectoryName(store.Path)!));
    }

    private static async Task Merge(HostStore store, List<byte[]> frames, uint first)
    {
        await using var queue = new FieldNode.Log.Merge.MergeQueue(store, TimeProvider.System);
        if (new NodeRegistry(store, TimeProvider.System).List().Count == 0)
        {
            new NodeRegistry(store, TimeProvider.System).Add(new EnrolledNode(5, "lane-1", "正飞", "L1", null));
        }

        await Logs.Merge(queue, Logs.BatchOf(store.HostId, 5, Epoch, first, new byte[32], [.. frames]));
    }

    [GeneratedRegex(@"word\('([\w-]+)'|data-word=.([\w-]+)")]
    private static partial Regex UsedWord();
}
