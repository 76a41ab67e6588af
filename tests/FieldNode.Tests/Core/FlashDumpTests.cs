using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FieldNode.Answers.Roster;
using FieldNode.Core.Enrolment;
using FieldNode.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>
/// A node is found, and every byte of its flash is read: log, settings and roster. A finder who also knows who might have been there learns
/// at most whom the node saw since its newest sector began. Expected people are hidden among many who are not expected
/// (RosterPackingTests).
/// </summary>
public sealed class FlashDumpTests
{
    private const int PeopleCount = 2000;
    private const int KeyWindow = 64; // bytes at a sector's start: any place in a head that could hold a key
    private const int StepsMax = 200;
    // Random hits of 2,000 patterns of 4 bytes in about 50,000 random ones; a code that really is stored has hundreds of hits.
    private const int ByChance = 3;

    private readonly NorFlash _settingsFlash = new(SettingsStore.Sectors * 4096);
    private readonly StoredSettings _settings = new();
    private readonly IReadOnlyList<string> _people = People.Generate(PeopleCount, new Random(7));
    private readonly Bench _bench;
    private readonly HashSet<string> _ofNewestSector;

    public FlashDumpTests()
    {
        var store = new SettingsStore(_settingsFlash);
        store.Load(_settings);
        var secrets = new NodeSecrets(_settings, store, HmacTags.Instance);
        var card = new EnrolmentCard
        {
            NodeId = Bench.NodeId,
            HostId = 1,
            Claim = RandomNumberGenerator.GetBytes(EnrolmentCard.ClaimBytes),
            Url = "http://10.0.0.5:8080"u8.ToArray()
        };
        var text = new byte[EnrolmentCard.TextBytesMax];
        Assert.True(secrets.TakeCard(card, text, card.Write(text), RandomNumberGenerator.GetBytes(ClaimMessage.NonceBytes),
            mayFormat: false));
        _bench = new Bench(new NorFlash(64 * 4096))
        {
            Tags = HmacTags.Instance,
            Seals = secrets,
            Roster = new NorFlash(SimulatedBoard.RosterBytes)
        }.Renew().Start();
        SampleRoster.Write(_bench.Roster!, new RosterPacking(Outside.Real.Chance)
            .Pack(SampleRoster.RosterOf(People.Settle(_people, 800, 4)), null));
        _bench.Node.Roster.Load();
        ScanAll(_people.Take(PeopleCount / 2));
        // The claim is traded in mid-day.
        Assert.True(secrets.TakeKeys(RandomNumberGenerator.GetBytes(NodeKeys.Bytes), RandomNumberGenerator.GetBytes(NodeKeys.Bytes), [],
            card.Number));
        _bench.Node.Log.RenewSeals();
        ScanAll(_people.Skip(PeopleCount / 2));
        _bench.Wait(1000); // idle: spent keys are destroyed
        _ofNewestSector = [.. _bench.Records()
            .Where(record => record.Sequence >= Newest().FirstSequence && Frame.Type(record.Frame, 0) == RecordType.PersonSampled)
            .Select(record => _people[(int)_personOf[record.Sequence]])];
    }

    private readonly Dictionary<uint, int> _personOf = [];

    [Fact]
    public void No_code_stands_in_it_in_any_encoding()
    {
        var dump = Dump();
        Assert.InRange(_ofNewestSector.Count, 1, 90); // a sector has 4,096 bytes
        foreach (var (name, encode) in Encodings())
        {
            var patterns = _people.Select(person => Convert.ToHexString(encode(person))).ToHashSet();
            var bytes = patterns.First().Length / 2;
            var found = Enumerable.Range(0, dump.Length - bytes + 1)
                .Where(at => (dump[at] != 0xFF || dump[at + bytes - 1] != 0xFF)
                && patterns.Contains(Convert.ToHexString(dump.AsSpan(at, bytes)))).ToList();
            Assert.True(found.Count <= (bytes > sizeof(uint) ? 0 : ByChance), $"codes as {name} found at {string.Join(", ", found)}");
        }
    }

    [Fact]
    public void Every_key_in_it_opens_only_the_people_of_the_newest_sector()
    {
        var opened = new HashSet<string>();
        var sealedCodes = SealedCodes();
        foreach (var (first, head) in Heads())
        {
            for (var at = 0; at + SealChain.KeyBytes <= KeyWindow; at++)
            {
                // Tries any 16 bytes of a sector's start as the key of any of its records, and follows the chain from there.
                for (var skip = 0u; skip < (at == SectorHead.SealKeyOffset ? 3u : 1u); skip++)
                {
                    Try(opened, sealedCodes, head.AsSpan(at, SealChain.KeyBytes).ToArray(), first + skip);
                }
            }
        }

        byte[] settings = [.. _settingsFlash.Cells, .. _bench.Roster!.Cells.AsSpan(0, 64)];
        for (var at = 0; at + NodeKeys.Bytes <= settings.Length; at++)
        {
            if (settings[at] == 0xFF && settings[at + NodeKeys.Bytes - 1] == 0xFF)
            {
                continue;
            }

            // Tries any 32 bytes of the settings as the root of the seals, for each chain that the heads name.
            foreach (var since in Heads().Select(head => Seals(head.Head).Since).Distinct())
            {
                var reserve = settings.AsSpan(at, NodeKeys.Bytes).ToArray();
                TryRoot(opened, sealedCodes, (byte[])reserve.Clone(), since);
                for (var chain = 0; chain < 3; chain++)
                {
                    TryRoot(opened, sealedCodes, SealChain.TakeRoot(HmacTags.Instance, reserve), since);
                }
            }
        }

        Assert.Subset(_ofNewestSector, opened);
        Assert.Equal(_ofNewestSector, opened); // proves that the search itself works
    }

    [Fact]
    public void Before_the_sector_is_full_everybody_since_it_began_can_be_read_and_after_the_next_began_nobody_of_it()
    {
        var before = _ofNewestSector;
        var number = Newest().Number;
        var more = People.Generate(100, new Random(8));
        for (var i = 0; Newest().Number == number; i++)
        {
            _bench.Scan(i % 10 == 0 ? [$"ZY{i:D8}", more[i]] : [more[i]]);
        }

        _bench.Wait(1000);
        var opened = new HashSet<string>();
        foreach (var (first, head) in Heads())
        {
            Try(opened, SealedCodes(), head.AsSpan(SectorHead.SealKeyOffset, SealChain.KeyBytes).ToArray(), first);
        }

        Assert.Empty(opened.Intersect(before));
    }

    private static IEnumerable<(string, Func<string, byte[]>)> Encodings()
    {
        yield return ("ASCII", Encoding.ASCII.GetBytes);
        yield return ("ASCII backwards", code => [.. Encoding.ASCII.GetBytes(code).Reverse()]);
        yield return ("UTF-16", Encoding.Unicode.GetBytes);
        yield return ("UTF-16 BE", Encoding.BigEndianUnicode.GetBytes);
        yield return ("the date and number alone", code => Encoding.ASCII.GetBytes(code[6..]));
        yield return ("base64", code => Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.ASCII.GetBytes(code))));
        yield return ("hex", code => Encoding.ASCII.GetBytes(Convert.ToHexString(Encoding.ASCII.GetBytes(code))));
        yield return ("packed digits", code => Convert.FromHexString(code.Replace('X', 'A')));
        yield return ("a number", code => Number(code, BinaryPrimitives.WriteUInt64LittleEndian));
        yield return ("a number BE", code => Number(code, BinaryPrimitives.WriteUInt64BigEndian));
        yield return ("SHA-256", code => SHA256.HashData(Encoding.ASCII.GetBytes(code))[..8]);
        yield return ("CRC-32", code => Crc(code, BinaryPrimitives.WriteUInt32LittleEndian));
        yield return ("CRC-32 BE", code => Crc(code, BinaryPrimitives.WriteUInt32BigEndian));
    }

    private delegate void Write<T>(Span<byte> target, T value);

    private static byte[] Number(string code, Write<ulong> write)
    {
        var bytes = new byte[8];
        write(bytes, ulong.Parse(code[..17], System.Globalization.CultureInfo.InvariantCulture));
        return bytes;
    }

    private static byte[] Crc(string code, Write<uint> write)
    {
        var bytes = new byte[4];
        write(bytes, Crc32.Compute(Encoding.ASCII.GetBytes(code), 0, code.Length));
        return bytes;
    }

    private byte[] Dump() => [.. _bench.Flash.Cells, .. _settingsFlash.Cells, .. _bench.Roster!.Cells];

    private void ScanAll(IEnumerable<string> people)
    {
        foreach (var person in people)
        {
            var number = _personOf.Count;
            if (number % 10 == 0)
            {
                _bench.Scan($"ZZ{number:D8}");
            }

            _bench.Scan(person);
            Assert.Equal(RecordType.PersonSampled, _bench.Confirmations[^1].Type);
            _personOf[_bench.Confirmations[^1].Sequence] = number;
        }
    }

    private SectorHead Newest() => Heads().Select(head => Read(head.Head)).MaxBy(head => head.Number)!;

    private static SectorHead Read(byte[] bytes)
    {
        var head = new SectorHead();
        Assert.True(head.TryReadOpen(bytes, 0));
        return head;
    }

    private static SealStart Seals(byte[] head) => Read(head).Seals;

    private List<(uint First, byte[] Head)> Heads()
    {
        var heads = new List<(uint, byte[])>();
        for (var at = 0; at < _bench.Flash.Cells.Length; at += 4096)
        {
            var bytes = _bench.Flash.Cells.AsSpan(at, SectorHead.BytesMax).ToArray();
            if (new SectorHead() is var head && head.TryReadOpen(bytes, 0))
            {
                heads.Add((head.FirstSequence, bytes));
            }
        }

        return heads;
    }

    private Dictionary<uint, byte[]> SealedCodes()
    {
        var codes = new Dictionary<uint, byte[]>();
        foreach (var (sequence, frame) in _bench.Records().Where(record => Frame.Type(record.Frame, 0) == RecordType.PersonSampled))
        {
            codes[sequence] = frame;
        }

        return codes;
    }

    private void TryRoot(HashSet<string> opened, Dictionary<uint, byte[]> codes, byte[] root, uint since)
    {
        var chain = new SealChain(HmacTags.Instance);
        chain.Begin(root, _bench.Node.Log.Epoch, since, isBound: true);
        var key = new byte[SealChain.KeyBytes];
        chain.CopyKey(key, 0);
        Try(opened, codes, key, since, steps: 20); // the first sealed records of a chain suffice to recognise it
    }

    private void Try(HashSet<string> opened, Dictionary<uint, byte[]> codes, byte[] key, uint first, int steps = StepsMax)
    {
        var known = _known ??= [.. _people];
        var chain = new SealChain(HmacTags.Instance);
        chain.Resume(key, 0, first, isBound: true);
        for (var sequence = first; sequence < first + steps; sequence++)
        {
            chain.MoveTo(sequence);
            if (codes.TryGetValue(sequence, out var frame))
            {
                var open = (byte[])frame.Clone();
                var count = SealedPart.Find(open, 0, out var at);
                chain.Apply(open, 0, at, count);
                var code = Encoding.ASCII.GetString(open, at, count);
                if (known.Contains(code))
                {
                    opened.Add(code);
                }
            }
        }
    }

    private HashSet<string>? _known;
}
