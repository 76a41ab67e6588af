using FieldNode.Log.Database;
using FieldNode.Log.Parts;
using FieldNode.Protocol;

namespace FieldNode.Answers.Projection;

/// <summary>Messages to lanes about their uploads: for each person or tube that was also seen on another lane in the round, that
/// lane.</summary>
internal sealed class LaneMessages(Statements statements)
{
    private readonly Rows _lanes = Rows.Find(statements, "nodes", "node, lane", "node");

    /// <summary>The messages for each part.</summary>
    /// <param name="asked">For each part, its records that contain a code.</param>
    /// <param name="other">Returns another node that saw the record's code; null if none.</param>
    public IReadOnlyList<IReadOnlyList<LaneMessage>> Of(IReadOnlyList<NewRecords> all, List<(uint Sequence, byte Kind, int Number)>[] asked,
        Func<NewRecords, int, ulong?> other)
    {
        var elsewhere = all.Select((records, i) => records.Part.Source != LogSource.Upload ? []
            : asked[i].Where(one => one.Kind is RecordType.PersonSampled or RecordType.TubeOpened)
                .Select(one => (one.Sequence, one.Kind, Other: other(records, one.Number)))
                .Where(one => one.Other is not null).Take(Reply.MessagesMax).ToList()).ToList();
        foreach (var node in elsewhere.SelectMany(one => one).Select(one => one.Other!.Value).Distinct())
        {
            _lanes.Add((long)node);
        }

        var lanes = _lanes.Query(row => (Node: (ulong)row.Number(0), Lane: row.Text(1))).ToDictionary(node => node.Node, node => node.Lane);
        return [.. elsewhere.Select(found => (IReadOnlyList<LaneMessage>)[.. found.Select(one =>
            new LaneMessage(one.Kind == RecordType.PersonSampled ? Reply.MessageAlreadySampled : Reply.MessageTubeElsewhere, one.Sequence,
                lanes.GetValueOrDefault(one.Other!.Value, "")))])];
    }
}
