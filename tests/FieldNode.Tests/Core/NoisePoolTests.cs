using FieldNode.Core.Enrolment;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>Unpredictable numbers: they depend on all input, and on its order.</summary>
public sealed class NoisePoolTests
{
    [Fact]
    public void It_draws_what_another_program_computed()
    {
        var pool = Pool([1, 2, 3]);
        Assert.Equal(("A6BA1A62433F33E779989055423EA979", "45A51A45B3DC853705A7DFD95B99F755"), (Drawn(pool), Drawn(pool)));
    }

    [Fact]
    public void Each_bit_that_comes_changes_what_is_drawn()
    {
        var random = new Random(Seed.Take(nameof(Each_bit_that_comes_changes_what_is_drawn)));
        for (var i = 0; i < 1000; i++)
        {
            var noise = Enumerable.Range(0, random.Next(1, 30)).Select(_ => (uint)random.NextInt64(1L << 32)).ToArray();
            var changed = (uint[])noise.Clone();
            changed[random.Next(noise.Length)] ^= 1u << random.Next(32);
            Assert.Equal(Drawn(Pool(noise)), Drawn(Pool(noise)));
            Assert.NotEqual(Drawn(Pool(noise)), Drawn(Pool(changed)));
            Assert.NotEqual(Drawn(Pool(noise)), Drawn(Pool([.. noise, 0])));
        }
    }

    private static NoisePool Pool(uint[] noise)
    {
        var pool = new NoisePool(HmacTags.Instance);
        foreach (var value in noise)
        {
            pool.Add(value);
        }

        return pool;
    }

    private static string Drawn(NoisePool pool)
    {
        var drawn = new byte[ClaimMessage.NonceBytes];
        pool.Draw(drawn);
        return Convert.ToHexString(drawn);
    }
}
