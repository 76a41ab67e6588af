using System.Security.Cryptography;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

/// <summary>
/// Each record's pad is unique, over the whole of the longest code: with two equal pads, anyone who knows one code could read the other.
/// </summary>
public sealed class SealChainTests
{
    private const uint Epoch = 7;
    private const int CodeBytes = CodeContent.CodeBytesMax;

    [Fact]
    public void A_pad_beyond_one_tag_does_not_begin_again()
    {
        var pad = PadOf(3, CodeBytes);

        Assert.True(CodeBytes > 32);
        Assert.NotEqual(pad[..(CodeBytes - 32)], pad[32..]);
        Assert.True(pad[32..].Distinct().Count() > (CodeBytes - 32) / 2, "the rest of the pad is not random");
    }

    [Fact]
    public void No_two_records_of_a_chain_have_one_pad()
    {
        var pads = Enumerable.Range(1, 200).Select(sequence => Convert.ToHexString(PadOf((uint)sequence, CodeBytes))).ToList();

        Assert.Equal(pads.Count, pads.Distinct().Count());
        Assert.Equal(pads.Count, pads.Select(pad => pad[..16]).Distinct().Count());
    }

    [Fact]
    public void Each_records_key_comes_from_the_one_before_and_opens_none_before_it()
    {
        var chain = new SealChain(HmacTags.Instance);
        chain.Begin(Root(), Epoch, 1, isBound: true);
        var keys = Enumerable.Range(1, 50).Select(sequence =>
        {
            var key = new byte[SealChain.KeyBytes];
            chain.MoveTo((uint)sequence);
            chain.CopyKey(key, 0);
            return key;
        }).ToList();

        Assert.All(keys.Zip(keys.Skip(1)), pair => Assert.Equal(HMACSHA256.HashData(pair.First, new byte[1])[..SealChain.KeyBytes],
            pair.Second));
        Assert.Equal(keys.Count, keys.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Epochs_and_the_records_that_begin_chains_have_pads_of_their_own()
    {
        Assert.NotEqual(PadOf(5, 32), PadOf(5, 32, epoch: Epoch + 1));
        Assert.NotEqual(PadOf(5, 32), PadOf(5, 32, since: 2));
        Assert.Equal(PadOf(5, 32), PadOf(5, 32));
    }

    [Fact]
    public void A_key_opens_what_follows_and_tells_nothing_of_what_was_before()
    {
        var (first, second) = (new SealChain(HmacTags.Instance), new SealChain(HmacTags.Instance));
        first.Begin(Root(), Epoch, 1, isBound: true);
        first.MoveTo(10);
        var key = new byte[SealChain.KeyBytes];
        first.CopyKey(key, 0);
        second.Resume(key, 0, 10, isBound: true);
        first.MoveTo(25);
        second.MoveTo(25);
        Assert.Equal(Pad(first, 25, 32), Pad(second, 25, 32));

        second.MoveTo(5); // a chain cannot move back
        Assert.Equal(25u, second.Sequence);
    }

    private static byte[] Root() => SHA256.HashData("root"u8);

    private static byte[] PadOf(uint sequence, int count, uint epoch = Epoch, uint since = 1)
    {
        var chain = new SealChain(HmacTags.Instance);
        chain.Begin(Root(), epoch, since, isBound: true);
        chain.MoveTo(sequence);
        return Pad(chain, sequence, count);
    }

    // The pad: a code of zeros, sealed.
    private static byte[] Pad(SealChain chain, uint sequence, int count)
    {
        var frame = Logs.FrameOf(Epoch, 1, 1000, new PersonSampled { Tube = 1, Position = 1, Round = 1 }.WithCode(new string('0', count)));
        Assert.Equal(count, SealedPart.Find(frame, 0, out var at));
        frame.AsSpan(at, count).Clear();
        chain.Apply(frame, 0, at, count);
        return frame[at..(at + count)];
    }
}
