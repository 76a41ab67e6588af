namespace FieldNode.Host.Projection.Sightings;

/// <summary>Merges sorted runs; of two entries about one sighting the later one is right.</summary>
internal static class RunMerge
{
    /// <param name="runs">The oldest first.</param>
    /// <param name="dropsGone">Nothing older is anywhere: what is gone need not be told.</param>
    public static RunEntry[] Merge(IEnumerable<RunEntry[]> runs, bool dropsGone)
    {
        RunEntry[][] left = [.. runs];
        while (left.Length > 1)
        {
            // Neighbours by neighbours, so that older and newer keep their sides.
            left = [.. left.Chunk(2).Select(pair => pair.Length == 1 ? pair[0] : Merge(pair[0], pair[1]))];
        }

        return left.Length == 0 ? [] : dropsGone ? Array.FindAll(left[0], entry => !entry.IsGone) : left[0];
    }

    private static RunEntry[] Merge(RunEntry[] older, RunEntry[] newer)
    {
        var merged = new RunEntry[older.Length + newer.Length];
        var (one, other, count) = (0, 0, 0);
        while (one < older.Length && other < newer.Length)
        {
            var order = older[one].Sighting.CompareTo(newer[other].Sighting);
            merged[count++] = order < 0 ? older[one] : newer[other];
            one += order <= 0 ? 1 : 0;
            other += order >= 0 ? 1 : 0;
        }

        older.AsSpan(one).CopyTo(merged.AsSpan(count));
        newer.AsSpan(other).CopyTo(merged.AsSpan(count + older.Length - one));
        return merged[..(count + older.Length - one + newer.Length - other)];
    }
}
