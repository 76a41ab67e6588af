using FieldNode.Log.Database;
using FieldNode.Log.Parts;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>Reports of lane states by nodes that are still to be compared or were found to differ: at most one per epoch.</summary>
internal sealed class LaneReportTable
{
    private readonly Rows _read;
    private readonly Rows _put;
    private readonly Rows _drop;

    public LaneReportTable(Statements statements)
    {
        _read = Rows.Find(statements, "lane_reports", "node, epoch, record, told, held", "node, epoch");
        _put = Rows.Put(statements, "lane_reports", "node, epoch", "record, told bytes, held bytes");
        _drop = Rows.Delete(statements, "lane_reports", "node, epoch");
    }

    /// <summary>Reports in which node and host differ.</summary>
    public static List<ReportedLaneState> Differing(DbConnection connection)
    {
        return Sql.Query(connection, "SELECT node, epoch, record, told, held FROM lane_reports WHERE held IS NOT NULL ORDER BY node, epoch",
            reader =>
            new ReportedLaneState(
                new LaneReport((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1), (uint)reader.GetInt64(2), (byte[])reader[3]),
                (byte[])reader[4]));
    }

    public Dictionary<(ulong Node, uint Epoch), ReportedLaneState> Read(IEnumerable<(ulong Node, uint Epoch)> epochs)
    {
        foreach (var (node, epoch) in epochs)
        {
            _read.Add((long)node, epoch);
        }

        return _read.Query(row =>
            new ReportedLaneState(
                new LaneReport((ulong)row.Number(0), (uint)row.Number(1), (uint)row.Number(2), row.Bytes(3)!), row.Bytes(4)))
            .ToDictionary(told => (told.Report.Node, told.Report.Epoch));
    }

    /// <summary>Notes the change to an epoch's report.</summary>
    public void Change(ulong node, uint epoch, EpochLane lane)
    {
        if (lane.Told == lane.Kept)
        {
            return;
        }

        lane.Kept = lane.Told;
        if (lane.Told is { } told)
        {
            _put.Add((long)node, epoch, told.Report.Record, told.Report.State, told.Held);
        }
        else
        {
            _drop.Add((long)node, epoch);
        }
    }

    /// <summary>Writes the changes.</summary>
    public void Write()
    {
        _drop.Post();
        _put.Post();
    }
}
