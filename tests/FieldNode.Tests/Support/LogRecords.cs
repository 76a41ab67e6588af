using FieldNode.Core.Log;
using FieldNode.Protocol;

namespace FieldNode.Tests.Support;

/// <summary>Reads a node's log as an upload does.</summary>
internal static class LogRecords
{
    /// <summary>All records on the flash, in order, without those that were acknowledged and overwritten.</summary>
    public static List<(uint Sequence, byte[] Frame)> Read(RingLog log)
    {
        var reader = new LogReader(log);
        var records = new List<(uint, byte[])>();
        var buffer = new byte[Batch.FramesBytesMax];
        uint from = 1;
        while (from <= log.LastSequence && reader.Collect(from, buffer, 0, buffer.Length, Batch.FramesMax))
        {
            var offset = 0;
            for (var i = 0; i < reader.FrameCount; i++)
            {
                var bytes = Frame.ClaimedBytes(buffer, offset, buffer.Length);
                var sequence = reader.FirstSequence + (uint)i;
                if (Frame.Type(buffer, offset) != RecordType.Lost || sequence > log.AcknowledgedUpTo)
                {
                    records.Add((sequence, buffer.AsSpan(offset, bytes).ToArray()));
                }

                offset += bytes;
            }

            from = reader.FirstSequence + (uint)reader.FrameCount;
        }

        return records;
    }
}
