using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace FieldNode.Tests.Access;

/// <summary>Signing in over HTTP: as the page does it, and as attackers try.</summary>
public sealed class SignInTests
{
    private const string Password = "correct horse battery";

    /// <summary>Every path for people, with the lowest role that it answers.</summary>
    public static TheoryData<string, string> Paths => new()
    {
        { "/board", "screen" }, { "/api/board", "screen" }, { "/api/me", "screen" },
        { "/", "viewer" }, { "/api/coverage", "viewer" }, { "/api/pace", "viewer" }, { "/api/bags", "viewer" },
            { "/api/training", "viewer" },
        { "/api/doubts", "technician" },
        { "/api/missing", "coordinator" }, { "POST /api/search", "coordinator" }, { "POST /api/decide", "coordinator" },
        { "/v1/log", "host" }, { "/v1/log/nodes", "host" }, { "/v1/log/keys", "host" }, { "/v1/log/rosters", "host" },
            { "/v1/log/roster?site=S", "host" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_path_answers_those_whom_it_is_for_and_nobody_else(string path, string least)
    {
        await using var host = await TestHost.Start();

        foreach (var role in Roles.All)
        {
            using var client = SignedIn.Client(host.Address, host.Store, role);
            Assert.Equal((role, least != "host" && role >= Roles.Parse(least)), (role, await IsAnswered(client, path)));
        }

        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = host.Address };
        stranger.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        Assert.False(await IsAnswered(stranger, path));
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", "0123456789abcdef0123456789abcdef");
        Assert.False(await IsAnswered(stranger, path));
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", AccessKey.LoadOrCreate(host.DataPath).Text);
        Assert.Equal(least == "host", await IsAnswered(stranger, path));
    }

    [Fact]
    public async Task Nothing_is_served_that_is_for_nobody_in_particular_but_what_is_no_secret()
    {
        await using var host = await TestHost.Start();
        using var client = new HttpClient { BaseAddress = host.Address };
        string[] open = ["/-/healthy", "/-/ready", "/metrics", "/site-ca.crt", "/sign-in", "/assets/app.js"];

        foreach (var path in open)
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.OK), (path, response.StatusCode));
        }

        Assert.Equal(HttpStatusCode.Unauthorized,
            (await client.GetAsync(new Uri("/api/events", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound,
            (await client.GetAsync(new Uri("/api/nothing", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData(Role.Technician, HttpStatusCode.Forbidden)]
    [InlineData(Role.Coordinator, HttpStatusCode.OK)]
    public async Task A_path_that_was_forgotten_is_for_coordinators_alone(Role role, HttpStatusCode status)
    {
        using var directory = new TemporaryDirectory();
        var store = AnsweringStore.Open(directory.File("data"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        Gate.AddTo(builder.Services, new Accounts(store, TimeProvider.System), AccessKey.LoadOrCreate(directory.File("data")));
        await using var application = builder.Build();
        application.UseAuthentication();
        application.UseAuthorization();
        application.MapGet("/forgotten", () => "people");
        application.Urls.Add("http://127.0.0.1:0");
        await application.StartAsync(TestContext.Current.CancellationToken);
        using var client = SignedIn.Client(new Uri(application.Urls.First()), store, role);

        Assert.Equal(status, (await client.GetAsync(new Uri("/forgotten", UriKind.Relative),
            TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_cookie_is_for_this_host_alone_and_no_script_reads_it()
    {
        await using var host = await TestHost.Start();
        var accounts = new Accounts(host.Store, TimeProvider.System);
        accounts.Add("li.si", Role.Coordinator);
        using var client = Page(host);

        using var response = await client.PostAsJsonAsync("/api/sign-in", new { link = accounts.Link("li.si") },
            TestContext.Current.CancellationToken);

        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.Matches("^fieldnode=[A-Za-z0-9_-]{43}; max-age=43200; path=/; samesite=strict; httponly$", cookie);
        var me = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(("li.si", "coordinator", false),
            (me.GetProperty("name").GetString(), me.GetProperty("role").GetString(), me.GetProperty("hasPassword").GetBoolean()));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "none", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "", false)]
    [InlineData("Origin", "own", true)]
    public async Task What_changes_something_is_taken_from_the_hosts_own_page_alone(string header, string value, bool isTaken)
    {
        await using var host = await TestHost.Start();
        using var client = SignedIn.Client(host.Address, host.Store, Role.Coordinator);
        client.DefaultRequestHeaders.Remove("Sec-Fetch-Site");
        if (value.Length > 0)
        {
            client.DefaultRequestHeaders.Add(header, value == "own" ? host.Address.GetLeftPart(UriPartial.Authority) : value);
        }

        foreach (var path in new[] { "/api/decide", "/api/search", "/api/sign-in", "/api/password", "/api/sign-out" })
        {
            using var response = await client.PostAsJsonAsync(path, new { code = "x" }, TestContext.Current.CancellationToken);
            Assert.Equal((path, isTaken),
                (path, (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
                .Contains("foreign-page", StringComparison.Ordinal) is false));
        }
    }

    [Fact]
    public async Task Guesses_are_slowed_down_and_the_right_password_waits_with_them()
    {
        await using var host = await TestHost.Start();
        var accounts = new Accounts(host.Store, TimeProvider.System);
        var token = SignedIn.Token(host.Store, Role.Coordinator);
        accounts.SetPassword("coordinator", Password, token);
        using var client = Page(host);
        Assert.Equal(HttpStatusCode.OK, (await SignIn(client, "coordinator", Password)).StatusCode);

        var guesses = new List<HttpStatusCode>();
        while (guesses.Count < 60 && !guesses.Contains(HttpStatusCode.TooManyRequests))
        {
            using var other = Page(host, $"127.0.1.{guesses.Count + 1}"); // each from its own address
            guesses.Add((await SignIn(other, "COORDINATOR", $"guess number {guesses.Count}")).StatusCode);
        }

        Assert.True(guesses.Count < 60, "60 guesses were checked without a limit");
        Assert.All(guesses.SkipLast(1), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        var refused = await SignIn(client, "coordinator", Password);
        Assert.Equal((HttpStatusCode.TooManyRequests, "30"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        Assert.NotNull(accounts.Of(token)); // existing sessions stay valid
    }

    [Fact]
    public async Task One_address_that_guesses_many_names_is_slowed_down_too()
    {
        await using var host = await TestHost.Start();
        using var client = Page(host);
        var tries = 0;
        while (tries < 200 && (await SignIn(client, $"name-{tries}", "wrong password")).StatusCode != HttpStatusCode.TooManyRequests)
        {
            tries++;
        }

        Assert.InRange(tries, 1, 199);
    }

    [Fact]
    public async Task A_password_is_changed_by_whoever_knows_the_one_before()
    {
        await using var host = await TestHost.Start();
        using var client = SignedIn.Client(host.Address, host.Store, Role.Viewer);
        async Task<HttpStatusCode> Change(string password, string? before) =>
            (await client.PostAsJsonAsync("/api/password", new { password, before }, TestContext.Current.CancellationToken)).StatusCode;

        Assert.Equal(HttpStatusCode.BadRequest, await Change("short", null));
        Assert.Equal(HttpStatusCode.NoContent, await Change(Password, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await Change("another password", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await Change("another password", "wrong password"));
        Assert.Equal(HttpStatusCode.NoContent, await Change("another password", Password));
        Assert.NotNull(new Accounts(host.Store, TimeProvider.System).SignIn("viewer", "another password"));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_an_invalid_body_is_refused()
    {
        await using var host = await TestHost.Start();
        using var client = SignedIn.Client(host.Address, host.Store, Role.Viewer);
        using var nonsense = new StringContent("[1", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest,
            (await client.PostAsync(new Uri("/api/sign-in", UriKind.Relative), nonsense,
            TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await client.PostAsJsonAsync("/api/sign-in", new { link = "none" }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK,
            (await client.GetAsync(new Uri("/api/me", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent,
            (await client.PostAsJsonAsync("/api/sign-out", new { }, TestContext.Current.CancellationToken)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized,
            (await client.GetAsync(new Uri("/api/me", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    private static HttpClient Page(TestHost host, string from = "127.0.0.1")
    {
        var client = host.ClientFrom(from);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        return client;
    }

    private static Task<HttpResponseMessage> SignIn(HttpClient client, string name, string password)
    {
        return client.PostAsJsonAsync("/api/sign-in", new { name, password }, TestContext.Current.CancellationToken);
    }

    // A request counts as answered unless it is refused for the role (401, 403) or redirected to sign-in: a request can be invalid and
    // still allowed.
    private static async Task<bool> IsAnswered(HttpClient client, string path)
    {
        using var response = path.StartsWith("POST ", StringComparison.Ordinal)
            ? await client.PostAsJsonAsync(path[5..], new { }, TestContext.Current.CancellationToken)
            : await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Found);
    }
}
