namespace FieldNode.Answers.Sightings;

/// <summary>Merges sorted runs as the bytes that they are; of two entries about one sighting the later one is right. Its room is kept from
/// one merge to the next.</summary>
internal sealed class RunMerge
{
    private byte[] _left = [];
    private byte[] _merged = [];

    /// <summary>The entries of all runs, in their order; good until the next merge.</summary>
    /// <param name="runs">The oldest first.</param>
    /// <param name="dropsGone">Nothing older is anywhere: what is gone need not be told.</param>
    public ReadOnlySpan<byte> Merge(IReadOnlyList<ReadOnlyMemory<byte>> runs, bool dropsGone)
    {
        var lengths = runs.Select(run => RunBytes.Count(run.Span) * RunBytes.EntryBytes).ToList();
        var length = lengths.Sum();
        if (_left.Length < length)
        {
            (_left, _merged) = (new byte[length], new byte[length]);
        }

        var at = 0;
        foreach (var run in runs)
        {
            run.Span.CopyTo(_left.AsSpan(at));
            at += run.Length;
        }

        while (lengths.Count > 1)
        {
            lengths = MergeNeighbours(lengths);
            (_left, _merged) = (_merged, _left);
        }

        length = lengths.Sum();
        return _left.AsSpan(0, dropsGone ? DropGone(_left.AsSpan(0, length)) : length);
    }

    // Neighbours by neighbours, so that older and newer keep their sides.
    private List<int> MergeNeighbours(List<int> lengths)
    {
        var merged = new List<int>((lengths.Count + 1) / 2);
        var (from, to) = (0, 0);
        for (var i = 0; i < lengths.Count; i += 2)
        {
            var older = _left.AsSpan(from, lengths[i]);
            var newer = _left.AsSpan(from + lengths[i], i + 1 < lengths.Count ? lengths[i + 1] : 0);
            merged.Add(Merge(older, newer, _merged.AsSpan(to)));
            from += older.Length + newer.Length;
            to += merged[^1];
        }

        return merged;
    }

    private static int Merge(ReadOnlySpan<byte> older, ReadOnlySpan<byte> newer, Span<byte> merged)
    {
        var count = 0;
        while (older.Length > 0 && newer.Length > 0)
        {
            var order = RunBytes.Compare(older, newer);
            (order < 0 ? older : newer)[..RunBytes.EntryBytes].CopyTo(merged[count..]);
            count += RunBytes.EntryBytes;
            older = order <= 0 ? older[RunBytes.EntryBytes..] : older;
            newer = order >= 0 ? newer[RunBytes.EntryBytes..] : newer;
        }

        older.CopyTo(merged[count..]);
        newer.CopyTo(merged[(count + older.Length)..]);
        return count + older.Length + newer.Length;
    }

    private static int DropGone(Span<byte> entries)
    {
        var kept = 0;
        for (var at = 0; at < entries.Length; at += RunBytes.EntryBytes)
        {
            if (!RunBytes.IsGone(entries, at / RunBytes.EntryBytes))
            {
                entries.Slice(at, RunBytes.EntryBytes).CopyTo(entries[kept..]);
                kept += RunBytes.EntryBytes;
            }
        }

        return kept;
    }
}
