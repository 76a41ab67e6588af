using System.Collections.Concurrent;
using FieldNode.Host.Projection;
using FieldNode.Host.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Merge;

/// <summary>
/// Opens the codes of parts before they are merged, on the threads that bring them: that is most of a record's work, and the one writer has the rest. What it does not
/// open, for want of a key, the writer deals with as ever.
/// </summary>
internal sealed class PartOpener(HostStore store)
{
    /// <summary>Above the lanes of a city; then all are made anew.</summary>
    private const int ChainsMax = 16_384;

    private readonly ConcurrentDictionary<(ulong Node, uint Epoch, uint Since, byte Key, byte Chain, uint Check), SealedChain> _chains = new();

    /// <exception cref="HostFault">The store cannot be read.</exception>
    public void Open(LogPart part)
    {
        if (part.Seals.Key != SealStart.Unknown && ChainOf(part) is { LacksKey: false } chain)
        {
            part.Opened = OpenedPart.Of(part, chain, store.Vault);
        }
    }

    private SealedChain? ChainOf(LogPart part)
    {
        var seals = part.Seals;
        var key = (part.NodeId, part.Epoch, seals.Since, seals.Key, seals.Chain, seals.Check);
        if (_chains.TryGetValue(key, out var known))
        {
            return known;
        }

        var reserve = store.Guard(() =>
        {
            using var connection = store.Connect();
            return SealReserves.Find(connection, store.Vault, part.NodeId, seals);
        });
        var chain = new SealedChain(seals, part.Epoch, reserve);
        if (chain.LacksKey)
        {
            return null; // it may come
        }

        if (_chains.Count >= ChainsMax)
        {
            _chains.Clear();
        }

        return _chains.GetOrAdd(key, chain);
    }
}
