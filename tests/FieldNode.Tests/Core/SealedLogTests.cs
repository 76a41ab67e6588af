using System.Text;
using FieldNode.Core.Lane;
using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>
/// Whatever power and flash do, each record that comes back opens to what was sealed, by what its batch says of its chain; and spent keys
/// go.
/// </summary>
public sealed class SealedLogTests
{
    private const ulong NodeId = 7;
    private const uint Epoch = 0xA1B2C3D4;
    private const int Sectors = 6;
    private const int Cuts = 1500;

    private readonly byte[] _key = [.. Enumerable.Range(0, NodeKeys.Bytes).Select(i => (byte)i)];

    [Fact]
    public void Every_record_opens_to_its_code_after_cuts_restarts_and_lost_keys()
    {
        var seed = Seed.Take(nameof(Every_record_opens_to_its_code_after_cuts_restarts_and_lost_keys));
        var restarts = 0;
        Parallel.For(0, Cuts / 50, Threads.AtOnce, part =>
        {
            var random = new Random(seed + part);
            var log = new SealedLog(this);
            for (var cut = 0; cut < 50; cut++)
            {
                log.AppendUntilCut(random);
                if (random.Next(10) == 0)
                {
                    log.DestroyNewestKey(); // as damage would
                }

                log.Restart();
                var wrong = log.Check();
                Assert.True(wrong.Length == 0, $"{wrong}, cut {cut} of part {part}. "
                    + $"{Seed.Replay(nameof(Every_record_opens_to_its_code_after_cuts_restarts_and_lost_keys), seed)}");
            }

            Interlocked.Add(ref restarts, log.Chains);
        });
        Assert.True(restarts > Cuts / 20, $"only {restarts} chains were begun: lost keys were not tried");
    }

    [Fact]
    public void A_damaged_key_is_found_in_the_sector_before_while_that_one_still_has_it()
    {
        var log = new SealedLog(this);
        log.Append(70, idle: true);
        while (log.Newest().Number == 0)
        {
            log.Append(1, idle: false); // no idle time: the key before is still there
        }

        log.Flash.Cells[(int)log.Newest().Number * 4096 + SectorHead.SealKeyOffset] ^= 0x55;
        log.Restart();
        log.Append(3, idle: true);

        Assert.Equal("", log.Check());
        Assert.Equal(1, log.Chains);
    }

    [Fact]
    public void Without_its_key_the_log_begins_another_chain_and_uploads_end_where_it_begins()
    {
        var log = new SealedLog(this);
        log.Append(100, idle: true);
        log.DestroyNewestKey();
        log.Restart();
        log.Append(10, idle: true);

        Assert.Equal("", log.Check());
        Assert.Equal(2, log.Chains);
        Assert.Equal([(1u, 100), (101u, 10)], log.Batches().Select(batch => (batch.First, batch.Count)));
    }

    [Fact]
    public void A_log_that_can_have_no_key_refuses_what_it_cannot_seal_and_still_uploads()
    {
        var log = new SealedLog(this);
        log.Append(20, idle: true);
        log.DestroyNewestKey();
        log.RootsEnd = true;
        log.Restart();

        Assert.Equal(LogResult.Fault, log.AppendOne());
        Assert.Equal("", log.Check());
        log.RootsEnd = false;
        Assert.Equal(LogResult.Ok, log.AppendOne());
        Assert.Equal("", log.Check());
    }

    [Fact]
    public void Spent_keys_are_destroyed_in_idle_time_before_the_next_sector_and_after_a_start()
    {
        var log = new SealedLog(this);
        log.Append(300, idle: true);
        Assert.Equal([log.Newest().Number], log.Keys());

        while (log.Keys().Count == 1)
        {
            log.Append(1, idle: false);
        }

        log.Restart();
        while (log.Log.PrepareNext())
        {
        }

        Assert.Equal([log.Newest().Number], log.Keys());

        var number = log.Newest().Number;
        while (log.Newest().Number < number + 2)
        {
            log.Append(1, idle: false); // a lane that never rests
        }

        Assert.InRange(log.Keys().Count, 1, 2);
    }

    [Fact]
    public void A_destroyed_key_changes_nothing_that_a_mount_reads()
    {
        var log = new SealedLog(this);
        log.Append(300, idle: true);
        var (last, acknowledged) = (log.Log.LastSequence, log.Log.AcknowledgedUpTo);

        log.Restart();

        Assert.Equal((last, acknowledged, 0, 0),
            (log.Log.LastSequence, log.Log.AcknowledgedUpTo, log.Log.DamagedPlaces, log.Log.ClearedBytes));
    }

    /// <summary>A ring whose record number s is person number s, sealed; and a host that opens what it is given.</summary>
    private sealed class SealedLog : FieldNode.Core.Ports.ISealRoots
    {
        private readonly SealedLogTests _test;
        private readonly MemorySealRoots _roots;
        private readonly PersonSampled _person = new() { Tube = 1, Position = 1, Round = 1, Kind = PersonSampled.KindResidentId };

        public SealedLog(SealedLogTests test)
        {
            _test = test;
            _roots = new MemorySealRoots(test._key);
            Log = NewLog();
            Assert.Equal(LogResult.Ok, Log.Format(NodeId, Epoch));
        }

        public NorFlash Flash { get; } = new(Sectors * 4096);

        public RingLog Log { get; private set; }

        /// <summary>Chains begun.</summary>
        public int Chains { get; private set; }

        public bool RootsEnd { get; set; }

        byte FieldNode.Core.Ports.ISealRoots.Key => _roots.Key;

        uint FieldNode.Core.Ports.ISealRoots.Check => _roots.Check;

        byte[] FieldNode.Core.Ports.ISealRoots.Take(out byte chain)
        {
            chain = 0;
            Chains += RootsEnd ? 0 : 1;
            return RootsEnd ? [] : _roots.Take(out chain);
        }

        public byte AppendOne()
        {
            var code = Encoding.ASCII.GetBytes(CodeOf(Log.LastSequence + 1));
            _person.SetCode(code, 0, code.Length);
            var end = _person.Write(Log.ContentBuffer, RingLog.ContentOffset);
            var result = Log.Append(_person.Type, 0, end - RingLog.ContentOffset);
            Assert.True(_person.TryRead(Log.ContentBuffer, RingLog.ContentOffset, end - RingLog.ContentOffset)
                && _person.Code.AsSpan(0, _person.CodeCount).SequenceEqual(code), "the lane reads on in what it wrote");
            return result;
        }

        public void Append(int count, bool idle)
        {
            for (var i = 0; i < count; i++)
            {
                while (idle && Log.PrepareNext())
                {
                }

                if (AppendOne() == LogResult.Full)
                {
                    Log.Acknowledge(Log.LastSequence - 5);
                    Assert.Equal(LogResult.Ok, AppendOne());
                }
            }
        }

        public void AppendUntilCut(Random random)
        {
            Flash.CutAt(Flash.Steps + random.Next(20_000), (CutModel)random.Next(3), random.Next());
            try
            {
                for (var i = 0; i < 2000; i++)
                {
                    Append(1, idle: random.Next(3) > 0);
                    if (random.Next(40) == 0)
                    {
                        Log.Acknowledge(Log.LastSequence - (uint)random.Next(5));
                    }
                }
            }
            catch (PowerCutException)
            {
            }

            Flash.PowerOn();
        }

        public void Restart()
        {
            Log = NewLog();
            Assert.Equal(LogResult.Ok, Log.Mount(NodeId));
        }

        public SectorHead Newest() => Heads().Select(head => head.Head).MaxBy(head => head.Number)!;

        /// <summary>Numbers of the sectors whose seal key is there.</summary>
        public List<uint> Keys() =>
            [.. Heads().Where(head => SectorHead.HasSealKey(Flash.Cells, head.At)).Select(head => head.Head.Number).Order()];

        public void DestroyNewestKey()
        {
            foreach (var (at, _) in Heads())
            {
                Flash.Cells.AsSpan(at + SectorHead.SealKeyOffset, SectorHead.SealKeyBytes).Clear();
            }
        }

        public List<(uint First, int Count)> Batches()
        {
            var batches = new List<(uint, int)>();
            Read((reader, _) => batches.Add((reader.FirstSequence, reader.FrameCount)));
            return batches;
        }

        /// <summary>Opens every record as a host does; "" or what is wrong.</summary>
        public string Check()
        {
            var wrong = "";
            Read((reader, frames) =>
            {
                var chain = Begin(reader.Seals);
                for (int i = 0, at = 0; i < reader.FrameCount; i++)
                {
                    var sequence = reader.FirstSequence + (uint)i;
                    var count = SealedPart.Find(frames, at, out var part);
                    if (count > 0)
                    {
                        chain.MoveTo(sequence);
                        chain.Apply(frames, at, part, count);
                        var code = Encoding.ASCII.GetString(frames, part, count);
                        wrong = code == CodeOf(sequence) ? wrong
                            : $"record {sequence} opens to '{code}' by chain {reader.Seals.Chain} since {reader.Seals.Since}";
                    }

                    at += Frame.ClaimedBytes(frames, at, frames.Length);
                }
            });
            return wrong;
        }

        private void Read(Action<LogReader, byte[]> take)
        {
            var reader = new LogReader(Log);
            var frames = new byte[Batch.FramesBytesMax];
            // some that are acknowledged may be asked for again
            var from = Math.Max(Log.AcknowledgedUpTo, Log.LastSequence > 150 ? Log.LastSequence - 150 : 0) + 1;
            while (from <= Log.LastSequence && reader.Collect(from, frames, 0, frames.Length, Batch.FramesMax))
            {
                take(reader, frames);
                from = reader.FirstSequence + (uint)reader.FrameCount;
            }
        }

        private SealChain Begin(SealStart seals)
        {
            var reserve = NodeKeys.Seal(HmacTags.Instance, _test._key);
            var root = SealChain.TakeRoot(HmacTags.Instance, reserve);
            for (var i = 0; i < seals.Chain; i++)
            {
                root = SealChain.TakeRoot(HmacTags.Instance, reserve);
            }

            var chain = new SealChain(HmacTags.Instance);
            chain.Begin(root, Epoch, seals.Since, seals.IsBound);
            return chain;
        }

        private List<(int At, SectorHead Head)> Heads()
        {
            var heads = new List<(int, SectorHead)>();
            for (var at = 0; at < Flash.Cells.Length; at += 4096)
            {
                var head = new SectorHead();
                if (head.TryReadOpen(Flash.Cells, at))
                {
                    heads.Add((at, head));
                }
            }

            return heads;
        }

        private RingLog NewLog() => new(Flash, new LaneState(), HmacTags.Instance, this);

        private static string CodeOf(uint sequence) => $"{sequence:D18}";
    }
}
