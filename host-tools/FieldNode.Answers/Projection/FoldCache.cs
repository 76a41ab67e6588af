namespace FieldNode.Answers.Projection;

/// <summary>An epoch's fold that matches what is stored, with the facts written from it.</summary>
/// <param name="Version">The version of the epoch's stored projection that the fold matches.</param>
internal sealed record CachedFold(EpochFold Fold, Dictionary<(int Kind, uint Sequence), string> Facts, long Version);

/// <summary>
/// Folds of the most recently used epochs, so that a batch costs only its own records. A fold being advanced is taken out and put back
/// after the commit. After a failed commit, it is missing and is rebuilt from the records.
/// </summary>
/// <param name="foldsMax">Maximum number of folds; the least recently used one is evicted.</param>
internal sealed class FoldCache(int foldsMax)
{
    /// <summary>For a host: all lanes of a city. About 20 KB each at the end of a day.</summary>
    public const int Lanes = 8192;

    /// <summary>For logs processed one after the other.</summary>
    public const int Few = 64;

    private readonly Dictionary<(ulong Node, uint Epoch), LinkedListNode<((ulong Node, uint Epoch) Key, CachedFold Fold)>> _folds = [];
    private readonly LinkedList<((ulong Node, uint Epoch) Key, CachedFold Fold)> _byUse = new();
    private readonly Lock _lock = new();

    /// <summary>Takes a fold out; null if absent.</summary>
    public CachedFold? Take(ulong node, uint epoch)
    {
        lock (_lock)
        {
            if (!_folds.Remove((node, epoch), out var entry))
            {
                return null;
            }

            _byUse.Remove(entry);
            return entry.Value.Fold;
        }
    }

    public void Put(ulong node, uint epoch, CachedFold fold)
    {
        lock (_lock)
        {
            if (_folds.Remove((node, epoch), out var old))
            {
                _byUse.Remove(old);
            }

            _folds[(node, epoch)] = _byUse.AddLast(((node, epoch), fold));
            if (_folds.Count > foldsMax)
            {
                _folds.Remove(_byUse.First!.Value.Key);
                _byUse.RemoveFirst();
            }
        }
    }
}
