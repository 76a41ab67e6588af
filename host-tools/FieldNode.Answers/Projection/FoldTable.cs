using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using FieldNode.Log;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>The epochs' folds as of the store: cached ones, brought up to date with what another process has added since, or rebuilt from
/// the records.</summary>
internal sealed class FoldTable
{
    private readonly DbConnection _connection;
    private readonly Vault _vault;
    private readonly FoldCache _cache;
    private readonly IScheduler _work;
    private readonly FactTable _facts;
    private readonly LaneReportTable _reports;
    private readonly Rows _read;
    private readonly Rows _put;
    private readonly Dictionary<(ulong Node, uint Epoch), (long Version, long Rebuilt)> _versions = []; // 0 if not in the store

    public FoldTable(Vault vault, IScheduler work, FoldCache cache, FactTable facts, Statements statements)
    {
        _connection = statements.Connection;
        _vault = vault;
        _cache = cache;
        _work = work;
        _facts = facts;
        _reports = new LaneReportTable(statements);
        _read = Rows.Find(statements, "folds", "node, epoch, version, rebuilt", "node, epoch");
        _put = Rows.Put(statements, "folds", "node, epoch", "version, rebuilt");
    }

    /// <summary>Clears the cached versions: another writer has changed the store.</summary>
    public void Forget()
    {
        _versions.Clear();
    }

    /// <summary>Loads several epochs at once.</summary>
    /// <param name="held">The records in the store.</param>
    public IReadOnlyList<TouchedEpoch> Load(List<(ulong Node, uint Epoch)> epochs, SpanSet held)
    {
        ReadVersions(epochs);
        held.Load(epochs);
        var cached = epochs.ToDictionary(epoch => epoch, epoch => _cache.Take(epoch.Node, epoch.Epoch));
        var facts = _facts.Read(epochs.Where(epoch => _versions[epoch].Version > 0 && cached[epoch]?.Version != _versions[epoch].Version));
        var told = _reports.Read(epochs.Where(epoch => _versions[epoch].Version > 0 && cached[epoch]?.Version != _versions[epoch].Version));
        var behind = new List<(EpochFold Fold, List<(uint Sequence, byte[] Frame)> Records)>();
        var touched = new List<TouchedEpoch>(epochs.Count);
        foreach (var epoch in epochs)
        {
            var (version, rebuilt) = _versions[epoch];
            var known = cached[epoch] is { } kept && kept.Version == version ? kept.Facts : facts.GetValueOrDefault(epoch) ?? [];
            touched.Add(new TouchedEpoch(epoch.Node, epoch.Epoch, version, rebuilt,
                FoldOf(epoch.Node, epoch.Epoch, cached[epoch], version, rebuilt, told.GetValueOrDefault(epoch), held, behind), known));
        }

        // After a start, all folds are behind: they catch up in parallel, like arriving records.
        _work.ForEachParallel(behind,
            epoch => epoch.Records.ForEach(record => epoch.Fold.Add(record.Sequence, record.Frame, opensPeople: false)));
        return touched;
    }

    /// <summary>A new fold of an epoch, without any records.</summary>
    public EpochFold New(ulong node, uint epoch) =>
        new(node, epoch, EpochDecisions.Read(_connection, node, epoch), EpochSeals.Read(_connection, _vault, node, epoch));

    /// <summary>Notes that an epoch has changed.</summary>
    public void Change(TouchedEpoch touched)
    {
        _put.Add((long)touched.Node, touched.Epoch, touched.Version, touched.Rebuilt);
        _reports.Change(touched.Node, touched.Epoch, touched.Fold.Lane);
    }

    /// <summary>Writes the changes.</summary>
    public void Write()
    {
        _put.Post();
        _reports.Write();
    }

    /// <summary>Caches a fold: its transaction is on disk.</summary>
    public void Keep(TouchedEpoch touched)
    {
        _cache.Put(touched.Node, touched.Epoch, new CachedFold(touched.Fold, touched.Facts, touched.Version));
        _versions[(touched.Node, touched.Epoch)] = (touched.Version, touched.Rebuilt);
    }

    private void ReadVersions(List<(ulong Node, uint Epoch)> epochs)
    {
        foreach (var epoch in epochs)
        {
            if (_versions.TryAdd(epoch, (0, 0)))
            {
                _read.Add((long)epoch.Node, epoch.Epoch);
            }
        }

        foreach (var (epoch, version, rebuilt) in _read.Query(row =>
            (((ulong)row.Number(0), (uint)row.Number(1)), row.Number(2), row.Number(3))))
        {
            _versions[epoch] = (version, rebuilt);
        }
    }

    private EpochFold FoldOf(ulong node, uint epoch, CachedFold? kept, long version, long rebuilt, ReportedLaneState? told, SpanSet held,
        List<(EpochFold Fold, List<(uint Sequence, byte[] Frame)> Records)> behind)
    {
        var fold = kept is not null && kept.Version >= rebuilt && kept.Version <= version ? kept.Fold : null;
        if (fold is not null && (fold.Seals.LacksKeys || kept!.Version != version))
        {
            fold.Seals.Load(_connection);
        }

        if (fold is not null && kept!.Version == version)
        {
            return fold;
        }

        fold ??= New(node, epoch);
        fold.Lane.TakeOver(told, told);
        if (version > 0)
        {
            behind.Add((fold, [.. StoredFrames.Read(_connection, node, epoch, fold.LastSequence + 1, held.LastBefore(node, epoch))]));
        }

        return fold;
    }
}
