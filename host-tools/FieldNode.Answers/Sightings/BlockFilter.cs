using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FieldNode.Answers.Sightings;

/// <summary>
/// Says of a key that a run does not hold it, or that it may: the split-block Bloom filter of Apache Parquet
/// (https://parquet.apache.org/docs/file-format/bloomfilter/), with 16 bits for each key: some one in a thousand keys is looked for in
/// vain, at the price of reading a run; or with 32, where that is a message to another computer, for hardly any. Its eight words are looked
/// at together where the processor has AVX2.
/// </summary>
internal static class BlockFilter
{
    private const int BlockBytes = 32;
    private const int KeysPerBlock = 16;
    private const int KeysPerBlockAfar = 8;

    private static readonly uint[] s_salts = [0x47B6137B, 0x44974D91, 0x8824AD5B, 0xA2B7289D, 0x705495C7, 0x2DF1424B,
        0x9EFC4947, 0x5C6BFB31];
    private static readonly Vector256<uint> s_saltsTogether = Vector256.Create(s_salts);

    /// <param name="entries">Of a run (<see cref="RunBytes"/>).</param>
    /// <param name="isAfar">Runs lie on another computer.</param>
    public static byte[] Of(ReadOnlySpan<byte> entries, bool isAfar)
    {
        var count = RunBytes.Count(entries);
        var perBlock = isAfar ? KeysPerBlockAfar : KeysPerBlock;
        var filter = new byte[Math.Max(1, (count + perBlock - 1) / perBlock) * BlockBytes];
        for (var i = 0; i < count; i++)
        {
            Add(filter, RunBytes.KeyAt(entries, i));
        }

        return filter;
    }

    /// <summary>Whether bytes can be a filter.</summary>
    public static bool Is(byte[] bytes) => bytes.Length > 0 && bytes.Length % BlockBytes == 0;

    public static bool MayHold(byte[] filter, SeenKey key)
    {
        if (!Avx2.IsSupported)
        {
            return MayHoldByWord(filter, key);
        }

        var (block, bits) = Place(filter, key);
        var wanted = Together(bits);
        return (Vector256.LoadUnsafe(ref MemoryMarshal.AsRef<uint>(filter.AsSpan(block, BlockBytes))) & wanted) == wanted;
    }

    /// <summary>The same word by word, for other processors.</summary>
    internal static bool MayHoldByWord(byte[] filter, SeenKey key)
    {
        var (block, bits) = Place(filter, key);
        for (var word = 0; word < s_salts.Length; word++)
        {
            if ((BinaryPrimitives.ReadUInt32LittleEndian(filter.AsSpan(block + word * sizeof(uint))) & Bit(bits, word)) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static void Add(byte[] filter, SeenKey key)
    {
        var (block, bits) = Place(filter, key);
        for (var word = 0; word < s_salts.Length; word++)
        {
            var bytes = filter.AsSpan(block + word * sizeof(uint));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, BinaryPrimitives.ReadUInt32LittleEndian(bytes) | Bit(bits, word));
        }
    }

    private static uint Bit(uint bits, int word) => 1u << (int)((bits * s_salts[word]) >> 27);

    private static Vector256<uint> Together(uint bits) =>
        Avx2.ShiftLeftLogicalVariable(Vector256<uint>.One, (Vector256.Create(bits) * s_saltsTogether) >>> 27);

    // All codes of a bucket begin alike: what chooses the block is taken from where they differ.
    private static (int Block, uint Bits) Place(byte[] filter, SeenKey key)
    {
        var mixed = (key.Code.High ^ ((ulong)key.Kind << 16 | key.Round)) * 0x9E37_79B9_7F4A_7C15;
        return ((int)((mixed >> 32) * (ulong)(filter.Length / BlockBytes) >> 32) * BlockBytes, key.Code.Low ^ (uint)mixed);
    }
}
