using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;

namespace FieldNode.Log.Files;

/// <summary>The result of merging one file.</summary>
public sealed record FileMergeResult(string Path, LogSource Kind, int Records, int Added, int Conflicts, IReadOnlyList<Damage> Damages);

/// <summary>A merged file, or why it was refused.</summary>
public sealed record FileMergeOutcome(string Path, FileMergeResult? Result, HostFault? Fault);

/// <summary>
/// Merges log files and flash images into a store. A file is checked completely before any of it is merged; a refused file leaves nothing
/// behind. Small files share a commit, a large one takes several; the next files are read and checked meanwhile. An interrupted merge is
/// repeated from the start: records that are already in the store are not added twice.
/// </summary>
public sealed class FileMerge(HostStore store, TimeProvider time)
{
    private const int RecordsPerCommit = 50_000;

    private readonly NodeRegistry _registry = new(store, time);
    private LogTrust? _trust;

    /// <summary>Merges a file.</summary>
    /// <param name="adopt">Accept nodes that this host has not enrolled, without checking tags that it has no key for.</param>
    /// <exception cref="HostFault">The file is not a log, or holds records that this host cannot trust; nothing of it is
    /// merged.</exception>
    public FileMergeResult Merge(string path, bool adopt)
    {
        var outcome = Merge([path], adopt).Single();
        return outcome.Result ?? throw outcome.Fault!;
    }

    /// <summary>Merges files; returns an outcome for each, in their order. A refused file does not stop the others.</summary>
    /// <exception cref="HostFault">The store cannot be written.</exception>
    public IEnumerable<FileMergeOutcome> Merge(IReadOnlyList<string> paths, bool adopt, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        using var session = new MergeSession(store, isBulk: true);
        var group = Read(paths, 0, adopt);
        for (var next = group.Count; group.Count > 0; next += group.Count)
        {
            cancel.ThrowIfCancellationRequested();
            _registry.Add([.. group.SelectMany(file => file.Adopted)]);
            var reading = store.Outside.Work.Ahead(() => Read(paths, next, adopt));
            var merged = Merge(session, group);
            foreach (var file in group)
            {
                yield return new FileMergeOutcome(file.Path, file.Content is null ? null
                    : Result(file.Path, file.Content, merged), file.Fault);
            }

            group = reading.GetAwaiter().GetResult();
        }
    }

    // Reads as many files as fill a commit. A refused file ends the group: its node may be enrolled meanwhile, so the nodes are read again
    // after it.
    private List<CheckedFile> Read(IReadOnlyList<string> paths, int from, bool adopt)
    {
        var group = new List<CheckedFile>();
        for (var records = 0; from + group.Count < paths.Count && records < RecordsPerCommit && group.LastOrDefault()?.Fault is null;)
        {
            group.Add(Check(paths[from + group.Count], adopt));
            records += group[^1].Content?.Parts.Sum(part => part.FrameCount) ?? 0;
        }

        return group;
    }

    private CheckedFile Check(string path, bool adopt)
    {
        try
        {
            var content = LogFile.Read(path, store.Outside.Files);
            var trust = _trust ??= new LogTrust(store, time);
            foreach (var part in content.Parts)
            {
                trust.Check(part, path, adopt);
            }

            return new CheckedFile(path, content, trust.TakeAdopted(), null);
        }
        catch (HostFault fault)
        {
            _trust = null;
            return new CheckedFile(path, null, [], fault);
        }
    }

    // In the order of their records, so that parts that arrived out of order need no rebuild.
    private Dictionary<LogPart, MergeResult> Merge(MergeSession session, List<CheckedFile> group)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var results = new Dictionary<LogPart, MergeResult>(ReferenceEqualityComparer.Instance);
        var parts = group.SelectMany(file => file.Content?.Parts ?? []).OrderBy(part => part.NodeId).ThenBy(part => part.Epoch)
            .ThenBy(part => part.FirstSequence).ToList();
        for (int from = 0, to; from < parts.Count; from = to)
        {
            to = from;
            for (var records = 0; to < parts.Count && records < RecordsPerCommit; to++)
            {
                records += parts[to].FrameCount;
            }

            var commit = parts[from..to];
            var merged = session.Merge((_, merger) => commit.ForEach(part => merger.Add(part, now)));
            for (var i = 0; i < commit.Count; i++)
            {
                results[commit[i]] = merged[i];
            }
        }

        return results;
    }

    private static FileMergeResult Result(string path, LogFileContent content, Dictionary<LogPart, MergeResult> merged)
    {
        return new FileMergeResult(path, content.Kind, content.Parts.Sum(part => part.FrameCount),
            content.Parts.Sum(part => merged[part].Added), content.Parts.Sum(part => merged[part].Conflicts), content.Damages);
    }

    /// <param name="Content">Null if the file was refused.</param>
    private sealed record CheckedFile(string Path, LogFileContent? Content, IReadOnlyList<EnrolledNode> Adopted, HostFault? Fault);
}
