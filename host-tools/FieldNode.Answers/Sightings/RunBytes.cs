using FieldNode.Log;
using FieldNode.Log.Keys;
using System.Buffers.Binary;

namespace FieldNode.Answers.Sightings;

/// <summary>
/// Entries of a run as bytes, 32 for each, in the order of their sightings.
/// <code>
///   code 12 · type of the record 1 · round 2 · 1: gone, 0: there 1 · node 8 · epoch 4 · sequence 4     big endian
/// </code>
/// </summary>
internal static class RunBytes
{
    public const int EntryBytes = 32;

    private const int GoneAt = 15;

    public static byte[] Write(ReadOnlySpan<RunEntry> entries)
    {
        var bytes = new byte[entries.Length * EntryBytes];
        for (var i = 0; i < entries.Length; i++)
        {
            var (sighting, isGone) = entries[i];
            var at = bytes.AsSpan(i * EntryBytes, EntryBytes);
            BinaryPrimitives.WriteUInt64BigEndian(at, sighting.Key.Code.High);
            BinaryPrimitives.WriteUInt32BigEndian(at[8..], sighting.Key.Code.Low);
            at[12] = sighting.Key.Kind;
            BinaryPrimitives.WriteUInt16BigEndian(at[13..], sighting.Key.Round);
            at[GoneAt] = isGone ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteInt64BigEndian(at[16..], sighting.Node);
            BinaryPrimitives.WriteUInt32BigEndian(at[24..], sighting.Epoch);
            BinaryPrimitives.WriteUInt32BigEndian(at[28..], sighting.Sequence);
        }

        return bytes;
    }

    /// <exception cref="HostFault">They are no entries.</exception>
    public static int Count(ReadOnlySpan<byte> bytes)
    {
        return bytes.Length % EntryBytes == 0 ? bytes.Length / EntryBytes : throw Damaged(bytes.Length);
    }

    public static HostFault Damaged(int length)
    {
        return new HostFault("store-damaged", ExitCode.Refused,
            $"the index of codes holds {length} bytes that are no run: look at 'fieldnode verify', and restore a backup",
            $"编码索引中有 {length} 字节的坏段：见 'fieldnode verify'，并恢复备份");
    }

    public static RunEntry[] Read(ReadOnlySpan<byte> bytes)
    {
        var entries = new RunEntry[Count(bytes)];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = At(bytes, i);
        }

        return entries;
    }

    public static RunEntry At(ReadOnlySpan<byte> bytes, int index)
    {
        var at = bytes.Slice(index * EntryBytes, EntryBytes);
        return new RunEntry(new Sighting(KeyAt(bytes, index), BinaryPrimitives.ReadInt64BigEndian(at[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(at[24..]), BinaryPrimitives.ReadUInt32BigEndian(at[28..])), IsGone(bytes, index));
    }

    public static SeenKey KeyAt(ReadOnlySpan<byte> bytes, int index)
    {
        var at = bytes.Slice(index * EntryBytes, EntryBytes);
        return new SeenKey(CodeKey.Read(at), at[12], BinaryPrimitives.ReadUInt16BigEndian(at[13..]));
    }

    public static bool IsGone(ReadOnlySpan<byte> bytes, int index) => bytes[index * EntryBytes + GoneAt] != 0;

    /// <summary>The order of two entries' sightings, without reading what does not decide it.</summary>
    public static int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var (begins, otherBegins) = (BinaryPrimitives.ReadUInt64BigEndian(one), BinaryPrimitives.ReadUInt64BigEndian(other));
        return begins != otherBegins ? begins.CompareTo(otherBegins) : At(one, 0).Sighting.CompareTo(At(other, 0).Sighting);
    }

    /// <summary>Index of the first entry that is not before a code.</summary>
    public static int Find(ReadOnlySpan<byte> bytes, CodeKey code)
    {
        var (low, high) = (0, Count(bytes));
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = CodeKey.Read(bytes[(middle * EntryBytes)..]).CompareTo(code) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
