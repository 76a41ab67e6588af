using FieldNode.Log.Keys;
using System.Data.Common;

namespace FieldNode.Log.Parts;

/// <summary>
/// What is made of the log beside keeping it. It hears of every commit once, in the commit's own transaction, so that what it makes of the records is never behind
/// them nor ahead of them.
/// </summary>
public interface ILogFollower
{
    /// <summary>Begins to follow what is merged over a connection; used by one thread at a time.</summary>
    /// <param name="isBulk">Logs come whole, one after the other, and not side by side as nodes' uploads do.</param>
    internal ILogFollowing Follow(DbConnection connection, Vault vault, bool isBulk);

    /// <summary>A store of an earlier version is opened: everything that follows from its records is made anew from them, in the caller's transaction.</summary>
    /// <param name="before">The version that its tables were of.</param>
    internal void Rebuild(DbConnection connection, Vault vault, int before);
}

/// <summary>Follows the commits of one connection.</summary>
internal interface ILogFollowing : IDisposable
{
    /// <summary>Takes a commit in: what is new, before it is on the disk.</summary>
    FollowedCommit Take(LogCommit commit);
}

/// <summary>What a commit adds to the log.</summary>
/// <param name="IsUndisturbed">Nobody else has written since this connection's last commit: what is known of the store still holds.</param>
/// <param name="Held">Which records are here, those of this commit among them.</param>
/// <param name="Records">New records, those of an epoch in their order.</param>
/// <param name="Told">What nodes tell of their lanes.</param>
/// <param name="KeysCame">Nodes of which keys have come that open what was closed.</param>
internal sealed record LogCommit(bool IsUndisturbed, SpanSet Held, IReadOnlyList<NewRecords> Records, IReadOnlyList<LaneReport> Told, IReadOnlyCollection<ulong> KeysCame);

/// <summary>Records of one part that are new in the store, in their order.</summary>
/// <param name="IsConflict">One of them is there under another form already.</param>
internal sealed record NewRecords(LogPart Part, IReadOnlyList<(uint Sequence, byte[] Frame)> Records, bool IsConflict)
{
    public ulong Node => Part.NodeId;

    public uint Epoch => Part.Epoch;
}

/// <summary>What follows from a commit for those who sent it.</summary>
/// <param name="Messages">For each of its <see cref="LogCommit.Records"/>, what the lane is to be told.</param>
/// <param name="FirstWaiting">The first record of an epoch that waits for a key; null: none does.</param>
/// <param name="Committed">To be called when the commit is on the disk.</param>
internal sealed record FollowedCommit(IReadOnlyList<IReadOnlyList<LaneMessage>> Messages, Func<ulong, uint, uint?> FirstWaiting, Action Committed);

/// <summary>What a node told of its lane's state, as of one of its records (docs/protocol.md, "Status").</summary>
/// <param name="State">As it stands at a sector's head; nothing is known of it here.</param>
public sealed record LaneReport(ulong Node, uint Epoch, uint Record, byte[] State);
