using FieldNode.Log.Keys;

namespace FieldNode.Answers.Sightings;

/// <summary>What may be seen repeatedly: a code in records of one type in one round.</summary>
internal readonly record struct SeenKey(CodeKey Code, byte Kind, ushort Round) : IComparable<SeenKey>
{
    public int CompareTo(SeenKey other)
    {
        var code = Code.CompareTo(other.Code);
        return code != 0 ? code : Kind != other.Kind ? Kind.CompareTo(other.Kind) : Round.CompareTo(other.Round);
    }
}

/// <summary>A record in which a code was seen. Ordered by key, then by the record's identity.</summary>
internal readonly record struct Sighting(SeenKey Key, long Node, uint Epoch, uint Sequence) : IComparable<Sighting>
{
    public int CompareTo(Sighting other)
    {
        var key = Key.CompareTo(other.Key);
        return key != 0 ? key : Node != other.Node ? Node.CompareTo(other.Node) : Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch)
            : Sequence.CompareTo(other.Sequence);
    }
}
