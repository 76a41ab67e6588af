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
    /// <param name="isBulk">True for whole logs one after another, as from files; false for many parts at once, as nodes upload
    /// them.</param>
    internal ILogFollowing Follow(DbConnection connection, Vault vault, Outside outside, bool isBulk);

    /// <summary>Called when a store of an earlier version is opened: rebuilds all its tables from the records, in the caller's
    /// transaction.</summary>
    /// <param name="before">The earlier version of the tables.</param>
    internal void Rebuild(DbConnection connection, Vault vault, Outside outside, int before);
}

/// <summary>Receives the commits of one connection.</summary>
internal interface ILogFollowing : IDisposable
{
    /// <summary>Applies a commit: its records are in the store, but not on disk yet.</summary>
    FollowedCommit Take(LogCommit commit);
}

/// <summary>What a commit adds to the log.</summary>
/// <param name="IsCacheValid">True if no one else has written since this connection's last commit: cached state is still valid.</param>
/// <param name="Held">The records that are in the store, including those of this commit.</param>
/// <param name="Records">New records, in their order within each epoch.</param>
/// <param name="Told">Lane states reported by nodes.</param>
/// <param name="ArrivedKeys">Nodes whose keys arrived: codes that could not be opened now can.</param>
internal sealed record LogCommit(bool IsCacheValid, SpanSet Held, IReadOnlyList<NewRecords> Records, IReadOnlyList<LaneReport> Told,
    IReadOnlyCollection<ulong> ArrivedKeys);

/// <summary>Records of one part that are new to the store, in their order.</summary>
/// <param name="IsConflict">True if one of them is already stored with other bytes.</param>
internal sealed record NewRecords(LogPart Part, IReadOnlyList<(uint Sequence, byte[] Frame)> Records, bool IsConflict)
{
    public ulong Node => Part.NodeId;

    public uint Epoch => Part.Epoch;
}

/// <summary>What a commit means for the nodes that sent its records.</summary>
/// <param name="Messages">For each of its <see cref="LogCommit.Records"/>, the messages for the lane.</param>
/// <param name="FirstWaiting">The first record of an epoch that waits for a key; null if there is none.</param>
/// <param name="Committed">Call this when the commit is on disk.</param>
internal sealed record FollowedCommit(IReadOnlyList<IReadOnlyList<LaneMessage>> Messages, Func<ulong, uint, uint?> FirstWaiting,
    Action Committed);

/// <summary>A lane's state as reported by its node, as of one of the node's records (docs/protocol.md, "Status").</summary>
/// <param name="State">In the format of a sector's head; not interpreted here.</param>
public sealed record LaneReport(ulong Node, uint Epoch, uint Record, byte[] State);
