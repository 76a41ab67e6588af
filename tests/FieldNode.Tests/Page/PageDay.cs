using System.Globalization;
using FieldNode.Answers;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Page;

/// <summary>
/// Half a day at two sites, simulated, and served as of its end: tests/fixtures/page-day.json, with invented names, phones and slots on the
/// roster.
/// </summary>
public sealed class PageDay : IAsyncLifetime
{
    private static readonly string[] s_families = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈"];
    private static readonly string[] s_given = ["伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "勇", "杰"];

    private readonly TemporaryDirectory _directory = new();
    private HostServer? _server;

    /// <summary>When the simulated day ended; the served page uses this time.</summary>
    internal DateTimeOffset Now { get; private set; }

    public HostStore Store { get; private set; } = null!;

    public Uri Address => new(_server!.Urls.First());

    /// <summary>Signs a page in as a coordinator.</summary>
    internal Task SignIn(Browser.Page page) => page.SignIn(Address, Store, Role.Coordinator, new Standing(Now));

    public async ValueTask InitializeAsync()
    {
        SharedDay.Page.CopyTo(_directory.File("day"));
        Store = AnsweringStore.Open(_directory.File("day/host-1"));
        Name(new Rosters(Store));
        await AddDoubts();
        Now = Fleet.Read(Store).Nodes.Max(node => node.Now.Last.At)!.Value.AddMinutes(1);
        _server = await HostServer.Start(Store, "http://127.0.0.1:0", new Standing(Now),
            AccessKey.LoadOrCreate(_directory.File("day/host-1")));
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _directory.Dispose();
    }

    // A sixth lane with an incomplete upload: its clock was never set, records are missing, and one person and one tube also appear at
    // another lane.
    private async Task AddDoubts()
    {
        const uint epoch = 0x5EED0006;
        var taken = OpenLog.People(Store, new PersonFilter()).Skip(20).First();
        byte[][] frames =
        [
            Logs.FrameOf(epoch, 1, 0, new Booted { BootCount = 1, Firmware = 1, Lane = "L6"u8.ToArray(), Site = "site-2"u8.ToArray() }),
            Logs.FrameOf(epoch, 2, 2000, new TubeOpened { Round = 1, GroupSize = 10 }.WithCode(taken.Tube)),
            Logs.FrameOf(epoch, 3, 3000,
                new PersonSampled { Tube = 2, Position = 1, Round = 1, Kind = PersonSampled.KindResidentId }.WithCode(taken.Person)),
        ];
        new NodeRegistry(Store, TimeProvider.System).Add(new EnrolledNode(6, "lane-6", "site-2", "L6", null));
        await using var queue = new MergeQueue(Store, TimeProvider.System);
        foreach (var (first, some) in new[] { (1u, frames), (9u, [Logs.FrameOf(epoch, 9, 9000, new Arrived { People = 3 })]) })
        {
            await Logs.Merge(queue, Logs.BatchOf(Store.HostId, 6, epoch, first, new byte[32], some));
        }
    }

    private static void Name(Rosters rosters)
    {
        var people = rosters.People().Select((person, i) => person with
        {
            Name = s_families[i % s_families.Length] + s_given[i / s_families.Length % s_given.Length],
            Phone = string.Create(CultureInfo.InvariantCulture, $"139-0000-{i:D4}"),
            Mobility = i % 31 == 0 ? "不便" : "",
        }).ToList();
        var slots = people.Select(person => (person.Site, person.Building)).Distinct()
            .ToDictionary(building => building,
            building => int.Parse(building.Building, CultureInfo.InvariantCulture) is var number
                ? string.Create(CultureInfo.InvariantCulture, $"{7 + number / 4:D2}:{number % 4 * 15:D2}") : "");
        rosters.Import(people, slots, replace: true, dryRun: false);
    }

    private sealed class Standing(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
