using System.Text;
using FieldNode.Log.Database;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>The decisions in effect, from the hosts' own logs.</summary>
internal sealed class DecisionTable
{
    private const string Key = "by_node, by_epoch, by_sequence";

    private readonly Rows _put;
    private readonly Rows _drop;

    public DecisionTable(Statements statements)
    {
        _put = Rows.Insert(statements, "decisions", Key + ", node, epoch, sequence, what, value, at_ms, who text, note text");
        _drop = Rows.Delete(statements, "decisions", Key);
    }

    /// <summary>Sets the decision in a host's record; null removes it.</summary>
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
