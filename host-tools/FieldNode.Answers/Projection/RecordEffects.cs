using System.Data.Common;
using FieldNode.Log.Parts;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>What a record changes: its sighting, its people, and that it cannot be read; and what it takes back of earlier ones.</summary>
/// <param name="decide">A decision stands, or does so no longer.</param>
internal sealed class RecordEffects(DbConnection connection, FoldTable folds, Action<TouchedEpoch, uint, Decided, bool> decide)
{
    /// <summary>A record comes behind the last one. Where the epoch will tell who else saw what it is about; null: it is about no
    /// code.</summary>
    public int? Append(TouchedEpoch touched, uint sequence, byte[] frame)
    {
        var content = touched.Fold.Add(sequence, frame);
        touched.IsRetimed |= touched.Fold.HasRetimed;
        touched.IsOutOfOrder |= touched.Fold.HasRecounted;
        if (content is null)
        {
            return null;
        }

        var other = Counts(touched.Fold, sequence, frame) ? Count(touched, sequence, frame, content) : null;
        foreach (var earlier in touched.Fold.TakenBack)
        {
            if (earlier < sequence && !touched.Fold.IsInConflict(earlier))
            {
                TakeBack(touched, earlier);
            }
        }

        return other;
    }

    /// <summary>A record that is not behind the last one: what it changes is found at the end, but its lane is told at once.</summary>
    public static int? Elsewhere(TouchedEpoch touched, uint sequence, byte[] frame)
    {
        return touched.Fold.Read(sequence, frame) is { } content && touched.SightingOf(sequence, content) is { } sighting
            ? touched.Note(SeenAct.Ask, sighting) : null;
    }

    private void TakeBack(TouchedEpoch touched, uint sequence)
    {
        List<(uint Sequence, byte[] Frame)> frames; // one, or one and its stand-in
        lock (connection)
        {
            frames = [.. StoredFrames.Of(connection, touched.Node, touched.Epoch, sequence, sequence)];
        }

        foreach (var (_, frame) in frames)
        {
            if (touched.Fold.Read(sequence, frame) is not { } content)
            {
                continue;
            }

            if (content is Decided decision)
            {
                decide(touched, sequence, decision, false);
                continue;
            }

            if (touched.Fold.IsStruck(sequence, frame) || touched.Fold.IsInDamagedTube(frame))
            {
                continue; // it never counted
            }

            touched.Tally(sequence, Frame.Ticks(frame, 0), content, -1);
            if (RecordReader.IsUnreadable(content, frame))
            {
                touched.Unreadable[sequence] = null;
            }

            RemoveSighting(touched, sequence, content);
        }
    }

    private int? Count(TouchedEpoch touched, uint sequence, byte[] frame, RecordContent content)
    {
        if (content is Decided decision)
        {
            decide(touched, sequence, decision, true);
            return null;
        }

        touched.Tally(sequence, Frame.Ticks(frame, 0), content, 1);
        if (RecordReader.IsUnreadable(content, frame) && !touched.Fold.IsKept(sequence, frame))
        {
            touched.Unreadable[sequence] = touched.Fold.Seals.LacksKeyOf(sequence);
        }

        return touched.SightingOf(sequence, content) is { } sighting ? touched.Note(SeenAct.Add, sighting) : null;
    }

    /// <summary>Rebuilds everything of an epoch from the records alone, as if they had come in one piece.</summary>
    public void Rebuild(TouchedEpoch touched)
    {
        var fold = folds.New(touched.Node, touched.Epoch);
        fold.Lane.TakeOver(touched.Fold.Lane.Told, touched.Fold.Lane.Kept);
        var frames = StoredFrames.Of(connection, touched.Node, touched.Epoch).ToList();
        foreach (var (sequence, frame) in frames)
        {
            fold.Add(sequence, frame, opensPeople: false);
        }

        touched.Fold = fold;
        touched.Tallies.Clear();
        touched.Unreadable.Clear();
        RemoveAsReadBefore(touched, frames);
        // First away with what does not count: two versions of a record may say the same of a code, and one of them may stand.
        var counts = frames.ToLookup(record => Counts(fold, record.Sequence, record.Frame));
        foreach (var (sequence, frame) in counts[false])
        {
            var content = fold.Read(sequence, frame);
            if (content is Decided decision)
            {
                decide(touched, sequence, decision, false);
            }
            else if (content is not null)
            {
                RemoveSighting(touched, sequence, content);
            }
        }

        foreach (var (sequence, frame) in counts[true])
        {
            if (fold.Read(sequence, frame) is { } content)
            {
                Count(touched, sequence, frame, content);
            }
        }
    }

    // Under another chain a record says another code: what it was noted for is found under the chain of before alone.
    private static void RemoveAsReadBefore(TouchedEpoch touched, List<(uint Sequence, byte[] Frame)> frames)
    {
        if (touched.SealsBefore is not { } before)
        {
            return;
        }

        foreach (var (sequence, frame) in frames)
        {
            if (RecordReader.Read(before, sequence, frame) is { } content and not Decided)
            {
                RemoveSighting(touched, sequence, content);
            }
        }

        touched.SealsBefore = null;
    }

    private static void RemoveSighting(TouchedEpoch touched, uint sequence, RecordContent content)
    {
        if (touched.SightingOf(sequence, content) is { } sighting)
        {
            touched.Note(SeenAct.Remove, sighting);
        }
    }

    private static bool Counts(EpochFold fold, uint sequence, byte[] frame) => fold.Stands(sequence) && !fold.IsStruck(sequence, frame)
        && !fold.IsInDamagedTube(frame);
}
