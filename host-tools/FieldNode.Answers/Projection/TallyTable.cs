using FieldNode.Log.Database;

namespace FieldNode.Answers.Projection;

/// <summary>Counts of people by where and when they were sampled. Changes are added to the stored counts.</summary>
internal sealed class TallyTable
{
    private readonly Rows _add;
    private readonly Rows _drop;
    private readonly Rows _dropEmpty;

    public TallyTable(Statements statements)
    {
        _add = Rows.Count(statements, "tallies", "node, epoch, site text, round, category, lane_kind text, hour", "people");
        _drop = Rows.Delete(statements, "tallies", "node, epoch");
        _dropEmpty = Rows.Delete(statements, "tallies", "node, epoch", where: "people = 0");
    }

    /// <summary>Notes what an epoch's change adds and removes.</summary>
    /// <param name="isRebuilt">The whole epoch was rebuilt: its stored counts are replaced.</param>
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
