using FieldNode.Drivers;

namespace FieldNode.Tests.Drivers;

/// <summary>The tags that uploads carry, against the published vectors of HMAC-SHA256.</summary>
public sealed class TagsTests
{
    // RFC 4231, 4.2 and 4.3.
    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")]
    [InlineData("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    public void A_range_is_tagged_as_the_standard_says_and_nothing_around_it_changes(string key, string data, string tag)
    {
        var bytes = Convert.FromHexString("AABB" + data + "CCDD");
        var target = new byte[40];
        new Tags().Compute(Convert.FromHexString(key), bytes, 2, bytes.Length - 4, target, 5);

        Assert.Equal(new string('0', 10) + tag + new string('0', 6), Convert.ToHexStringLower(target));
    }
}
