using System.Security.Cryptography;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

public sealed class KeyedHashTests
{
    private const int KeyMax = 80;
    private const int TextMax = 130;

    /// <summary>OpenSSL's own, where it is, and .NET's.</summary>
    public static TheoryData<bool> Hashes => OpenSslSha256.IsHere ? [true, false] : [false];

    [Fact]
    public void OpenSsl_is_called_directly_where_tests_run() => Assert.True(OpenSslSha256.IsHere || !OperatingSystem.IsLinux());

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Tags_are_those_of_the_platform_for_keys_and_texts_of_every_length(bool isDirect)
    {
        var random = new Random(Seed.Take(nameof(Tags_are_those_of_the_platform_for_keys_and_texts_of_every_length)));
        using var hash = new KeyedHash(isDirect);
        for (var keyBytes = 0; keyBytes <= KeyMax; keyBytes++)
        {
            var key = new byte[keyBytes];
            random.NextBytes(key);
            for (var count = 0; count <= TextMax; count++)
            {
                AssertIsPlatforms(hash, key, Text(random, count));
            }
        }

        AssertIsPlatforms(hash, [], Text(random, 300_000));
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Keys_that_take_turns_are_not_mixed_up(bool isDirect)
    {
        var random = new Random(Seed.Take(nameof(Keys_that_take_turns_are_not_mixed_up)));
        using var hash = new KeyedHash(isDirect);
        byte[][] keys = [[], [1], [1, 0], [1, 0, 0], [2], new byte[64], new byte[65], new byte[66]];
        for (var i = 0; i < 2000; i++)
        {
            AssertIsPlatforms(hash, keys[random.Next(keys.Length)], Text(random, random.Next(70)));
        }
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Without_a_key_or_room_there_is_no_tag(bool isDirect)
    {
        using var hash = new KeyedHash(isDirect);

        Assert.Throws<InvalidOperationException>(() => hash.Compute([1], new byte[KeyedHash.TagBytes]));
        hash.Use([]);
        Assert.Throws<InvalidOperationException>(() => hash.Compute([1], new byte[KeyedHash.TagBytes - 1]));
        AssertIsPlatforms(hash, [], [1]);
    }

    [Fact]
    public void Hashes_are_those_of_the_platform()
    {
        var random = new Random(Seed.Take(nameof(Hashes_are_those_of_the_platform)));
        foreach (var count in Enumerable.Range(0, TextMax).Append(200_000))
        {
            var (text, hash) = (Text(random, count), new byte[KeyedHash.TagBytes]);

            OpenSslSha256.HashData(text, hash);

            Assert.Equal(SHA256.HashData(text), hash);
        }
    }

    [Fact]
    public void A_tag_is_written_where_it_is_asked_for()
    {
        byte[] buffer = [9, 9, 1, 2, 3, 9];
        var tag = new byte[40];

        HmacTags.Instance.Compute([7], buffer, 2, 3, tag, 5);

        Assert.Equal([0, 0, 0, 0, 0, .. HMACSHA256.HashData([7], [1, 2, 3]), 0, 0, 0], tag);
    }

    private static void AssertIsPlatforms(KeyedHash hash, byte[] key, byte[] text)
    {
        var tag = new byte[KeyedHash.TagBytes];
        hash.Use(key);
        hash.Compute(text, tag);
        Assert.Equal(HMACSHA256.HashData(key, text), tag);
    }

    private static byte[] Text(Random random, int count)
    {
        var text = new byte[count];
        random.NextBytes(text);
        return text;
    }
}
