using System.Security.Cryptography;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

public sealed class HmacTagsTests
{
    private const int KeyMax = 80;
    private const int MessageMax = 130;

    [Fact]
    public void Tags_are_those_of_the_platform_for_keys_and_messages_of_every_length()
    {
        var random = new Random(Seed.Take(nameof(Tags_are_those_of_the_platform_for_keys_and_messages_of_every_length)));
        for (var keyBytes = 0; keyBytes <= KeyMax; keyBytes++)
        {
            for (var count = 0; count <= MessageMax; count++)
            {
                var (key, buffer, tag) = (new byte[keyBytes], new byte[count + 7], new byte[40]);
                random.NextBytes(key);
                random.NextBytes(buffer);

                HmacTags.Instance.Compute(key, buffer, 5, count, tag, 3);

                Assert.Equal(HMACSHA256.HashData(key, buffer.AsSpan(5, count)), tag[3..35]);
            }
        }
    }
}
