using System.Text;
using FieldNode.Core.Scan;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

public sealed class ScanLineTests
{
    private const uint IdleGapMs = 100;
    private const uint WindowMs = 2000;

    [Theory]
    [InlineData("12345\r", "12345")]
    [InlineData("12345\n", "12345")]
    [InlineData("12345\r\n", "12345")]
    [InlineData("12345\t", "12345")]
    [InlineData("]C112345\r", "12345")]
    [InlineData("]Q3FN:UNDO\r", "FN:UNDO")]
    [InlineData("CODE_128,12345\r", "12345")]
    [InlineData("]C1CODE_128,12345\r", "12345")]
    [InlineData("  12345  \r", "12345")]
    [InlineData("\0\012\0345\0\r", "12345")]
    [InlineData("\r\n\t\r12345\r", "12345")]
    [InlineData("]C\r", "]C")]
    public void A_line_becomes_its_code(string line, string code)
    {
        Assert.Equal([code], Codes(Encoding.Latin1.GetBytes(line)));
    }

    [Fact]
    public void Codes_of_one_burst_come_one_by_one()
    {
        Assert.Equal(["A1", "B2", "C3"], Codes("A1\r\nB2\r\nC3\r\n"u8.ToArray()));
    }

    [Fact]
    public void A_code_without_terminator_ends_by_silence()
    {
        var line = new ScanLine(IdleGapMs, WindowMs);
        line.Feed("12345"u8.ToArray(), 0, 5, 1000);
        line.Idle(1000 + IdleGapMs - 1);
        Assert.False(line.Ready);

        line.Idle(1000 + IdleGapMs);

        Assert.True(line.Ready);
        Assert.False(line.Incomplete);
    }

    [Fact]
    public void Once_a_terminator_was_seen_silence_means_half_a_code()
    {
        var line = new ScanLine(IdleGapMs, WindowMs);
        line.Feed("99999\r"u8.ToArray(), 0, 6, 0);
        line.Clear();
        line.Feed("110105194"u8.ToArray(), 0, 9, 5000); // half an ID number, which looks like a tube code

        line.Idle(5000 + IdleGapMs);

        Assert.True(line.Ready);
        Assert.True(line.Incomplete);
    }

    [Fact]
    public void A_scanner_without_terminator_is_believed_again_after_two_refusals()
    {
        var line = new ScanLine(IdleGapMs, WindowMs);
        line.Feed("a QR code with\rin it"u8.ToArray(), 0, 15, 0);
        line.Clear();
        var incomplete = new List<bool>();
        for (uint now = 5000; now < 20_000; now += 5000)
        {
            line.Feed("12345"u8.ToArray(), 0, 5, now);
            line.Idle(now + IdleGapMs);
            Assert.True(line.Ready);
            incomplete.Add(line.Incomplete);
            line.Clear();
        }

        Assert.Equal([true, true, false], incomplete);
    }

    [Fact]
    public void The_same_code_read_again_within_the_window_is_one_scan_however_long_it_goes_on()
    {
        var line = new ScanLine(IdleGapMs, WindowMs);
        var times = new List<uint>();
        for (uint now = 0; now <= 10_000; now += 1000)
        {
            line.Feed("12345\r"u8.ToArray(), 0, 6, now);
            if (line.Ready)
            {
                times.Add(now);
                line.Clear();
            }
        }

        Assert.Equal([0u], times);
        line.Feed("12345\r"u8.ToArray(), 0, 6, 10_000 + WindowMs + 1);
        Assert.True(line.Ready);
    }

    [Fact]
    public void Another_code_in_between_ends_the_window()
    {
        Assert.Equal(["A1", "B2", "A1"], Codes("A1\rB2\rA1\r"u8.ToArray()));
    }

    [Fact]
    public void A_code_whose_scan_did_not_come_through_may_be_read_again_at_once()
    {
        var line = new ScanLine(IdleGapMs, WindowMs);
        line.Feed("12345\r"u8.ToArray(), 0, 6, 0);
        line.Clear();
        line.ForgetLast();

        line.Feed("12345\r"u8.ToArray(), 0, 6, 500);

        Assert.True(line.Ready);
    }

    [Theory]
    [InlineData(256, false)]
    [InlineData(257, true)]
    [InlineData(5000, true)]
    public void A_code_longer_than_the_buffer_is_counted_and_marked(int count, bool tooLong)
    {
        var line = new ScanLine(IdleGapMs, WindowMs);
        var bytes = Enumerable.Repeat((byte)'7', count).Append((byte)'\r').ToArray();

        line.Feed(bytes, 0, bytes.Length, 0);

        Assert.True(line.Ready);
        Assert.Equal(tooLong, line.TooLong);
        Assert.Equal(count, line.BytesScanned);
        Assert.InRange(line.Count, 1, ScanLine.BytesMax);
    }

    [Theory]
    [InlineData("491231002\r", 10)]
    [InlineData("491231002", 10)]
    public void The_tail_of_a_code_that_was_under_way_at_the_start_is_dropped(string tail, uint at)
    {
        var line = new ScanLine(IdleGapMs, WindowMs);
        line.DropFirstPart(0);
        line.Feed(System.Text.Encoding.ASCII.GetBytes(tail), 0, tail.Length, at);
        line.Idle(at + IdleGapMs);
        Assert.False(line.Ready);

        line.Feed("12345\r"u8.ToArray(), 0, 6, at + IdleGapMs);

        Assert.True(line.Ready);
        Assert.Equal(5, line.Count);
    }

    [Fact]
    public void A_code_that_begins_after_silence_at_the_start_is_taken()
    {
        var line = new ScanLine(IdleGapMs, WindowMs);
        line.DropFirstPart(0);
        line.Idle(IdleGapMs);

        line.Feed("12345\r"u8.ToArray(), 0, 6, IdleGapMs);

        Assert.True(line.Ready);
    }

    [Fact]
    public void Gbk_bytes_pass_as_they_are()
    {
        byte[] gbk = [0xD5, 0xFD, 0xB7, 0xC9, (byte)'\r'];

        Assert.Equal([Encoding.Latin1.GetString(gbk, 0, 4)], Codes(gbk));
    }

    [Fact]
    public void How_reads_are_split_changes_nothing()
    {
        var seed = Seed.Take(nameof(How_reads_are_split_changes_nothing));
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = RandomLines(random);

            Assert.Equal(Codes(bytes), Codes(bytes, random));
        }
    }

    private static byte[] RandomLines(Random random)
    {
        string[] pieces = ["\r", "\n", "\r\n", "\t", "\0", "]C1", "CODE_128,", "A", "12", "\u00D5", " "];
        return Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 30))
            .Select(_ => pieces[random.Next(pieces.Length)])) + "\r");
    }

    private static List<string> Codes(byte[] bytes, Random? split = null)
    {
        var line = new ScanLine(IdleGapMs, WindowMs);
        var codes = new List<string>();
        var offset = 0;
        while (offset < bytes.Length)
        {
            var count = split is null ? bytes.Length - offset : split.Next(1, Math.Min(5, bytes.Length - offset) + 1);
            offset += line.Feed(bytes, offset, count, 0);
            if (line.Ready)
            {
                codes.Add(Encoding.Latin1.GetString(line.Bytes, line.Offset, line.Count));
                line.Clear();
            }
        }

        return codes;
    }
}
