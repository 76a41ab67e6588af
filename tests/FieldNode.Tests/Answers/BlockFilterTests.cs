using FieldNode.Answers.Sightings;
using FieldNode.Log.Keys;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

public sealed class BlockFilterTests
{
    private const int Keys = 4000;

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(1, false, 0.005)]
    [InlineData(Keys, false, 0.005)]
    [InlineData(Keys, true, 0.001)]
    public void What_is_in_a_run_is_never_denied_and_what_is_not_nearly_always(int count, bool isAfar, double inVainMost)
    {
        var random = new Random(Seed.Take(nameof(What_is_in_a_run_is_never_denied_and_what_is_not_nearly_always)));
        SeenKey[] all = [.. Enumerable.Range(0, 2 * Keys).Select(_ => Any(random, 0xA5)).Distinct()];
        var filter = BlockFilter.Of(RunBytes.Write([.. all.Take(count)
            .Select(key => new RunEntry(new Sighting(key, 1, 1, 1), IsGone: false))]), isAfar);

        Assert.True(BlockFilter.Is(filter));
        Assert.All(all.Take(count), key => Assert.True(BlockFilter.MayHold(filter, key)));
        Assert.All(all, key => Assert.Equal(BlockFilter.MayHoldByWord(filter, key), BlockFilter.MayHold(filter, key)));
        Assert.InRange(all.Skip(count).Count(key => BlockFilter.MayHold(filter, key)), 0, (int)(inVainMost * (all.Length - count)));
    }

    // As in a bucket far down: all codes begin alike.
    private static SeenKey Any(Random random, byte digits)
    {
        return new SeenKey(new CodeKey((ulong)digits << 56 | (ulong)random.NextInt64() >> 8, (uint)random.NextInt64()),
            (byte)random.Next(6, 9), (ushort)random.Next(1, 4));
    }
}
