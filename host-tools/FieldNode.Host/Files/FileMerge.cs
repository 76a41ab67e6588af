using FieldNode.Host.Merge;
using FieldNode.Host.Store;

namespace FieldNode.Host.Files;

/// <summary>What merging one file did.</summary>
public sealed record FileMergeResult(string Path, LogSource Kind, int Records, int Added, int Conflicts, IReadOnlyList<Damage> Damages);

/// <summary>Merges log files and flash images into a store: each file whole or not at all.</summary>
public sealed class FileMerge(HostStore store, TimeProvider time)
{
    private LogTrust? _trust;

    /// <summary>Merges a file.</summary>
    /// <param name="adopt">Take in nodes that this host has not enrolled, without checking tags that it has no key for.</param>
    /// <exception cref="HostFault">The file is no log, or holds records that this host cannot trust; nothing of it is merged.</exception>
    public FileMergeResult Merge(string path, bool adopt)
    {
        var content = LogFile.Read(path);
        Check(content, path, adopt);
        var added = 0;
        var conflicts = 0;
        store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            using var merger = new Merger(connection, store);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var part in content.Parts)
            {
                merger.Add(part, now);
            }

            var results = merger.Commit(transaction);
            (added, conflicts) = (results.Sum(result => result.Added), results.Sum(result => result.Conflicts));
        });
        return new FileMergeResult(path, content.Kind, content.Parts.Sum(part => part.FrameCount), added, conflicts, content.Damages);
    }

    // Nodes are read once for many files, and anew after one was refused: somebody may enrol its node and try again.
    private void Check(LogFileContent content, string path, bool adopt)
    {
        var trust = _trust ?? new LogTrust(store, time);
        _trust = null;
        foreach (var part in content.Parts)
        {
            trust.Check(part, path, adopt);
        }

        trust.Adopt();
        _trust = trust;
    }
}
