using System.Text;
using FieldNode.Host.Store;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Host.Projection;

/// <summary>The decisions that stand, as the hosts' own logs tell.</summary>
internal sealed class DecisionTable
{
    private readonly DbCommand _put;
    private readonly DbCommand _drop;

    public DecisionTable(DbConnection connection, List<DbCommand> owned)
    {
        _put = Sql.Prepare(connection, owned, "INSERT INTO decisions VALUES ($by_node, $by_epoch, $by_sequence, $node, $epoch, $sequence, $what, $value, $at, $who, $note)",
            "$by_node", "$by_epoch", "$by_sequence", "$node", "$epoch", "$sequence", "$what", "$value", "$at", "$who", "$note");
        _drop = Sql.Prepare(connection, owned, "DELETE FROM decisions WHERE by_node = $by_node AND by_epoch = $by_epoch AND by_sequence = $by_sequence", "$by_node", "$by_epoch", "$by_sequence");
    }

    /// <summary>What a host's record says now; null: nothing any more.</summary>
    public void Put(ulong host, uint epoch, uint sequence, Decided? decision)
    {
        Sql.Run(_drop, (long)host, (long)epoch, (long)sequence);
        if (decision is not null)
        {
            Sql.Run(_put, (long)host, (long)epoch, (long)sequence, (long)decision.NodeId, (long)decision.Epoch, (long)decision.Sequence, (int)decision.What, (long)decision.Value, (long)decision.UtcMs,
                Encoding.UTF8.GetString(decision.Who), Encoding.UTF8.GetString(decision.Note));
        }
    }
}
