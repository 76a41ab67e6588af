namespace FieldNode.Simulator.Flash;

/// <summary>The supply went away in the middle of a flash operation.</summary>
public sealed class PowerCutException : Exception
{
    public PowerCutException()
        : base("power cut during a flash operation")
    {
    }
}

/// <summary>What a power cut leaves of the operation it interrupts, from kind to cruel.</summary>
public enum CutModel
{
    /// <summary>M0: bytes are programmed in order and whole; an erase clears the sector from the front.</summary>
    Ordered,

    /// <summary>M1: the byte under way is torn; an erase leaves random bits.</summary>
    Torn,

    /// <summary>M2: the bits of a page program land in any order; an erase first takes all bits to zero, then sets them, each in any
    /// order.</summary>
    Shuffled,
}
