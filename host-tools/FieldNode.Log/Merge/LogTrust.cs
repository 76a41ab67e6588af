using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Log.Merge;

/// <summary>Decides whose records this host accepts from files and other hosts: those of its own nodes with their tags, others only if told
/// to.</summary>
internal sealed class LogTrust
{
    private readonly HostStore _store;
    private readonly Dictionary<ulong, EnrolledNode> _known;
    private readonly List<EnrolledNode> _adopted = [];

    public LogTrust(HostStore store, TimeProvider time)
    {
        _store = store;
        _known = new NodeRegistry(store, time).ListWithHosts().ToDictionary(node => node.Id);
    }

    /// <summary>Checks a part.</summary>
    /// <param name="from">The source, for the message.</param>
    /// <param name="adopt">Accept nodes that this host has not enrolled; their tags cannot be checked.</param>
    /// <param name="describe">Describes such a node; null if it is unknown.</param>
    /// <exception cref="HostFault">The part must not be merged.</exception>
    public void Check(LogPart part, string from, bool adopt, Func<ulong, EnrolledNode?>? describe = null)
    {
        if (!_known.TryGetValue(part.NodeId, out var node))
        {
            node = adopt ? Describe(part.NodeId, describe) : throw new HostFault("unknown-node", ExitCode.Refused,
                $"{from} holds records of node {part.NodeId:X16}, which this host has not enrolled: add --adopt if you know where the "
                    + "file comes from",
                $"{from} 含有本主机未登记的节点 {part.NodeId:X16} 的记录：若确知文件来源，请加 --adopt");
            _known.Add(node.Id, node);
            _adopted.Add(node);
        }

        if (part.Source == LogSource.FlashImage)
        {
            CheckImage(part, from);
        }
        else if (node.Key is not null && !BatchTag.Fits(part.Bytes, part.IsVersion1, node) && !IsKnown(part))
        {
            throw new HostFault("bad-tag", ExitCode.Refused,
                $"{from}: the batch of node {node.Name} from record {part.FirstSequence} on does not carry the node's tag: its key is "
                    + "different, or the bytes were changed; nothing of it is merged",
                $"{from}：节点 {node.Name} 自记录 {part.FirstSequence} 起的批次签名不符：密钥不同或内容被改动；未合并任何内容");
        }
    }

    // An image is unsigned evidence: anyone who holds the chip can write it.
    private static void CheckImage(LogPart part, string from)
    {
        if (HostNode.IsHost(part.NodeId))
        {
            throw new HostFault("image-of-host", ExitCode.Refused,
                $"{from} holds decisions of host {(uint)part.NodeId:X8} that are unsigned: nothing of it is merged; pull that host's "
                + "log instead",
                $"{from} 含有主机 {(uint)part.NodeId:X8} 的未签名决定：未合并任何内容；请改为拉取该主机的日志");
        }

        if (part.Seals.Key == SealStart.Plain && part.Frames().Any(record => SealedPart.Find(record.Frame.ToArray(), 0, out _) > 0))
        {
            throw new HostFault("image-not-sealed", ExitCode.Refused,
                $"{from} holds people of node {part.NodeId:X16} in the clear, which nodes never write: nothing of it is merged",
                $"{from} 含有节点 {part.NodeId:X16} 的明文人员编号，节点不会这样写入：未合并任何内容");
        }
    }

    // A node with a new key has batches under its old key: those that are already stored may arrive again.
    private bool IsKnown(LogPart part)
    {
        return _store.Guard(() =>
        {
            using var connection = _store.Connect();
            var held = StoredFrames.Read(connection, part.NodeId, part.Epoch, part.FirstSequence, part.LastSequence)
                .ToLookup(record => record.Sequence, record => record.Frame);
            return part.Frames().All(record => held[record.Sequence].Any(frame => frame.AsSpan().SequenceEqual(record.Frame)));
        });
    }

    /// <summary>The nodes adopted since the last call; enrol them after all parts are checked.</summary>
    public IReadOnlyList<EnrolledNode> TakeAdopted()
    {
        EnrolledNode[] adopted = [.. _adopted];
        _adopted.Clear();
        return adopted;
    }

    // A name that is in use gets the node's identity appended.
    private EnrolledNode Describe(ulong id, Func<ulong, EnrolledNode?>? describe)
    {
        var name = HostNode.IsHost(id) ? $"host-{(uint)id:X8}" : $"node-{id:X16}";
        var known = describe?.Invoke(id) ?? new EnrolledNode(id, name, "", "", null);
        return _known.Values.Any(node => node.Name == known.Name) ? known with { Name = $"{known.Name}-{id:X16}" } : known;
    }
}
