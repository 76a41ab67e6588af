namespace FieldNode.Answers.Projection;

/// <summary>Searches lists ordered by sequence number.</summary>
internal static class BySequence
{
    /// <summary>Index of the last item at or before a record; -1 if none. It is nearly always the last item of the list.</summary>
    /// <param name="sequenceOf">Must capture nothing: FindLastIndex would allocate an object for each record.</param>
    public static int LastUpTo<T>(this List<T> items, uint sequence, Func<T, uint> sequenceOf)
    {
        var at = items.Count - 1;
        while (at >= 0 && sequenceOf(items[at]) > sequence)
        {
            at--;
        }

        return at;
    }
}
