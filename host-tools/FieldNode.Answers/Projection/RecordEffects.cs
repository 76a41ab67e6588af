using System.Data.Common;
using FieldNode.Log.Parts;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>Applies the effects of a record: its sighting, its people, and whether it is unreadable. Reverts those of earlier records that
/// it undoes.</summary>
/// <param name="decide">Called when a decision takes effect or ceases to.</param>
internal sealed class RecordEffects(DbConnection connection, FoldTable folds, Action<TouchedEpoch, uint, Decided, bool> decide)
{
    /// <summary>Adds a record after the last one. Returns its index in <see cref="TouchedEpoch.Others"/>, which will hold another node that
    /// saw its code; null if the record has no code.</summary>
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
        foreach (var earlier in touched.Fold.NewlyUndone)
        {
            if (earlier < sequence && !touched.Fold.IsInConflict(earlier))
            {
                TakeBack(touched, earlier);
            }
        }

        return other;
    }

    /// <summary>Handles an out-of-order record: its effects are found by the rebuild at the end, but its lane is informed at once. Returns
    /// its index in <see cref="TouchedEpoch.Others"/>; null if the record has no code.</summary>
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
            frames = [.. StoredFrames.Read(connection, touched.Node, touched.Epoch, sequence, sequence)];
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

    /// <summary>Rebuilds an epoch from its records alone, as if they had arrived together.</summary>
    public void Rebuild(TouchedEpoch touched)
    {
        var fold = folds.New(touched.Node, touched.Epoch);
        fold.Lane.TakeOver(touched.Fold.Lane.Told, touched.Fold.Lane.Kept);
        var frames = StoredFrames.Read(connection, touched.Node, touched.Epoch).ToList();
        foreach (var (sequence, frame) in frames)
        {
            fold.Add(sequence, frame, opensPeople: false);
        }

        touched.Fold = fold;
        touched.Tallies.Clear();
        touched.Unreadable.Clear();
        RemoveSightingsUnderOldChains(touched, frames);
        // Removes what does not count first: two versions of a record may contain the same code, and one of them may count.
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

    // Under another chain, a record opens to another code: the code it was indexed under is found only with the previous chain.
    private static void RemoveSightingsUnderOldChains(TouchedEpoch touched, List<(uint Sequence, byte[] Frame)> frames)
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
