using System.Security.Cryptography;
using FieldNode.Core.Settings;
using FieldNode.Core.Ports;
using FieldNode.Core.Upload;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Uplink;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

public sealed class UploaderTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Everything_is_acknowledged_over_a_link_that_loses_delays_repeats_and_reorders()
    {
        var seed = Seed.Take(nameof(Everything_is_acknowledged_over_a_link_that_loses_delays_repeats_and_reorders));
        for (var round = 0; round < 20; round++)
        {
            var host = new FakeHost();
            var board = Board(host, new LinkQuality(0.3, 0.3, 0.3, 0.2), new Random(seed + round));
            for (var now = 0L; now < 200_000 || board.Node!.Log.UnackedRecords > 0; now += 50)
            {
                Assert.True(now < 3_600_000,
                    Seed.Replay(nameof(Everything_is_acknowledged_over_a_link_that_loses_delays_repeats_and_reorders), seed));
                if (now % 2000 == 0 && now < 200_000)
                {
                    board.Press(Button.Arrived);
                }

                board.Step(now);
            }

            Assert.Equal(board.Node!.Log.LastSequence, host.Prefix);
        }
    }

    [Theory]
    [InlineData("forged tag")]
    [InlineData("other node")]
    [InlineData("other epoch")]
    [InlineData("stale echo")]
    [InlineData("noise")]
    public void An_answer_that_is_not_the_hosts_frees_nothing(string kind)
    {
        var host = new FakeHost { Lie = kind };
        var board = Board(host, LinkQuality.Perfect, new Random(1));
        for (var now = 0L; now < 60_000; now += 50)
        {
            board.Step(now);
        }

        Assert.True(host.Posts > 1, "the node keeps trying");
        Assert.Equal(0u, board.Node!.Log.AcknowledgedUpTo);
        Assert.False(board.Node.Uploader.LinkUp);
    }

    [Theory]
    [InlineData("beyond the log")]
    [InlineData("all of the log")]
    public void A_number_alone_frees_nothing_that_was_not_sent(string kind)
    {
        var host = new FakeHost { Lie = kind, Status = 500 };
        var board = Board(host, LinkQuality.Perfect, new Random(1));
        for (var now = 0L; now < 600_000; now += 50)
        {
            if (now % 200 == 0 && now < 100_000)
            {
                board.Press(Button.Arrived); // more records than a batch holds, before any answer
            }

            board.Step(now);
            host.LastSequence = board.Node!.Log.LastSequence;
            host.Status = now < 100_000 ? 500 : 200;
            Assert.True(board.Node.Log.AcknowledgedUpTo <= host.Prefix);
        }

        Assert.InRange(host.Prefix, 2u * Batch.FramesMax, board.Node!.Log.LastSequence);
    }

    [Fact]
    public void A_host_that_was_restored_from_a_backup_gets_everything_again()
    {
        var host = new FakeHost();
        var board = Board(host, LinkQuality.Perfect, new Random(1));
        for (var now = 0L; now < 300_000; now += 50)
        {
            if (now % 1000 == 0 && now < 200_000)
            {
                board.Press(Button.Arrived);
            }

            if (now == 100_000)
            {
                host.Frames.Keys.Where(sequence => sequence > 20).ToList().ForEach(sequence => host.Frames.Remove(sequence));
            }

            board.Step(now);
        }

        Assert.Equal((board.Node!.Log.LastSequence, 0u), (host.Prefix, board.Node.Log.UnackedRecords));
        Assert.DoesNotContain(host.Frames.Values, frame => Frame.Type(frame, 0) == RecordType.Lost);
    }

    [Fact]
    public void A_host_that_says_no_is_shown_and_asked_less_often()
    {
        var host = new FakeHost { Status = 401 };
        var board = Board(host, LinkQuality.Perfect, new Random(1));
        for (var now = 0L; now < 600_000; now += 50)
        {
            board.Step(now);
        }

        Assert.Equal(PartState.Refused, board.Node!.Screen.HostState);
        Assert.InRange(host.Posts, 2, 25);
    }

    [Fact]
    public void The_first_answer_sets_the_clock_and_later_ones_only_when_it_is_off()
    {
        var host = new FakeHost();
        var board = Board(host, LinkQuality.Perfect, new Random(1));
        for (var now = 0L; now < 300_000; now += 50)
        {
            if (now % 20_000 == 0)
            {
                board.Press(Button.Arrived);
            }

            host.NowMs = now;
            board.Step(now);
        }

        Assert.Equal(1, host.Frames.Values.Count(frame => Frame.Type(frame, 0) == RecordType.ClockSet));
        Assert.True(board.Node!.Uploader.ClockKnown);
    }

    [Fact]
    public void Waits_double_and_are_spread()
    {
        var backoff = new Backoff(99);
        for (uint middle = 1000; middle <= 64_000; middle *= 2)
        {
            Assert.InRange(backoff.NextMs(), middle / 2, middle + middle / 2);
        }

        Assert.InRange(backoff.NextMs(), 32_000u, 96_000u);
        backoff.Reset();
        Assert.InRange(backoff.NextMs(), 500u, 1500u);
        Assert.NotEqual(new Backoff(1).NextMs(), new Backoff(2).NextMs());
    }

    private static SimulatedBoard Board(FakeHost host, LinkQuality quality, Random random)
    {
        var settings = new NodeSettings { NodeId = 5, GatherMs = 1000 };
        return new SimulatedBoard(settings, s_key, new NorFlash(16 * 4096), new SimulatedLink(host, random, quality), new NoSignals());
    }

    private sealed class FakeHost : IHostPort
    {
        public Dictionary<uint, byte[]> Frames { get; } = [];

        public string Lie { get; init; } = "";

        public int Status { get; set; } = 200;

        public uint LastSequence { get; set; }

        public int Posts { get; private set; }

        public long NowMs { get; set; }

        public uint Prefix
        {
            get
            {
                uint prefix = 0;
                while (Frames.ContainsKey(prefix + 1))
                {
                    prefix++;
                }

                return prefix;
            }
        }

        public HostAnswer Post(byte kind, byte[] body)
        {
            Posts++;
            var read = new Batch();
            Assert.Equal(BatchFault.None, read.TryRead(body, 0, body.Length));
            var offset = Batch.HeadBytes;
            for (uint i = 0; i < read.FrameCount; i++)
            {
                var bytes = Frame.ClaimedBytes(body, offset, body.Length);
                Frames[read.FirstSequence + i] = body.AsSpan(offset, bytes).ToArray();
                offset += bytes;
            }

            return Status == 200 ? new HostAnswer(200, Answer(body, read)) : new HostAnswer(Status, []);
        }

        private uint Claimed => Lie switch { "beyond the log" => 1_000_000, "all of the log" => LastSequence, _ => Prefix };

        private byte[] Answer(byte[] body, Batch read)
        {
            var reply = new Reply
            {
                NodeId = Lie == "other node" ? 6 : read.NodeId,
                Epoch = Lie == "other epoch" ? read.Epoch + 1 : read.Epoch,
                HeldUpTo = Claimed,
                AcknowledgedUpTo = Claimed,
                HostUtcMs = (ulong)(1_636_237_800_000 + NowMs),
            };
            if (Lie != "stale echo")
            {
                body.AsSpan(read.TaggedBytes, Reply.EchoBytes).CopyTo(reply.Echo);
            }

            var buffer = new byte[Reply.BytesMax];
            var tagged = reply.Write(buffer);
            HMACSHA256.HashData(Lie == "forged tag" ? new byte[32] : Logs.KeysOf(s_key).Reply, buffer.AsSpan(0, tagged),
                buffer.AsSpan(tagged, Reply.TagBytes));
            return Lie == "noise" ? [1, 2, 3] : buffer[..(tagged + Reply.TagBytes)];
        }
    }

    private sealed class NoSignals : ISignals
    {
        public void Confirmed(byte recordType, uint sequence)
        {
        }

        public void GroupFull()
        {
        }

        public void Refused(byte reason)
        {
        }

        public void Attention()
        {
        }
    }
}
