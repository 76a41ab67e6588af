using FieldNode.Protocol;

namespace FieldNode.Tests.Protocol;

public sealed class Crc32Tests
{
    [Fact]
    public void The_check_value_of_the_standard_comes_out()
    {
        Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8.ToArray(), 0, 9));
    }

    [Fact]
    public void A_running_value_can_be_run_backwards()
    {
        var bytes = new byte[100];
        new Random(1).NextBytes(bytes);
        var after = Crc32.Append(0x12345678, bytes, 0, 100);

        Assert.Equal(0x12345678u, Crc32.Remove(after, bytes, 0, 100));
        Assert.Equal(0xCAFEBABEu, Crc32.ValueBetween(0x12345678, Crc32.AppendUInt32(0x12345678, 0xCAFEBABE)));
    }

    [Fact]
    public void Four_bytes_at_once_are_four_bytes_one_by_one()
    {
        var bytes = new byte[] { 0x78, 0x56, 0x34, 0x12 };

        Assert.Equal(Crc32.Append(Crc32.Start, bytes, 0, 4), Crc32.AppendUInt32(Crc32.Start, 0x12345678));
    }
}
