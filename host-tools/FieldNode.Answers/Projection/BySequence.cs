namespace FieldNode.Answers.Projection;

/// <summary>Lists in the order of their records' sequence numbers.</summary>
internal static class BySequence
{
    /// <summary>Index of the last item that is not behind a record; -1: there is none. Nearly always it is the last of all.</summary>
    /// <param name="sequenceOf">One that captures nothing: FindLastIndex would make an object for each record.</param>
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
