using FieldNode.Host.Access;
using FieldNode.Log.Store;
using System.Reflection;
using Microsoft.Playwright;

namespace FieldNode.Tests.Support;

/// <summary>Debian's Chromium, driven by Playwright; shared by all page tests. It can reach only this machine.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] s_arguments =
    [
        "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
            "--host-resolver-rules=MAP site.test 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ];

    // Page speed is not tested, and the machine is slow while other tests run in parallel.
    private const float PatienceMs = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", Assembly.GetExecutingAssembly()
            .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PlaywrightPackage").Value);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Headless = true,
            ChromiumSandbox = false,
            Args = s_arguments
        });
    }

    /// <summary>Opens a page in its own context; it records requests to other hosts and console errors.</summary>
    internal async Task<Page> Open(int width = 1280, int height = 900, string locale = "en-GB", bool dark = false,
        bool ignoreCertificates = false)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            Locale = locale,
            TimezoneId = "Asia/Shanghai",
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            IgnoreHTTPSErrors = ignoreCertificates,
            ServiceWorkers = ServiceWorkerPolicy.Block,
            IsMobile = width < 600,
            HasTouch = width < 600,
        });
        return new Page(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A page, with the problems it had.</summary>
    internal sealed class Page : IAsyncDisposable
    {
        private readonly IBrowserContext _context;

        public Page(IBrowserContext context, IPage page)
        {
            _context = context;
            Tab = page;
            page.Request += (_, request) =>
            {
                if (new Uri(request.Url) is { Scheme: "http" or "https", Host: not ("127.0.0.1" or "site.test") })
                {
                    Foreign.Add(request.Url);
                }
            };
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                {
                    Complaints.Add(message.Text);
                }
            };
            page.PageError += (_, error) => Complaints.Add(error);
        }

        public IPage Tab { get; }

        /// <summary>Requests to other hosts.</summary>
        public List<string> Foreign { get; } = [];

        public List<string> Complaints { get; } = [];

        /// <summary>Signs in, as a sign-in link does.</summary>
        public async Task SignIn(Uri address, HostStore store, Role role = Role.Coordinator, TimeProvider? time = null)
        {
            await _context.AddCookiesAsync([new() { Name = "fieldnode", Value = SignedIn.Token(store, role, time), Url = address.ToString(),
                HttpOnly = true, SameSite = SameSiteAttribute.Strict }]);
        }

        /// <summary>Takes a screenshot for docs/images if FIELDNODE_WRITE_PICTURES=1.</summary>
        public async Task Take(string name)
        {
            if (Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") == "1")
            {
                await Tab.ScreenshotAsync(new()
                {
                    Path = Path.Combine(Repository.Root, "docs", "images", name + ".png"),
                    Animations = ScreenshotAnimations.Disabled,
                    Type = ScreenshotType.Png
                });
            }
        }

        public async ValueTask DisposeAsync() => await _context.DisposeAsync();
    }
}
