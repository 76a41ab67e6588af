using System.Text.RegularExpressions;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Tests.Support;
using Microsoft.Playwright;

namespace FieldNode.Tests.Page;

/// <summary>Signing in and out, in Debian's Chromium.</summary>
public sealed class SignInPageTests(Browser browser) : IClassFixture<Browser>
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task A_link_lets_somebody_in_who_then_chooses_a_password_and_comes_back_with_it()
    {
        await using var host = await TestHost.Start();
        var accounts = new Accounts(host.Store, TimeProvider.System);
        accounts.Add("li.si", Role.Coordinator);
        await using var page = await browser.Open();
        var tab = page.Tab;

        await tab.GotoAsync($"{host.Address}sign-in#link={accounts.Link("li.si")}");
        await tab.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Assertions.Expect(tab.Locator("h2")).ToHaveTextAsync("Choose a password");
        Assert.DoesNotContain("link=", tab.Url, StringComparison.Ordinal); // so that it is not kept in the history
        await tab.FillAsync("#password", Password);
        await tab.Keyboard.PressAsync("Enter");

        await Assertions.Expect(tab.Locator("#account")).ToHaveTextAsync("li.si");
        await Assertions.Expect(tab.Locator("#state")).ToHaveTextAsync("Live");
        await tab.ClickAsync("#sign-out");
        await Assertions.Expect(tab.Locator("main.sign-in h2")).ToHaveTextAsync("Sign in");
        await tab.GotoAsync($"{host.Address}#doubts");
        await tab.FillAsync("#name", "li.si");
        await tab.FillAsync("#password", Password + "!");
        await tab.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.GetByRole(AriaRole.Alert)).ToContainTextAsync("Wrong name or password");
        await tab.FillAsync("#password", Password);
        await tab.Keyboard.PressAsync("Enter");

        await Assertions.Expect(tab.Locator("main[data-view]")).ToBeVisibleAsync();
        // The browser's complaint about a wrong password.
        Assert.All(page.Complaints, complaint => Assert.Contains("401", complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en", 1280, false)]
    [InlineData("zh", 390, true)]
    public async Task Signing_in_fits_its_screen(string language, int width, bool dark)
    {
        await using var host = await TestHost.Start();
        await using var page = await browser.Open(width, 700, language == "zh" ? "zh-CN" : "en-GB", dark);
        await page.Tab.GotoAsync($"http://site.test:{host.Address.Port}/sign-in");
        await page.Tab.FillAsync("#name", "li.si");
        await page.Tab.FillAsync("#password", "not the right one");
        await page.Tab.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Tab.GetByRole(AriaRole.Alert)).ToContainTextAsync("fieldnode users link");

        Assert.Equal(0, await page.Tab.EvaluateAsync<int>("Math.max(0, document.scrollingElement.scrollWidth - innerWidth)"));
        await page.Take($"page-sign-in-{language}-{width}");
    }

    [Fact]
    public async Task A_link_that_was_used_says_so_and_what_to_do()
    {
        await using var host = await TestHost.Start();
        var accounts = new Accounts(host.Store, TimeProvider.System);
        accounts.Add("li.si", Role.Coordinator);
        var link = accounts.Link("li.si");
        accounts.Follow(link);
        await using var page = await browser.Open(locale: "zh-CN");

        await page.Tab.GotoAsync($"{host.Address}sign-in#link={link}");
        await page.Tab.GetByRole(AriaRole.Button, new() { Name = "继续" }).ClickAsync();

        await Assertions.Expect(page.Tab.GetByRole(AriaRole.Alert)).ToContainTextAsync("fieldnode users link");
    }

    [Theory]
    [InlineData(Role.Viewer, "board coverage pace bags training")]
    [InlineData(Role.Technician, "board coverage pace bags doubts training")]
    [InlineData(Role.Coordinator, "board coverage missing pace search bags doubts training")]
    public async Task A_role_is_offered_the_views_that_it_may_see(Role role, string views)
    {
        await using var host = await TestHost.Start();
        await host.Accept(host.Batch(1, 1, [.. Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X")]));
        await host.Accept(host.Batch(1, 9, Logs.FrameOf(1, 9, 9000, new FieldNode.Protocol.Records.Arrived { People = 1 })));
        await using var page = await browser.Open();
        await page.SignIn(host.Address, host.Store, role);

        await page.Tab.GotoAsync($"{host.Address}#missing");
        await Assertions.Expect(page.Tab.Locator("#state")).ToHaveTextAsync("Live");
        Assert.Equal(views.Split(' '), await page.Tab.Locator("nav a")
            .EvaluateAllAsync<string[]>("links => links.map(link => link.hash.slice(1))"));
        foreach (var view in views.Split(' '))
        {
            await page.Tab.GotoAsync($"{host.Address}#{view}");
            await Assertions.Expect(page.Tab.Locator($"main[data-view={view}] section").First).ToBeVisibleAsync();
        }

        if (role >= Role.Technician)
        {
            await page.Tab.GotoAsync($"{host.Address}#doubts");
            await Assertions.Expect(page.Tab.Locator(".doubt h3").First).ToContainTextAsync("Records missing");
            Assert.Equal(role == Role.Coordinator, await page.Tab.Locator(".doubt button").CountAsync() > 0);
        }

        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Who_is_signed_in_already_is_led_on_and_a_sign_out_that_fails_is_seen()
    {
        await using var host = await TestHost.Start();
        await using var page = await browser.Open();
        await page.SignIn(host.Address, host.Store);
        await page.Tab.GotoAsync($"{host.Address}sign-in?then={Uri.EscapeDataString("/#pace")}");
        await Assertions.Expect(page.Tab.Locator("main[data-view=pace]")).ToBeVisibleAsync();

        await page.Tab.ClickAsync("nav a[href='#missing']");
        await Assertions.Expect(page.Tab.Locator("main[data-view=missing]")).ToBeVisibleAsync();
        await page.Tab.RouteAsync("**/api/sign-out", route => route.AbortAsync());
        await page.Tab.ClickAsync("#sign-out");
        await Assertions.Expect(page.Tab.Locator("#state.down")).ToContainTextAsync("does not answer");
        await page.Tab.UnrouteAsync("**/api/sign-out");
        await page.Tab.ClickAsync("#sign-out");
        await Assertions.Expect(page.Tab.Locator("main.sign-in h2")).ToHaveTextAsync("Sign in");
        await page.Tab.GoBackAsync();
        await Assertions.Expect(page.Tab.Locator("main.sign-in h2")).ToHaveTextAsync("Sign in"); // nothing of the signed-in page is left
    }

    [Fact]
    public async Task A_screen_gets_the_big_screen_wherever_it_goes()
    {
        await using var host = await TestHost.Start();
        await using var page = await browser.Open();
        await page.SignIn(host.Address, host.Store, Role.Screen);

        await page.Tab.GotoAsync(host.Address.ToString());

        await Assertions.Expect(page.Tab.Locator("body.screen #where")).ToHaveTextAsync("S");
        Assert.EndsWith("/board", page.Tab.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_who_is_put_out_is_led_to_the_sign_in_page_and_back_again()
    {
        await using var host = await TestHost.Start();
        var accounts = new Accounts(host.Store, TimeProvider.System);
        await using var page = await browser.Open();
        await page.SignIn(host.Address, host.Store);
        await page.Tab.GotoAsync($"{host.Address}#pace");
        await Assertions.Expect(page.Tab.Locator("#state")).ToHaveTextAsync("Live");

        var link = accounts.Link("coordinator"); // ends the session
        await host.Accept(host.Batch(1, 1, [.. Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X")]));
        await Assertions.Expect(page.Tab.Locator("main.sign-in h2")).ToHaveTextAsync("Sign in");
        Assert.Contains("then=%2F%23pace", page.Tab.Url, StringComparison.Ordinal);

        await page.Tab.GotoAsync(page.Tab.Url + "#link=" + link); // appended to the address of the open page
        await page.Tab.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Tab.GetByRole(AriaRole.Link, new() { Name = "Later" }).ClickAsync();
        await Assertions.Expect(page.Tab.Locator("main[data-view=pace]")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/.//evil.example/")]
    [InlineData("/%2e//evil.example/")]
    [InlineData("OWN//evil.example/")]
    [InlineData("http://[")]
    public async Task Signing_in_leads_to_this_hosts_own_pages_alone(string then)
    {
        await using var host = await TestHost.Start();
        var accounts = new Accounts(host.Store, TimeProvider.System);
        accounts.Add("li.si", Role.Viewer);
        await using var page = await browser.Open();

        var target = then.Replace("OWN", host.Address.ToString().TrimEnd('/'), StringComparison.Ordinal);
        await page.Tab.GotoAsync($"{host.Address}sign-in?then={Uri.EscapeDataString(target)}#link={accounts.Link("li.si")}");
        await page.Tab.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Tab.GetByRole(AriaRole.Link, new() { Name = "Later" }).ClickAsync();

        // Not WaitForURLAsync: it also waits for the load event, and hangs if that came first.
        await Assertions.Expect(page.Tab).Not.ToHaveURLAsync(new Regex("sign-in"));
        Assert.Equal(host.Address.Authority, new Uri(page.Tab.Url).Authority);
    }

    [Fact]
    public async Task Where_others_can_read_along_the_page_says_so()
    {
        await using var host = await TestHost.Start();
        await using var page = await browser.Open();
        await page.Tab.GotoAsync($"{host.Address}sign-in");
        await Assertions.Expect(page.Tab.Locator("#name")).ToBeVisibleAsync();
        Assert.Equal(0, await page.Tab.Locator(".plain").CountAsync()); // no warning on this computer's own address

        await page.Tab.GotoAsync($"http://site.test:{host.Address.Port}/sign-in");
        await Assertions.Expect(page.Tab.Locator(".plain")).ToContainTextAsync("Not encrypted");
        var link = new Accounts(host.Store, TimeProvider.System);
        link.Add("li.si", Role.Viewer);
        await page.Tab.GotoAsync($"http://site.test:{host.Address.Port}/sign-in?again#link={link.Link("li.si")}");
        await page.Tab.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Tab.GetByRole(AriaRole.Link, new() { Name = "Later" }).ClickAsync();
        await Assertions.Expect(page.Tab.Locator("header .plain")).ToContainTextAsync("Not encrypted");
    }

    [Fact]
    public async Task Over_tls_a_browser_that_has_the_sites_certificate_is_in_without_a_warning()
    {
        using var directory = new TemporaryDirectory();
        var store = AnsweringStore.Open(directory.File("data"));
        await using var server = await HostServer.Start(store, "https://127.0.0.1:0", TimeProvider.System,
            AccessKey.LoadOrCreate(directory.File("data")));
        var address = new Uri(server.Urls.First());
        var accounts = new Accounts(store, TimeProvider.System);
        accounts.Add("li.si", Role.Viewer);
        using var authority = SiteAuthority.LoadOrCreate(store);
        await using var stranger = await browser.Open();
        var refused = await Assert.ThrowsAsync<PlaywrightException>(() => stranger.Tab.GotoAsync(address.ToString()));
        Assert.Contains("ERR_CERT_AUTHORITY_INVALID", refused.Message, StringComparison.Ordinal);

        await using var page = await browser.Open(ignoreCertificates: true); // Chromium trusts only authorities in its profile
        await page.Tab.GotoAsync($"{address}sign-in#link={accounts.Link("li.si")}");
        await page.Tab.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Tab.GetByRole(AriaRole.Link, new() { Name = "Later" }).ClickAsync();

        await Assertions.Expect(page.Tab.Locator("#state")).ToHaveTextAsync("Live");
        var cookie = Assert.Single(await page.Tab.Context.CookiesAsync());
        Assert.Equal(("__Host-fieldnode", true, true, SameSiteAttribute.Strict),
            (cookie.Name, cookie.Secure, cookie.HttpOnly, cookie.SameSite));
        Assert.Empty(page.Complaints);
    }
}
