namespace FieldNode.Tests.Support;

/// <summary>Which of the calls that are not synced yet are on the disk when it stops.</summary>
internal enum DiskLoss
{
    /// <summary>None is lost: only the process died.</summary>
    Nothing,

    /// <summary>All are lost: the power failed, and the disk kept only what was synced.</summary>
    Unsynced,

    /// <summary>Some are lost, in parts of 512 bytes and in any order: the power failed while the disk was writing.</summary>
    Some,
}

/// <summary>
/// The files of a directory as found after a stop at any point of a trace. The shared-memory file of a database is not on disk and is lost.
/// </summary>
internal sealed class ReplayedDisk
{
    private const int SectorBytes = 512;

    private readonly Dictionary<string, Replayed> _files = [];

    /// <summary>Applies the next call.</summary>
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

    // The first sync of a newly created log or journal also syncs its directory (unixSync in SQLite's os_unix.c): files deleted there stay
    // deleted.
    private void SyncDirectory()
    {
        foreach (var file in _files.Values)
        {
            file.Settle(file.Pending.FindLastIndex(op => op.Act == DiskAct.Delete) + 1);
        }
    }

    /// <summary>Writes the files as they are after a stop at this point.</summary>
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

    // A call is done completely, not at all, or in parts.
    private static Func<int, bool> Chance(Random random)
    {
        return random.Next(3) switch { 0 => _ => true, 1 => _ => false, _ => _ => random.Next(2) == 0 };
    }

    // The file after a call of which only some sectors were done; null if the file does not exist.
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
                file.Position = op.Offset + at; // the gap is filled with zeros
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

        /// <summary>Whether the file was created since the last sync.</summary>
        public bool IsNew => Synced is null || Pending.Exists(op => op.Act == DiskAct.Delete);

        /// <summary>The first <c>count</c> calls are now on the disk permanently.</summary>
        public void Settle(int count)
        {
            Pending.Take(count).ToList().ForEach(op => Synced = Done(Synced, op, _ => true));
            Pending.RemoveRange(0, count);
        }
    }
}
