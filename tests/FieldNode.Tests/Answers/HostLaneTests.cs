using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Projection;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Lane;
using FieldNode.Log.Merge;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>
/// The host computes a lane's state as the node does, byte for byte, in whatever order its records arrive, and shows the same as the node's
/// screen.
/// </summary>
public abstract class HostLaneTests(Stores stores, int whole, int sample)
{
    private const int CasesPerStore = 50;
    private const int SectorBytes = 4096;
    private const int SectorsMin = 3;
    private const int RecordsMin = 250;

    [Fact]
    public void The_hosts_lane_is_the_nodes_whatever_was_scanned_undone_and_cut_and_in_whatever_order_it_came()
    {
        var seed = Seed.Take(nameof(The_hosts_lane_is_the_nodes_whatever_was_scanned_undone_and_cut_and_in_whatever_order_it_came));
        var cases = Sweep.Count(whole, sample);
        var compared = 0;
        Parallel.For(0, (cases + CasesPerStore - 1) / CasesPerStore, Threads.AtOnce, chunk =>
        {
            using var directory = new TemporaryDirectory();
            var store = stores.Open(directory.File("data"));
            for (var @case = chunk * CasesPerStore; @case < Math.Min(cases, (chunk + 1) * CasesPerStore); @case++)
            {
                var random = new Random(seed + @case);
                var day = new LaneDay(random, (ulong)@case + 1);
                try
                {
                    Interlocked.Add(ref compared, day.Upload(store, random));
                    day.Compare(store);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    throw new InvalidOperationException($"case {@case}: {e.Message}", e);
                }
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{cases} lanes, {compared} states compared on the way");
        Assert.True(compared > 0, "no state was compared on the way");
    }

    /// <summary>A node after a random day, with its state after each of its records.</summary>
    private sealed class LaneDay
    {
        private readonly byte[] _key = new byte[NodeKeys.Bytes];
        private readonly Dictionary<uint, byte[]> _states = [];
        private readonly Bench _bench;
        private readonly ulong _node;

        public LaneDay(Random random, ulong node)
        {
            random.NextBytes(_key);
            _node = node;
            _bench = new Bench(new NorFlash(32 * SectorBytes)) { Tags = HmacTags.Instance, Seals = new MemorySealRoots(_key) };
            _bench.Settings.NodeId = node;
            _bench.Settings.Seed = (uint)random.Next(1, int.MaxValue);
            _bench.Renew().Start();
            var scans = new RandomScans(random);
            do
            {
                Live(random, scans);
                _states[_bench.Node.Log.LastSequence] = Bench.Snapshot(_bench.State);
            }
            while (_bench.Node.Log.LastSequence < RecordsMin || SectorsBegun < SectorsMin);
        }

        private byte[] Reserve => NodeKeys.Seal(HmacTags.Instance, _key);

        private uint Last => _bench.Node.Log.LastSequence;

        private int SectorsBegun => _bench.Flash.Cells.Chunk(SectorBytes).Count(sector => sector[0] != 0xFF);

        private uint Epoch => _bench.Node.Log.Epoch;

        /// <summary>Merges the records in pieces, in any order; returns how often the host's state was compared on the way.</summary>
        public int Upload(HostStore store, Random random)
        {
            using var session = new MergeSession(store);
            var compared = 0;
            var parts = Parts(random);
            var keysAt = random.Next(parts.Count + 1);
            for (var at = 0; at <= parts.Count;)
            {
                if (at >= keysAt)
                {
                    new SealKeys(store).Add([new SealKeyOf($"{_node:X16}", SealStart.OfClaim(1), Reserve,
                        NodeKeys.SealCheck(HmacTags.Instance, Reserve))]);
                    keysAt = int.MaxValue;
                }

                if (at == parts.Count)
                {
                    break;
                }

                var group = parts.Skip(at).Take(random.Next(1, 4)).ToList();
                at += group.Count;
                session.Merge((_, merger) =>
                {
                    group.ForEach(part => merger.Add(part, 1_700_000_000_000));
                    if (random.Next(3) == 0)
                    {
                        var told = _states.ElementAt(random.Next(_states.Count));
                        merger.Tell(new LaneReport(_node, Epoch, told.Key, told.Value));
                    }
                });
                compared += CompareState(store) ? 1 : 0;
            }

            return compared;
        }

        /// <summary>Compares when all records are at the host.</summary>
        public void Compare(HostStore store)
        {
            var lane = Lanes(store).Take(_node, Epoch)!;
            Lanes(store).Put(_node, Epoch, lane);
            Assert.True(CompareState(store), $"the host has no exact state at the end: record {lane.Fold.Lane.Record} of {Last}, exact "
                + $"{lane.Fold.Lane.IsExact}, keys missing {lane.Fold.Seals.LacksKeys}, damaged places {_bench.Node.Log.DamagedPlaces}");
            using var connection = store.Connect();
            Assert.DoesNotContain(LaneReportTable.Differing(connection), told => told.Report.Node == _node);
            var now = FactTable.Read<LaneNow>(connection, _node, Epoch, FactKind.Now).Single();
            var (state, screen) = (_bench.State, _bench.Node.Screen);
            Assert.Equal(Last, now.Record);
            Assert.Equal((state.TubeStatus == LaneState.TubeOpen, screen.Queue, screen.Done),
                (now.IsTubeOpen, (uint)now.Waiting, (uint)now.Done));
            if (state.TubeStatus == LaneState.TubeNone)
            {
                Assert.Equal(("", 0), (now.Tube, now.InTube)); // the screen asks for a tube
            }
            else
            {
                Assert.Equal((screen.Group, (int)screen.GroupSize), (now.InTube, now.GroupSize));
            }

            var isNow = state.Clock.At(_bench.Now) == state.Clock.Seconds;
            Assert.Equal(isNow ? screen.Pace : state.Pace.PerHour(state.Clock.Seconds), (uint)now.PerHour);
        }

        // One random event: a scan or several, undo at any depth, idle time, a restart, or a power cut during a write.
        private void Live(Random random, RandomScans scans)
        {
            try
            {
                switch (random.Next(60))
                {
                    case 0:
                        _bench.Restart().Settle();
                        break;
                    case 1:
                        _bench.Flash.CutAt(_bench.Flash.Steps + random.Next(200));
                        _bench.Scan(scans.Next(), scans.Next(), scans.Next());
                        _bench.Restart().Settle();
                        break;
                    case 2 or 3:
                        for (var depth = random.Next(1, 25); depth > 0 && _bench.Press(Button.Undo) == Refusal.None; depth--)
                        {
                            _states[_bench.Node.Log.LastSequence] = Bench.Snapshot(_bench.State);
                        }

                        break;
                    case 4:
                        _bench.Wait((uint)random.Next(1, 1_200_000));
                        break;
                    default:
                        _bench.Scan(scans.Next());
                        break;
                }
            }
            catch (PowerCutException)
            {
                _bench.Restart().Settle();
            }
        }

        // Parts as the node would upload them, in random lengths; some are sent first with placeholders for lost records. Usually shuffled.
        private List<LogPart> Parts(Random random)
        {
            var parts = new List<LogPart>();
            var reader = new LogReader(_bench.Node.Log);
            var buffer = new byte[Batch.FramesBytesMax];
            for (var from = 1u; from <= Last && reader.Collect(from, buffer, 0, buffer.Length, Length(random, from));
                from = reader.FirstSequence + (uint)reader.FrameCount)
            {
                var frames = Split(buffer, reader.FrameCount);
                if (random.Next(4) == 0)
                {
                    parts.Add(Part(reader, [.. frames.Select((frame, i) => random.Next(3) == 0
                        ? LostOf(reader.FirstSequence + (uint)i) : frame)]));
                }

                parts.Add(Part(reader, frames));
            }

            switch (random.Next(3))
            {
                case 0:
                    return [.. parts.OrderBy(_ => random.Next())];
                case 1:
                    return [.. parts.Select((part, i) => (part, At: i + random.Next(4))).OrderBy(one => one.At).Select(one => one.part)];
                default:
                    return parts;
            }
        }

        // Ends at a nearby record whose state is known, if any.
        private int Length(Random random, uint from)
        {
            var any = random.Next(1, Batch.FramesMax - 5);
            return Enumerable.Range(any, 5).FirstOrDefault(count => _states.ContainsKey(from + (uint)count - 1), any);
        }

        private static byte[][] Split(byte[] buffer, int count)
        {
            var offset = 0;
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                var bytes = Frame.ClaimedBytes(buffer, offset, buffer.Length);
                offset += bytes;
                return buffer.AsSpan(offset - bytes, bytes).ToArray();
            })];
        }

        private LogPart Part(LogReader reader, byte[][] frames)
        {
            return Logs.PartOf(Logs.BatchOf(1, _node, Epoch, reader.FirstSequence, new byte[NodeKeys.Bytes], frames, reader.Seals),
                LogSource.LogFile);
        }

        private byte[] LostOf(uint sequence)
        {
            var frame = new byte[Frame.BytesMax];
            return frame[..Frame.Seal(frame, 0, Epoch, sequence, RecordType.Lost, 0, 0)];
        }

        // Whether the host's state is exact and the node's state at that record is also known; asserts that they are the same.
        private bool CompareState(HostStore store)
        {
            if (Lanes(store).Take(_node, Epoch) is not { } kept)
            {
                return false;
            }

            Lanes(store).Put(_node, Epoch, kept);
            var lane = kept.Fold.Lane;
            if (!lane.IsExact || !_states.TryGetValue(lane.Record, out var expected))
            {
                return false;
            }

            Assert.True(expected.AsSpan().SequenceEqual(lane.Checkpoint()),
                $"at record {lane.Record} of {Last}: {string.Join(" / ", Differing(lane, expected))}");
            return true;
        }

        private static FoldCache Lanes(HostStore store) => ((LogProjection)store.Follower).Lanes;

        private string[] Differing(EpochLane lane, byte[] expected)
        {
            var (node, host) = LaneDifference.Describe(
                new ReportedLaneState(new LaneReport(_node, Epoch, lane.Record, expected), lane.Checkpoint()));
            return [node, host, Convert.ToHexString(expected), Convert.ToHexString(lane.Checkpoint())];
        }
    }
}

public sealed class SqliteHostLaneTests() : HostLaneTests(Stores.Sqlite, 10_000, 200);

public sealed class PostgresHostLaneTests() : HostLaneTests(Stores.Postgres, 500, 10);
