using System.Text;
using FieldNode.Log.Database;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>The decisions that stand, as the hosts' own logs tell.</summary>
internal sealed class DecisionTable
{
    private readonly Rows _put;
    private readonly Rows _drop;

    public DecisionTable(Statements statements)
    {
        (string, Is)[] key = [("by_node", Is.Number), ("by_epoch", Is.Number), ("by_sequence", Is.Number)];
        _put = Rows.Insert(statements, "decisions", [.. key, ("node", Is.Number), ("epoch", Is.Number), ("sequence", Is.Number),
            ("what", Is.Number), ("value", Is.Number), ("at_ms", Is.Number), ("who", Is.Text), ("note", Is.Text)]);
        _drop = Rows.Of(statements, "DELETE FROM decisions WHERE (by_node, by_epoch, by_sequence) IN (SELECT k.by_node, "
            + "k.by_epoch, k.by_sequence FROM {k})", key);
    }

    /// <summary>What a host's record says now; null: nothing any more.</summary>
    public void Put(ulong host, uint epoch, uint sequence, Decided? decision)
    {
        _drop.Add((long)host, epoch, sequence);
        _drop.Run();
        if (decision is not null)
        {
            _put.Add((long)host, epoch, sequence, (long)decision.NodeId, decision.Epoch, decision.Sequence, decision.What,
                (long)decision.Value, (long)decision.UtcMs, Encoding.UTF8.GetString(decision.Who), Encoding.UTF8.GetString(decision.Note));
            _put.Run();
        }
    }
}
