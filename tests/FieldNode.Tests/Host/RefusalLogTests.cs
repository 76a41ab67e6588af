using System.Text;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FieldNode.Tests.Host;

public sealed class RefusalLogTests
{
    private const int LinesPerMinute = 60;

    [Fact]
    public async Task Refused_requests_are_told_one_by_one_until_they_are_too_many_and_then_counted()
    {
        using var directory = new TemporaryDirectory();
        var time = new SetTime();
        var log = new StringBuilder();
        await using var server = await HostServer.Start(AnsweringStore.Open(directory.File("data")), "http://127.0.0.1:0", time,
            AccessKey.LoadOrCreate(directory.File("data")),
            new HostSettings { Logging = builder => builder.AddProvider(new LogLines(log)) });
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };

        await Refuse(client, LinesPerMinute + 40);
        Assert.Equal((LinesPerMinute, 0), (Count(log, "was answered 404"), Count(log, "more requests")));
        time.Now += TimeSpan.FromMinutes(1);
        await Refuse(client, 1);

        Assert.Equal((LinesPerMinute + 1, 1), (Count(log, "was answered 404"), Count(log, "40 more requests were refused in that minute")));
    }

    [Fact]
    public void A_flood_of_refusals_does_not_hide_what_nobody_foresaw()
    {
        var log = new StringBuilder();
        using var lines = LoggerFactory.Create(builder => builder.AddProvider(new LogLines(log)));
        var time = new SetTime();
        var refusals = new RefusalLog(lines.CreateLogger("host"), time);
        for (var i = 0; i < 10_000; i++)
        {
            refusals.Note(new DefaultHttpContext(), "cut-off", fault: null);
        }

        for (var i = 0; i < 100; i++)
        {
            refusals.Note(new DefaultHttpContext(), "internal", new InvalidOperationException("the reason"));
        }

        Assert.Equal((LinesPerMinute, RefusalLog.FaultsPerMinute), (Count(log, "cut-off"), Count(log, "internal")));
        time.Now += TimeSpan.FromMinutes(1);
        refusals.Note(new DefaultHttpContext(), "cut-off", fault: null);
        Assert.Equal(1, Count(log, "95 more faults"));
    }

    private static async Task Refuse(HttpClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var response = await client.GetAsync(new Uri("/nothing", UriKind.Relative), TestContext.Current.CancellationToken);
        }
    }

    private static int Count(StringBuilder log, string text)
    {
        lock (log)
        {
            return log.ToString().Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));
        }
    }
}
