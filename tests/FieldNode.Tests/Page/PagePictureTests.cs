using FieldNode.Tests.Support;
using Microsoft.Playwright;

namespace FieldNode.Tests.Page;

/// <summary>
/// The pictures of docs/coordinator.md; FIELDNODE_WRITE_PICTURES=1 takes them. Each view is always rendered, and must fit.
/// </summary>
public sealed class PagePictureTests(Browser browser, PageDay day) : IClassFixture<Browser>, IClassFixture<PageDay>
{
    private static readonly string[] s_tabs = ["board", "coverage", "missing", "pace", "search", "bags", "doubts", "training"];

    private static readonly (string, int)[] s_alsoSmallAndLarge = [("board", 390), ("missing", 390), ("search", 390), ("coverage", 1920)];

    [Theory]
    [InlineData("en", 1280, 900, false)]
    [InlineData("zh", 390, 844, false)]
    [InlineData("zh", 1920, 1080, true)]
    public async Task Every_view_fits_its_screen_in_both_languages_light_and_dark(string language, int width, int height, bool dark)
    {
        await using var page = await browser.Open(width, height, language == "zh" ? "zh-CN" : "en-GB", dark);
        await day.SignIn(page);
        foreach (var tab in s_tabs)
        {
            await page.Tab.GotoAsync($"{day.Address}#{tab}");
            await Assertions.Expect(page.Tab.Locator("nav a[aria-current]")).ToHaveAttributeAsync("href", $"#{tab}");
            await Assertions.Expect(page.Tab.Locator($"main[data-view={tab}] section").First).ToBeVisibleAsync();
            if (tab == "search")
            {
                await page.Tab.FillAsync("#code", Tube());
                await page.Tab.Keyboard.PressAsync("Enter");
                await Assertions.Expect(page.Tab.Locator("#results article").First).ToBeVisibleAsync();
            }

            var overflow = await page.Tab.EvaluateAsync<int>("document.scrollingElement.scrollWidth - innerWidth");
            Assert.True(overflow <= 0, $"{tab} is {overflow} px wider than the {width} px screen");
            if (width == 1280 || s_alsoSmallAndLarge.Contains((tab, width)))
            {
                await page.Take($"page-{tab}-{language}-{width}");
            }
        }

        Assert.Empty(page.Foreign);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_big_screen_shows_lanes_calls_and_queues_and_nobodys_name()
    {
        await using var page = await browser.Open(1920, 1080, "zh-CN", dark: true);
        await day.SignIn(page);
        await page.Tab.GotoAsync($"{day.Address}board");

        await Assertions.Expect(page.Tab.Locator("main section.calls").First).ToContainTextAsync("请 10 位上前");
        var text = await page.Tab.Locator("body").InnerTextAsync();
        Assert.DoesNotMatch(@"\d{6,}", text);
        await page.Take("page-screen-zh-1920");
        Assert.Empty(page.Complaints);
    }

    private string Tube() => OpenLog.People(day.Store, new FieldNode.Answers.Reports.PersonFilter()).Skip(30).First().Tube;
}
