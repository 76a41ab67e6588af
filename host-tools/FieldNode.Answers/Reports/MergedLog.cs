using FieldNode.Answers.Facts;
using FieldNode.Answers.Projection;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using System.Data.Common;

namespace FieldNode.Answers.Reports;

/// <summary>Selects people of the merged log. Null and false add no restriction, except that <paramref name="All"/> = false selects only
/// people who count.</summary>
/// <param name="Since">Leaves out people who were certainly sampled before this time.</param>
public sealed record PersonFilter(int? Round = null, string? Site = null, bool All = false, DateTimeOffset? Since = null);

/// <summary>
/// The merged log: every person of every node, in an order that depends only on the records (node, epoch, sequence, bytes). Equal stores
/// give equal rows, however they were filled.
/// </summary>
public sealed class MergedLog(HostStore store)
{
    /// <summary>The people that pass a filter. All conflicting records are included; undone and training people only on request.</summary>
    public IEnumerable<PersonRow> People(PersonFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        foreach (var day in Days())
        {
            foreach (var row in day.People)
            {
                if ((filter.All || PersonState.Counts(row.State)) && (filter.Round is null || row.Round == filter.Round)
                    && (filter.Site is null || row.Site == filter.Site) && !((row.Time.At ?? row.Time.To) < filter.Since))
                {
                    yield return row;
                }
            }
        }
    }

    /// <summary>What each node did in each of its epochs: places, bags, badges, people turned away, training, refusals.</summary>
    public IEnumerable<EpochDay> Days()
    {
        using var connection = store.Guard(store.Connect);
        foreach (var (node, epoch) in store.Guard(() => Epochs(connection)))
        {
            yield return store.Guard(() => Day(connection, store.Vault, node, epoch));
        }
    }

    /// <summary>Folds an epoch's records, given in order. Their codes are used as they are.</summary>
    public static EpochDay DayOf(ulong node, uint epoch, IEnumerable<(uint Sequence, byte[] Frame)> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return DayOf(node, epoch, records, EpochDecisions.None, new EpochSeals(node, epoch, vault: null));
    }

    /// <summary>What one node did in one epoch.</summary>
    internal static EpochDay Day(DbConnection connection, Vault vault, ulong node, uint epoch)
    {
        return Day(connection, node, epoch, EpochSeals.Read(connection, vault, node, epoch));
    }

    /// <summary>Like <see cref="Day"/>, with a placeholder for each person's code.</summary>
    internal static EpochDay DayWithoutCodes(DbConnection connection, ulong node, uint epoch)
    {
        return Day(connection, node, epoch, EpochSeals.WithoutCodes(connection, node, epoch));
    }

    private static EpochDay Day(DbConnection connection, ulong node, uint epoch, EpochSeals seals)
    {
        var decisions = EpochDecisions.Read(connection, node, epoch);
        var day = DayOf(node, epoch, StoredFrames.Read(connection, node, epoch), decisions, seals);
        return StoredFrames.HasImages(connection, node, epoch) ? Marked(day, StoredFrames.FromImages(connection, node, epoch), decisions)
            : day;
    }

    private static EpochDay DayOf(ulong node, uint epoch, IEnumerable<(uint Sequence, byte[] Frame)> records, EpochDecisions decisions,
        EpochSeals seals)
    {
        var fold = new PeopleFold(node, epoch, decisions, seals);
        foreach (var (sequence, frame) in records)
        {
            fold.Add(sequence, frame);
        }

        return fold.Day();
    }

    private static EpochDay Marked(EpochDay day, HashSet<uint> fromImages, EpochDecisions decisions)
    {
        bool IsUnsigned(PersonRow row) => row.State == PersonState.Valid && fromImages.Contains(row.Sequence)
            && !decisions.AcceptsImage(row.Sequence);
        return day with { People = [.. day.People.Select(row => IsUnsigned(row) ? row with { State = PersonState.Image } : row)] };
    }

    /// <summary>All epochs of nodes. Hosts' own logs are left out: their decisions show in the epochs they are about.</summary>
    internal static List<(ulong Node, uint Epoch)> Epochs(DbConnection connection)
    {
        return [.. Sql.Query(connection, "SELECT DISTINCT node, epoch FROM spans",
            reader => (Node: (ulong)reader.GetInt64(0), Epoch: (uint)reader.GetInt64(1)))
            .Where(epoch => !HostNode.IsHost(epoch.Node)).Order()];
    }
}
