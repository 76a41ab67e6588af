namespace FieldNode.Simulator.Flash;

/// <summary>Power was lost during a flash operation.</summary>
public sealed class PowerCutException : Exception
{
    public PowerCutException()
        : base("power cut during a flash operation")
    {
    }
}

/// <summary>What a power cut leaves of the interrupted operation, from mildest to harshest.</summary>
public enum CutModel
{
    /// <summary>M0: bytes are programmed in order and completely; an erase sets the sector's bytes to 0xFF from the front.</summary>
    Ordered,

    /// <summary>M1: the byte being programmed is left half-written; an interrupted erase leaves random bits.</summary>
    Torn,

    /// <summary>M2: a page program clears its bits in random order; an erase first clears all bits, then sets them, each in random
    /// order.</summary>
    Shuffled,
}
