namespace FieldNode.Host.Projection;

/// <summary>Records of one part that are new in the store, in their order.</summary>
/// <param name="IsConflict">One of them is there under another form already.</param>
/// <param name="Opened">What was opened of them before; null: nothing.</param>
internal sealed record NewRecords(ulong Node, uint Epoch, IReadOnlyList<(uint Sequence, byte[] Frame)> Records, bool IsConflict, OpenedPart? Opened)
{
    /// <summary>For each that is about a code: its record, and the number under which <see cref="Projector.Other"/> finds another node that saw the code in the round.</summary>
    public List<(uint Sequence, byte Kind, int Number)> Asked { get; } = [];
}
