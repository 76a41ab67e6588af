namespace FieldNode.Tests.Support;

/// <summary>What of the calls that no sync has followed yet is on the disk when it stops.</summary>
internal enum DiskLoss
{
    /// <summary>All: only the process died.</summary>
    Nothing,

    /// <summary>None: the power failed, and the disk kept to what it had promised.</summary>
    Unsynced,

    /// <summary>Some, in parts of 512 bytes, in any order: the power failed, and the disk had begun.</summary>
    Some,
}

/// <summary>The files of a directory as they are found after a stop at any point of a trace. The shared memory beside a database is memory:
/// it is gone.</summary>
internal sealed class ReplayedDisk
{
    private const int SectorBytes = 512;

    private readonly Dictionary<string, Replayed> _files = [];

    /// <summary>Goes on by one call.</summary>
    public void Apply(DiskOp op)
    {
        if (op.Act == DiskAct.Mark)
        {
            return;
        }

        var file = _files.TryGetValue(op.File, out var known) ? known : _files[op.File] = new Replayed();
        if (op.Act == DiskAct.Sync || (op.Act == DiskAct.Delete && op.Offset != 0))
        {
            if (op.Act == DiskAct.Delete)
            {
                file.Pending.Add(op);
            }

            if (op.Act == DiskAct.Sync && file.IsNew
                && (op.File.EndsWith("-wal", StringComparison.Ordinal) || op.File.EndsWith("-journal", StringComparison.Ordinal)))
            {
                SyncDirectory();
            }

            file.Settle(file.Pending.Count);
        }
        else
        {
            file.Pending.Add(op);
        }
    }

    // The first sync of a log or journal that was made anew syncs its directory, too (unixSync in SQLite's os_unix.c): what was deleted
    // there stays deleted.
    private void SyncDirectory()
    {
        foreach (var file in _files.Values)
        {
            file.Settle(file.Pending.FindLastIndex(op => op.Act == DiskAct.Delete) + 1);
        }
    }

    /// <summary>Writes the files as a stop leaves them here.</summary>
    public void Write(string directory, DiskLoss loss, Random random)
    {
        foreach (var (name, file) in _files)
        {
            var found = file.Synced is null ? null : Copy(file.Synced);
            foreach (var op in loss == DiskLoss.Unsynced ? [] : file.Pending)
            {
                found = Done(found, op, loss == DiskLoss.Nothing ? _ => true : Chance(random));
            }

            if (found is not null)
            {
                using var target = File.Create(Path.Combine(directory, name));
                found.WriteTo(target);
            }
        }
    }

    // Whole, not at all, or in parts.
    private static Func<int, bool> Chance(Random random)
    {
        return random.Next(3) switch { 0 => _ => true, 1 => _ => false, _ => _ => random.Next(2) == 0 };
    }

    // The file after a call of which some sectors are done; null: there is none.
    private static MemoryStream? Done(MemoryStream? file, DiskOp op, Func<int, bool> isDone)
    {
        if (op.Act == DiskAct.Delete)
        {
            return isDone(0) ? null : file;
        }

        file ??= new MemoryStream();
        if (op.Act == DiskAct.Truncate && isDone(0))
        {
            file.SetLength(op.Offset);
        }

        for (var at = 0; at < op.Data.Length; at += SectorBytes)
        {
            if (isDone(at / SectorBytes))
            {
                file.Position = op.Offset + at; // what lies between is zero
                file.Write(op.Data.AsSpan(at, Math.Min(SectorBytes, op.Data.Length - at)));
            }
        }

        return file;
    }

    private static MemoryStream Copy(MemoryStream file)
    {
        var copy = new MemoryStream((int)file.Length + SectorBytes);
        file.WriteTo(copy);
        return copy;
    }

    private sealed class Replayed
    {
        public MemoryStream? Synced { get; private set; }

        public List<DiskOp> Pending { get; } = [];

        /// <summary>It was made since the disk was last in order.</summary>
        public bool IsNew => Synced is null || Pending.Exists(op => op.Act == DiskAct.Delete);

        /// <summary>The first so many calls are on the disk for good.</summary>
        public void Settle(int count)
        {
            Pending.Take(count).ToList().ForEach(op => Synced = Done(Synced, op, _ => true));
            Pending.RemoveRange(0, count);
        }
    }
}
