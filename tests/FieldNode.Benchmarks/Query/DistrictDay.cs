using System.Globalization;
using FieldNode.Answers.Roster;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Benchmarks.Query;

/// <summary>
/// A district's day (docs/field-facts.md, Scale): nodes with about 2,500 records each, two to a site, with rosters, bags and fever; some
/// people are missing, some are on no roster, some are sampled twice. Written through the host's own merge.
/// </summary>
internal sealed class DistrictDay(HostStore store, int records)
{
    public const int RecordsPerNode = 2500;

    private const int NodesPerSite = 2;
    private const int GroupSize = 10;
    private const int TubesPerBag = 20;
    private const int NodesPerUpload = 20;
    private const int HouseholdSize = 3;
    private const int HouseholdsPerBuilding = 40;
    private const uint PersonMs = 17_000;
    private const ulong Morning = 1_636_237_800_000; // 2021-11-07 06:30 in Zhengzhou

    private readonly byte[] _frames = new byte[Batch.FramesBytesMax];
    private readonly byte[] _content = new byte[Frame.BytesMax];
    private MergeQueue? _queue;
    private ulong _node;
    private uint _first;
    private uint _sequence;
    private int _frameCount;
    private int _bytes;
    private Task _merging = Task.CompletedTask;
    private readonly Dictionary<int, uint> _lastOf = [];
    private int _uploads;

    public int Nodes => Math.Max(1, records / RecordsPerNode);

    /// <summary>A person's code: an invented paper in a valid format, by number.</summary>
    public static string Person(int node, int number) => string.Create(CultureInfo.InvariantCulture, $"P{node:D5}{number:D6}");

    public static string Tube(int node, int number) => string.Create(CultureInfo.InvariantCulture, $"ZZ{node:D5}{number:D4}");

    public async Task Write(Action<int> progress)
    {
        var registry = new NodeRegistry(store, TimeProvider.System);
        await using var queue = new MergeQueue(store, TimeProvider.System);
        _queue = queue;
        for (var node = 1; node <= Nodes; node++)
        {
            registry.Add(new EnrolledNode((ulong)node, $"node-{node}", Site(node), $"L{node}", null));
            if (node % NodesPerSite == 1 || NodesPerSite == 1)
            {
                new Rosters(store).Set(Site(node), [.. Enumerable.Range(node, NodesPerSite).SelectMany(RosterOf)]);
            }

            await WriteNode(node);
            progress(node);
        }

        await _merging;
    }

    private static string Site(int node) => string.Create(CultureInfo.InvariantCulture, $"site-{(node - 1) / NodesPerSite + 1}");

    // Three in a hundred do not come; one in two hundred who come is on no roster.
    private static IEnumerable<RosterPerson> RosterOf(int node)
    {
        var people = PeopleOf() * 103 / 100;
        return Enumerable.Range(0, people).Where(i => i % 200 != 199)
            .Select(i => new RosterPerson(Site(node), Person(node, i),
            string.Create(CultureInfo.InvariantCulture, $"{node}-{i / HouseholdSize}"),
            string.Create(CultureInfo.InvariantCulture, $"{node}-{i / HouseholdSize / HouseholdsPerBuilding}")));
    }

    private static int PeopleOf() => (RecordsPerNode - 20) * GroupSize / (GroupSize + 2) * 96 / 100;

    private async Task WriteNode(int node)
    {
        (_node, _first, _sequence, _frameCount, _bytes) = ((ulong)node, 1, 0, 0, 0);
        await Append(0, new Booted
        {
            BootCount = 1,
            Firmware = 1,
            Lane = System.Text.Encoding.UTF8.GetBytes($"L{node}"),
            Site = System.Text.Encoding.UTF8.GetBytes(Site(node))
        });
        await Append(1000, new ClockSet { UtcMs = Morning + (ulong)(node % 600) * 1000, Source = ClockSet.SourceHost });
        await Append(2000, Coded(new OperatorSet(), $"team{node}"));
        uint ticks = 60_000;
        var (tubes, bag) = (0, 0u);
        for (var person = 0; person < PeopleOf();)
        {
            var tube = Tube(node, tubes++);
            var opened = await Append(ticks, Coded(new TubeOpened { Round = 1, GroupSize = GroupSize }, tube));
            for (byte position = 1; position <= GroupSize && person < PeopleOf(); position++, person++)
            {
                ticks += PersonMs;
                var code = person == 1 && node % 20 == 0 ? Person(node - 1, 1) : Person(node, person); // some also come to a second lane
                await Append(ticks, Coded(new PersonSampled
                {
                    Tube = opened,
                    Position = position,
                    Round = 1,
                    Kind = PersonSampled.KindOtherPaper,
                    Category = (byte)(person % 11 == 0 ? Category.Elder : Category.General)
                }, code));
            }

            await Append(ticks + 500, new TubeClosed { Tube = opened, People = GroupSize });
            if (tubes % TubesPerBag == 0)
            {
                bag = await Append(ticks + 1000, Coded(new BagOpened { Round = 1 }, $"BAG{node:D5}{tubes:D4}"));
                for (var packed = tubes - TubesPerBag; packed < tubes; packed++)
                {
                    await Append(ticks + 2000, Coded(new TubePacked { Bag = bag, People = GroupSize }, Tube(node, packed)));
                }

                await Append(ticks + 3000, new BagSealed { Bag = bag, Tubes = TubesPerBag, People = TubesPerBag * GroupSize });
                if (person < PeopleOf() * 9 / 10)
                {
                    await Append(ticks + 4000, HandedOver(node)); // the last bag still waits for the driver
                }
            }
        }

        await Flush();
        _lastOf[node] = _sequence;
    }

    /// <summary>Some lanes continue: a tube and two people each.</summary>
    public async Task UploadMore()
    {
        await using var queue = new MergeQueue(store, TimeProvider.System);
        _queue = queue;
        for (var i = 0; i < NodesPerUpload; i++)
        {
            var node = _uploads++ % Nodes + 1;
            var last = _lastOf[node];
            (_node, _first, _sequence, _frameCount, _bytes) = ((ulong)node, last + 1, last, 0, 0);
            var ticks = 40_000_000 + last * 1000;
            var opened = await Append(ticks, Coded(new TubeOpened { Round = 1, GroupSize = GroupSize }, $"YY{node:D5}{last:D6}"));
            await Append(ticks + PersonMs,
                Coded(new PersonSampled { Tube = opened, Position = 1, Round = 1, Kind = PersonSampled.KindOtherPaper },
                $"Q{node:D5}{last:D6}"));
            await Append(ticks + 2 * PersonMs,
                Coded(new PersonSampled { Tube = opened, Position = 2, Round = 1, Kind = PersonSampled.KindOtherPaper },
                $"R{node:D5}{last:D6}"));
            await Flush();
            _lastOf[node] = _sequence;
        }

        await _merging;
    }

    private static HandedOver HandedOver(int node)
    {
        var handover = new HandedOver { Bags = 1, Tubes = TubesPerBag };
        var (giver, receiver) = (System.Text.Encoding.ASCII.GetBytes($"team{node}"), "driver"u8.ToArray());
        handover.SetBadges(giver, giver.Length, receiver, 0, receiver.Length);
        return handover;
    }

    private static T Coded<T>(T content, string code)
        where T : CodeContent
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(code);
        content.SetCode(bytes, 0, bytes.Length);
        return content;
    }

    private async Task<uint> Append(uint ticks, RecordContent content)
    {
        var count = content.Write(_content, 0);
        if (_bytes + Frame.OverheadBytes + count > _frames.Length || _frameCount == Batch.FramesMax)
        {
            await Flush();
        }

        _sequence++;
        _content.AsSpan(0, count).CopyTo(_frames.AsSpan(_bytes + Frame.HeadBytes));
        _bytes += Frame.Seal(_frames, _bytes, 1, _sequence, content.Type, ticks, count);
        _frameCount++;
        return _sequence;
    }

    private async Task Flush()
    {
        if (_frameCount == 0)
        {
            return;
        }

        var batch = new Batch
        {
            HostId = store.HostId,
            NodeId = _node,
            Epoch = 1,
            FirstSequence = _first,
            FrameCount = _frameCount,
            FramesBytes = _bytes
        };
        var bytes = new byte[batch.TotalBytes];
        batch.WriteHead(bytes, 0);
        _frames.AsSpan(0, _bytes).CopyTo(bytes.AsSpan(Batch.HeadBytes));
        Task<MergeResult> merging;
        while (!_queue!.TryAdd(LogPart.FromBatch(batch, bytes, LogSource.LogFile), out merging))
        {
            await _merging;
        }

        _merging = merging;
        (_first, _frameCount, _bytes) = (_sequence + 1, 0, 0);
    }
}
