namespace FieldNode.Answers.Sightings;

/// <summary>What waits in <c>sightings_pending</c>, as far as it was read, by what was seen. One transaction uses it at a time.</summary>
internal sealed class PendingMemory
{
    private const int None = -1;

    private readonly List<Pending> _all = [];
    private readonly Dictionary<SeenKey, int> _newest = []; // of each key, its place

    /// <summary>The number of the last change before all of these; below 0 when nothing was read.</summary>
    public long Moved { get; private set; } = None;

    /// <summary>The number of the last change that was read.</summary>
    public long Last { get; set; }

    public int Count => _all.Count;

    /// <summary>Begins behind a change.</summary>
    public void Forget(long moved)
    {
        _all.Clear();
        _newest.Clear();
        (Moved, Last) = (moved, moved);
    }

    public void Put(Sighting sighting, long number)
    {
        _all.Add(new Pending(sighting, number, _newest.GetValueOrDefault(sighting.Key, None), IsGone: false));
        _newest[sighting.Key] = _all.Count - 1;
    }

    /// <summary>Takes a sighting back: the number of the change that brought it; null when it does not wait.</summary>
    public long? Remove(Sighting sighting)
    {
        var place = _newest.GetValueOrDefault(sighting.Key, None);
        while (place != None && (_all[place].IsGone || _all[place].Sighting != sighting))
        {
            place = _all[place].Before;
        }

        if (place == None)
        {
            return null;
        }

        _all[place] = _all[place] with { IsGone = true };
        return _all[place].Number;
    }

    /// <summary>Those of keys.</summary>
    public IEnumerable<Sighting> Of(IEnumerable<SeenKey> keys)
    {
        foreach (var key in keys)
        {
            for (var place = _newest.GetValueOrDefault(key, None); place != None; place = _all[place].Before)
            {
                if (!_all[place].IsGone)
                {
                    yield return _all[place].Sighting;
                }
            }
        }
    }

    /// <param name="Before">The place of the one before with the same key.</param>
    private readonly record struct Pending(Sighting Sighting, long Number, int Before, bool IsGone);
}

/// <summary>Keeps one <see cref="PendingMemory"/> from one commit to the next, whoever writes it: up to 65,536 rows are not read again. It is
/// taken out while a transaction uses it, and comes back after the commit: after a failed one it is not there.</summary>
internal sealed class PendingCache
{
    private PendingMemory? _memory;

    /// <summary>Null: there is none.</summary>
    public PendingMemory? Take() => Interlocked.Exchange(ref _memory, null);

    public void Put(PendingMemory? memory) => Interlocked.Exchange(ref _memory, memory);
}
