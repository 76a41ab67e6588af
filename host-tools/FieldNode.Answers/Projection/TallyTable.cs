using FieldNode.Log.Database;

namespace FieldNode.Answers.Projection;

/// <summary>People who count, by where and when they were sampled: what changes is added to what is there.</summary>
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
