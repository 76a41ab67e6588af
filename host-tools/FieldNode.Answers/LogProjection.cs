using FieldNode.Answers.Projection;
using FieldNode.Answers.Roster;
using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using FieldNode.Log;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>Makes of the log what answers come from: ordinary rows that are written in the transaction of the records.</summary>
internal sealed class LogProjection : ILogFollower
{
    private const int PackedRosterSince = 10; // before, a roster was kept in another form

    /// <summary>Epochs as far as this process has merged them.</summary>
    public FoldCache Lanes { get; } = new(FoldCache.Lanes);

    public ILogFollowing Follow(DbConnection connection, Vault vault, Outside outside, bool isBulk) =>
        new Projector(connection, vault, outside.Work, isBulk ? new FoldCache(FoldCache.Few) : Lanes, isBulk);

    public void Rebuild(DbConnection connection, Vault vault, Outside outside, int before)
    {
        if (before < PackedRosterSince)
        {
            RosterImport.PackAnew(connection, vault, outside.Chance);
        }

        Reprojection.Run(connection, vault, outside.Work);
    }
}
