using FieldNode.Protocol;

namespace FieldNode.Benchmarks.Merge;

/// <summary>
/// The minimum work of a merge, written for comparison: checks each frame's CRC, keeps one bit for each record seen, and writes new
/// records, sorted, to one file on the disk. It cannot answer any question.
/// </summary>
internal static class Ceiling
{
    public static int Run(string directory, string output)
    {
        var seen = new Dictionary<ulong, List<ReadOnlyMemory<byte>>>();
        foreach (var path in Directory.GetFiles(directory))
        {
            var bytes = File.ReadAllBytes(path);
            var batch = new Batch();
            for (var offset = 0; offset < bytes.Length; offset += batch.TotalBytes)
            {
                if (batch.TryRead(bytes, offset, bytes.Length) != BatchFault.None)
                {
                    return 1;
                }

                Take(seen.TryGetValue(batch.NodeId, out var node) ? node : seen[batch.NodeId] = [], batch, bytes, offset);
            }
        }

        using var file = new FileStream(output, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        foreach (var (_, frames) in seen.OrderBy(node => node.Key))
        {
            foreach (var frame in frames.Where(frame => frame.Length > 0))
            {
                file.Write(frame.Span);
            }
        }

        file.Flush(flushToDisk: true);
        return 0;
    }

    // Ordered by number, so that no sorting is needed.
    private static void Take(List<ReadOnlyMemory<byte>> node, Batch batch, byte[] bytes, int offset)
    {
        var at = offset + batch.FramesOffset;
        for (var i = 0; i < batch.FrameCount; i++)
        {
            var index = (int)batch.FirstSequence - 1 + i;
            while (node.Count <= index)
            {
                node.Add(default);
            }

            var count = Frame.ClaimedBytes(bytes, at, bytes.Length);
            node[index] = node[index].Length == 0 ? bytes.AsMemory(at, count) : node[index];
            at += count;
        }
    }
}
