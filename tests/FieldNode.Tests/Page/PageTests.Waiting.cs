using System.Text.RegularExpressions;
using FieldNode.Host.Access;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;
using Microsoft.Playwright;

namespace FieldNode.Tests.Page;

// Pages that stay open for long, and hosts that do not answer.
public sealed partial class PageTests
{
    [Fact]
    public async Task A_page_that_is_open_for_a_day_is_still_live_and_no_larger()
    {
        await using var host = await TestHost.Start();
        await using var page = await browser.Open();
        await page.Tab.Clock.InstallAsync();
        await page.SignIn(host.Address, host.Store);
        await page.Tab.GotoAsync($"{host.Address}");
        await Assertions.Expect(Sampled(page)).ToHaveTextAsync("0");
        var nodes = new List<int>();
        for (var hour = 1; hour <= Sweep.Count(24, 8); hour++)
        {
            // A real event arrives each hour; then all of the page's timers for that hour run in one go.
            await host.Accept(host.Batch(Epoch, (uint)hour,
                Logs.FrameOf(Epoch, (uint)hour, (uint)hour,
                new PersonSampled { Tube = 1, Position = 1, Round = 1 }.WithCode($"E{hour:D8}"))));
            await page.Tab.Clock.RunForAsync(3_600_000);

            // Skipping an hour may have timed out a request: the page then asks again.
            await Assertions.Expect(Sampled(page)).ToHaveTextAsync($"{hour}", new() { Timeout = 60_000 });
            nodes.Add(await page.Tab.EvaluateAsync<int>("document.querySelectorAll('*').length"));
        }

        await Assertions.Expect(page.Tab.Locator("#state")).ToHaveTextAsync("Live");
        Assert.Equal(nodes[2], nodes[^1]);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_takes_nothing_away_and_is_asked_for_again()
    {
        await using var host = await TestHost.Start();
        await using var page = await browser.Open();
        await page.Tab.AddInitScriptAsync(LateAnswers + "window.late = 0;");
        await page.SignIn(host.Address, host.Store);
        await page.Tab.GotoAsync($"{host.Address}");
        await Assertions.Expect(Sampled(page)).ToHaveTextAsync("0");
        await page.Tab.EvaluateAsync("""
            window.late = 1;
            window.lost = 0;
            new MutationObserver(() => window.lost += document.querySelector('.figures dd') ? 0 : 1)
                .observe(document.querySelector('main'), { childList: true });
            """);

        await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person)]));

        await Assertions.Expect(Sampled(page)).ToHaveTextAsync("1", new() { Timeout = 60_000 });
        Assert.Equal(0, await page.Tab.EvaluateAsync<int>("window.lost"));
        Assert.True(await page.Tab.EvaluateAsync<int>("window.late") < 1, "no answer was late");
    }

    [Fact]
    public async Task A_big_screen_whose_answer_does_not_come_asks_again()
    {
        await using var host = await TestHost.Start();
        await using var page = await browser.Open();
        await page.Tab.AddInitScriptAsync(LateAnswers + "window.late = 0;");
        await page.SignIn(host.Address, host.Store, Role.Screen);
        await page.Tab.GotoAsync($"{host.Address}board");
        await Assertions.Expect(page.Tab.Locator("#where")).ToHaveTextAsync("S");
        await Assertions.Expect(page.Tab.Locator("#state")).ToHaveTextAsync("");
        // Times out two requests, because the one for the stream's first event may use up one of them.
        await page.Tab.EvaluateAsync("document.documentElement.dataset.late = window.late = 2");

        await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person)]));

        // The page asks again sooner than its regular refresh every half minute.
        await Assertions.Expect(page.Tab.Locator("html")).ToHaveAttributeAsync("data-late", new Regex("^-"), new() { Timeout = 20_000 });
        await Assertions.Expect(page.Tab.Locator("#state")).ToHaveTextAsync("");
    }

    [Fact]
    public async Task Pages_that_nobody_looks_at_leave_the_browsers_lines_to_the_one_that_is_seen()
    {
        await using var host = await TestHost.Start();
        await using var page = await Open(host);
        var tabs = new List<IPage> { page.Tab };
        for (var i = 0; i < 9; i++)
        {
            await Show(tabs[^1], false); // a browser hides the tab that another one covers
            var next = await page.Tab.Context.NewPageAsync();
            await next.GotoAsync(host.Address.ToString());
            await Assertions.Expect(next.Locator("#state")).ToHaveTextAsync("Live");
            await Assertions.Expect(next.Locator(".figures dd").First).ToHaveTextAsync("0");
            tabs.Add(next);
        }

        await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person)]));
        await Show(tabs[^1], false);
        await Show(tabs[0], true);
        await Assertions.Expect(tabs[0].Locator(".figures dd").First).ToHaveTextAsync("1");
    }
}
