using FieldNode.Answers.Projection;
using FieldNode.Answers.Roster;
using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using FieldNode.Log;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>Derives the tables that answers are read from: ordinary rows, written in the transaction of the records.</summary>
internal sealed class LogProjection : ILogFollower
{
    private const int PackedRosterSince = 10; // earlier versions stored rosters in another form

    /// <summary>Folds of the epochs that this process has merged.</summary>
    public FoldCache Lanes { get; } = new(FoldCache.Lanes);

    public ILogFollowing Follow(DbConnection connection, Vault vault, Outside outside, bool isBulk) =>
        new Projector(connection, vault, outside.Work, isBulk ? new FoldCache(FoldCache.Few) : Lanes, isBulk);

    public void Rebuild(DbConnection connection, Vault vault, Outside outside, int before)
    {
        if (before < PackedRosterSince)
        {
            RosterImport.RepackAll(connection, vault, outside.Chance);
        }

        Reprojection.Run(connection, vault, outside.Work);
    }
}
