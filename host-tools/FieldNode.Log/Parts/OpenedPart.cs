using FieldNode.Log.Keys;
using FieldNode.Protocol;

namespace FieldNode.Log.Parts;

/// <summary>Sealed records of a part, opened with the chain that the part names. A fold uses them if the epoch has the same chain at that
/// point.</summary>
internal sealed class OpenedPart
{
    private readonly LogPart _part;
    private readonly SealedChain _chain;
    private readonly byte[] _open;
    private readonly (int Offset, int Bytes, string Person, CodeKey Key)[] _records;

    private OpenedPart(LogPart part, SealedChain chain)
    {
        (_part, _chain, _open) = (part, chain, [.. part.Bytes]);
        _records = new (int, int, string, CodeKey)[part.FrameCount];
    }

    /// <summary>Opens a part's records.</summary>
    /// <param name="chain">Used by one thread at a time.</param>
    public static OpenedPart Open(LogPart part, SealedChain chain, Vault vault)
    {
        var opened = new OpenedPart(part, chain);
        lock (chain)
        {
            opened.Open(vault);
        }

        return opened;
    }

    /// <summary>The opened frame of a record; null if the record is not in this part, has other bytes, or belongs to another
    /// chain.</summary>
    public ArraySegment<byte>? Open(uint sequence, byte[] frame, SealedChain chain)
    {
        var index = sequence - _part.FirstSequence;
        if (index >= _records.Length || chain.Since != _chain.Since || chain.Of != _chain.Of || chain.LacksKey)
        {
            return null;
        }

        var (offset, count, _, _) = _records[index];
        return count > 0 && _part.Bytes.AsSpan(offset, count).SequenceEqual(frame) ? new ArraySegment<byte>(_open, offset, count)
            : default(ArraySegment<byte>?);
    }

    /// <summary>The index key of the person in a record of this part, and the code in capitals.</summary>
    public (CodeKey Key, string Code) PersonOf(uint sequence)
    {
        var (_, _, person, key) = _records[sequence - _part.FirstSequence];
        return (key, person);
    }

    private void Open(Vault vault)
    {
        var index = 0;
        foreach (var (sequence, frame) in _part.Frames())
        {
            var count = SealedPart.Find(_open, frame.Offset, out var at);
            if (count > 0 && _chain.OpenInPlace(sequence, _open, frame.Offset, at, count))
            {
                var isPerson = Frame.Type(_open, frame.Offset) is RecordType.PersonSampled or RecordType.TurnedAway;
                var person = isPerson ? Text.FromAscii(_open, at, count).ToUpperInvariant() : "";
                _records[index] = (frame.Offset, frame.Count, person, isPerson ? vault.KeyOf(person) : default);
            }

            index++;
        }
    }
}
