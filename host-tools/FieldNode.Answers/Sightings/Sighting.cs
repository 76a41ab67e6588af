using FieldNode.Log.Keys;

namespace FieldNode.Answers.Sightings;

/// <summary>What is seen once or several times: a code in records of a type, in a round.</summary>
internal readonly record struct SeenKey(CodeKey Code, byte Kind, ushort Round) : IComparable<SeenKey>
{
    public int CompareTo(SeenKey other)
    {
        var code = Code.CompareTo(other.Code);
        return code != 0 ? code : Kind != other.Kind ? Kind.CompareTo(other.Kind) : Round.CompareTo(other.Round);
    }
}

/// <summary>Where a code was seen: the record. In order by what was seen, then by the record's identity.</summary>
internal readonly record struct Sighting(SeenKey Key, long Node, uint Epoch, uint Sequence) : IComparable<Sighting>
{
    public int CompareTo(Sighting other)
    {
        var key = Key.CompareTo(other.Key);
        return key != 0 ? key : Node != other.Node ? Node.CompareTo(other.Node) : Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch)
            : Sequence.CompareTo(other.Sequence);
    }
}
