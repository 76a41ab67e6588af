using FieldNode.Host.Merge;
using FieldNode.Host.Store;

namespace FieldNode.Host.Files;

/// <summary>What merging one file did.</summary>
public sealed record FileMergeResult(string Path, LogSource Kind, int Records, int Added, int Conflicts, IReadOnlyList<Damage> Damages);

/// <summary>Merges log files and flash images into a store: each file whole or not at all.</summary>
public sealed class FileMerge(HostStore store, TimeProvider time)
{
    /// <summary>Merges a file.</summary>
    /// <param name="adopt">Take in nodes that this host has not enrolled, without checking tags that it has no key for.</param>
    /// <exception cref="HostFault">The file is no log, or holds records that this host cannot trust; nothing of it is merged.</exception>
    public FileMergeResult Merge(string path, bool adopt)
    {
        var content = LogFile.Read(path);
        Trust(path, content, adopt);
        var added = 0;
        var conflicts = 0;
        store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = connection.BeginTransaction(deferred: false);
            using var merger = new Merger(connection, store);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var part in content.Parts)
            {
                var result = merger.Add(part, now);
                added += result.Added;
                conflicts += result.Conflicts;
            }

            merger.Commit(transaction);
        });
        return new FileMergeResult(path, content.Kind, content.Parts.Sum(part => part.FrameCount), added, conflicts, content.Damages);
    }

    private void Trust(string path, LogFileContent content, bool adopt)
    {
        var registry = new NodeRegistry(store, time);
        var known = registry.List().ToDictionary(node => node.Id);
        var adopted = new List<EnrolledNode>();
        foreach (var part in content.Parts)
        {
            if (!known.TryGetValue(part.NodeId, out var node))
            {
                node = adopt ? new EnrolledNode(part.NodeId, $"node-{part.NodeId:X16}", "", "", null) : throw new HostFault("unknown-node", ExitCode.Refused,
                    $"{path} holds records of node {part.NodeId:X16}, which this host has not enrolled: add --adopt if you know where the file comes from",
                    $"{path} 含有本主机未登记的节点 {part.NodeId:X16} 的记录：若确知文件来源，请加 --adopt");
                known.Add(node.Id, node);
                adopted.Add(node);
            }

            if (content.Kind == LogSource.LogFile && node.Key is not null && !LogFile.HasTag(part, node.Key))
            {
                throw new HostFault("bad-tag", ExitCode.Refused,
                    $"{path}: the batch of node {node.Name} from record {part.FirstSequence} on does not carry the node's tag: its key is another, or the file was changed; nothing of it is merged",
                    $"{path}：节点 {node.Name} 自记录 {part.FirstSequence} 起的批次签名不符：密钥不同或文件被改动；未合并任何内容");
            }
        }

        adopted.ForEach(node => registry.Add(node));
    }
}
