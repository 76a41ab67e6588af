using System.Security.Cryptography;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

/// <summary>A key stays set from one tag to the next without mixing up keys.</summary>
public sealed class HmacTagsTests
{
    private const int KeyMax = 80;
    private const int TextMax = 130;

    [Fact]
    public void Tags_are_right_for_keys_and_texts_of_every_length()
    {
        var random = new Random(Seed.Take(nameof(Tags_are_right_for_keys_and_texts_of_every_length)));
        for (var keyBytes = 0; keyBytes <= KeyMax; keyBytes++)
        {
            var key = new byte[keyBytes];
            random.NextBytes(key);
            for (var count = 0; count <= TextMax; count++)
            {
                AssertIsRight(key, Text(random, count));
            }
        }

        AssertIsRight([], Text(random, 300_000));
    }

    [Fact]
    public void Keys_that_take_turns_are_not_mixed_up()
    {
        var random = new Random(Seed.Take(nameof(Keys_that_take_turns_are_not_mixed_up)));
        byte[][] keys = [[], [1], [1, 0], [1, 0, 0], [2], new byte[64], new byte[65], new byte[66]];
        for (var i = 0; i < 2000; i++)
        {
            AssertIsRight(keys[random.Next(keys.Length)], Text(random, random.Next(70)));
        }
    }

    [Fact]
    public void A_key_that_changes_in_its_place_is_another_key()
    {
        byte[] key = [1, 2, 3];
        AssertIsRight(key, [9]);

        key[1] = 7; // as when a chain of seals advances

        AssertIsRight(key, [9]);
    }

    [Fact]
    public void Without_room_there_is_no_tag_and_the_next_one_is_right()
    {
        Assert.ThrowsAny<ArgumentException>(() => HmacTags.Instance.Compute([1], [1], 0, 1, new byte[HmacTags.TagBytes - 1], 0));
        AssertIsRight([1], [1]);
    }

    [Fact]
    public void A_tag_is_written_where_it_is_asked_for()
    {
        byte[] buffer = [9, 9, 1, 2, 3, 9];
        var tag = new byte[40];

        HmacTags.Instance.Compute([7], buffer, 2, 3, tag, 5);

        Assert.Equal([0, 0, 0, 0, 0, .. HMACSHA256.HashData([7], [1, 2, 3]), 0, 0, 0], tag);
    }

    private static void AssertIsRight(byte[] key, byte[] text)
    {
        var tag = new byte[HmacTags.TagBytes];
        HmacTags.Instance.Compute(key, text, 0, text.Length, tag, 0);
        Assert.Equal(HMACSHA256.HashData(key, text), tag);
    }

    private static byte[] Text(Random random, int count)
    {
        var text = new byte[count];
        random.NextBytes(text);
        return text;
    }
}
