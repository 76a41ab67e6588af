using System.Text;
using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;

namespace FieldNode.Tests.Core;

// The log under test, and its expected content.
public sealed partial class SealedLogTests
{
    /// <summary>A ring whose record number s is person number s, sealed; and a host that opens the records it receives.</summary>
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

        /// <summary>Number of chains begun.</summary>
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

        /// <summary>Numbers of the sectors that still have their seal key.</summary>
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

        /// <summary>Opens every record as a host does; returns "" or what is wrong.</summary>
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
            // The host may ask again for records that are acknowledged.
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
