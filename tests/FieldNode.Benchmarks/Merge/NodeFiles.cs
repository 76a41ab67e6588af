using FieldNode.Benchmarks.Ingest;
using FieldNode.Log.Store;

namespace FieldNode.Benchmarks.Merge;

/// <summary>A file of each node's log, as memory cards deliver them: batches out of order, and one in five of them twice.</summary>
internal static class NodeFiles
{
    private const int TwiceIn = 4;

    public static long Write(HostStore store, string directory, int nodes, int records)
    {
        Directory.CreateDirectory(directory);
        var random = new Random(1);
        var bytes = 0L;
        var waiting = new WaitingBatches(store, nodes, records / WaitingBatches.Frames);
        for (var i = 0; i < waiting.Nodes.Count; i++)
        {
            byte[][] all = [.. waiting.Nodes[i], .. waiting.Nodes[i].Where(_ => random.Next(TwiceIn) == 0)];
            random.Shuffle(all);
            using var file = File.Create(Path.Combine(directory, $"node-{i:D5}.fnlog"));
            foreach (var batch in all)
            {
                file.Write(batch);
            }

            bytes += file.Length;
        }

        return bytes;
    }
}
