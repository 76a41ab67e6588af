using FieldNode.Protocol;

namespace FieldNode.Log.Parts;

/// <summary>Descriptions of <see cref="BatchFault"/>.</summary>
public static class BatchFaults
{
    public static string Describe(byte fault)
    {
        return fault switch
        {
            BatchFault.Truncated => "the batch is cut short",
            BatchFault.NotABatch => "it begins neither with FNB2 nor with FNB1",
            BatchFault.BadHead => "its counts and lengths are inconsistent",
            BatchFault.BadFrame => "a frame does not pass its CRC",
            BatchFault.LocalFrame => "it holds a frame that never leaves a node",
            _ => "it is whole",
        };
    }
}
