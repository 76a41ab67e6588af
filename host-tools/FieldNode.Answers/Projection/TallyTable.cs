using FieldNode.Log.Database;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>People who count, by where and when they were sampled: what changes is added to what is there.</summary>
internal sealed class TallyTable
{
    private readonly Rows _add;
    private readonly Rows _drop;
    private readonly Rows _dropEmpty;

    public TallyTable(Statements statements)
    {
        (string, Is)[] epoch = [("node", Is.Number), ("epoch", Is.Number)];
        _add = Rows.Of(statements, """
            INSERT INTO tallies (node, epoch, site, round, category, lane_kind, hour, people) SELECT k.node, k.epoch, k.site, k.round, k.category, k.lane_kind, k.hour, k.people FROM {k} WHERE true
            ON CONFLICT (node, epoch, site, round, category, lane_kind, hour) DO UPDATE SET people = tallies.people + excluded.people
            """, [.. epoch, ("site", Is.Text), ("round", Is.Number), ("category", Is.Number), ("lane_kind", Is.Text), ("hour", Is.Number), ("people", Is.Number)]);
        _drop = Rows.Of(statements, "DELETE FROM tallies WHERE (node, epoch) IN (SELECT k.node, k.epoch FROM {k})", epoch);
        _dropEmpty = Rows.Of(statements, "DELETE FROM tallies WHERE people = 0 AND (node, epoch) IN (SELECT k.node, k.epoch FROM "
            + "{k})", epoch);
    }

    /// <summary>Notes what an epoch's change adds and takes away.</summary>
    /// <param name="isRebuilt">All of it was rebuilt: what is there does not count any more.</param>
    public void Change(TouchedEpoch touched, bool isRebuilt)
    {
        if (isRebuilt)
        {
            _drop.Add((long)touched.Node, touched.Epoch);
        }

        foreach (var (key, people) in touched.Tallies.Where(tally => tally.Value != 0))
        {
            _add.Add((long)touched.Node, touched.Epoch, key.Site, key.Round, key.Category, key.LaneKind, key.Hour, people);
        }

        if (touched.Tallies.Any(tally => tally.Value < 0))
        {
            _dropEmpty.Add((long)touched.Node, touched.Epoch);
        }
    }

    /// <summary>Writes the changes.</summary>
    public void Write()
    {
        _drop.Post();
        _add.Post();
        _dropEmpty.Post();
    }
}
