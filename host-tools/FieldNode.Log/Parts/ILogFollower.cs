using FieldNode.Log.Keys;
using System.Data.Common;

namespace FieldNode.Log.Parts;

/// <summary>
/// Derives tables from the log. It is called once for each commit, inside the commit's transaction, so that its tables always match the
/// stored records.
/// </summary>
public interface ILogFollower
{
    /// <summary>Subscribes to the commits of a connection. The result is used by one thread at a time.</summary>
    /// <param name="isBulk">Whole logs come one after the other, as from files; not many at once, as nodes upload.</param>
    internal ILogFollowing Follow(DbConnection connection, Vault vault, Outside outside, bool isBulk);

    /// <summary>A store of an earlier version is opened: rebuilds all its tables from the records, in the caller's transaction.</summary>
    /// <param name="before">The version that its tables were of.</param>
    internal void Rebuild(DbConnection connection, Vault vault, Outside outside, int before);
}

/// <summary>Receives the commits of one connection.</summary>
internal interface ILogFollowing : IDisposable
{
    /// <summary>Applies a commit: its records are in the store, and not on the disk yet.</summary>
    FollowedCommit Take(LogCommit commit);
}

/// <summary>What a commit adds to the log.</summary>
/// <param name="IsUndisturbed">Nobody else has written since this connection's last commit: what is known of the store still holds.</param>
/// <param name="Held">Which records are here, those of this commit among them.</param>
/// <param name="Records">New records, those of an epoch in their order.</param>
/// <param name="Told">What nodes tell of their lanes.</param>
/// <param name="KeysCame">Nodes whose keys arrived: codes that could not be opened now can.</param>
internal sealed record LogCommit(bool IsUndisturbed, SpanSet Held, IReadOnlyList<NewRecords> Records, IReadOnlyList<LaneReport> Told,
    IReadOnlyCollection<ulong> KeysCame);

/// <summary>Records of one part that are new in the store, in their order.</summary>
/// <param name="IsConflict">One of them is already stored with other bytes.</param>
internal sealed record NewRecords(LogPart Part, IReadOnlyList<(uint Sequence, byte[] Frame)> Records, bool IsConflict)
{
    public ulong Node => Part.NodeId;

    public uint Epoch => Part.Epoch;
}

/// <summary>What a commit means for the nodes that sent its records.</summary>
/// <param name="Messages">For each of its <see cref="LogCommit.Records"/>, what the lane is to be told.</param>
/// <param name="FirstWaiting">The first record of an epoch that waits for a key; null: none does.</param>
/// <param name="Committed">To be called when the commit is on the disk.</param>
internal sealed record FollowedCommit(IReadOnlyList<IReadOnlyList<LaneMessage>> Messages, Func<ulong, uint, uint?> FirstWaiting,
    Action Committed);

/// <summary>What a node told of its lane's state, as of one of its records (docs/protocol.md, "Status").</summary>
/// <param name="State">As it stands at a sector's head; nothing is known of it here.</param>
public sealed record LaneReport(ulong Node, uint Epoch, uint Record, byte[] State);
