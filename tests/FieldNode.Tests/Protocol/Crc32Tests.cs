using FieldNode.Protocol;

namespace FieldNode.Tests.Protocol;

public sealed class Crc32Tests
{
    [Fact]
    public void The_check_value_of_the_standard_comes_out()
    {
        Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8.ToArray(), 0, 9));
    }

    [Fact]
    public void Four_bytes_at_once_are_four_bytes_one_by_one()
    {
        var bytes = new byte[] { 0x78, 0x56, 0x34, 0x12 };

        Assert.Equal(Crc32.Append(Crc32.Start, bytes, 0, 4), Crc32.AppendUInt32(Crc32.Start, 0x12345678));
    }
}
