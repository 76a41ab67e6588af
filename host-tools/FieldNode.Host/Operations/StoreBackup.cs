using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Merge;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Operations;

/// <summary>Contents of a backup.</summary>
public sealed record BackupResult(string Path, long Bytes, long Batches, long Records, string HostId);

/// <summary>Backs up a store while the host is running, and restores it. Every backup is checked before it gets its final name.</summary>
public static class StoreBackup
{
    private const string Part = ".part";

    private static readonly string[] s_leftovers = ["", "-wal", "-shm", "-journal"];

    /// <summary>Writes a consistent copy of the store; nodes may go on uploading.</summary>
    /// <exception cref="HostFault">The file exists, the store is a shared database, or the copy fails its check. Nothing is left
    /// behind.</exception>
    public static BackupResult Take(HostStore store, string path)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (store.IsShared)
        {
            throw new HostFault("not-a-file", ExitCode.Usage,
                $"{store.Path} is a database, not a file: back it up with pg_dump (docs/scale.md)",
                $"{store.Path} 不是本机文件：请用 pg_dump 备份（见 docs/scale.md）");
        }

        if (File.Exists(path))
        {
            throw new HostFault("file-exists", ExitCode.Usage, $"{path} already exists: a backup replaces no file; choose another name",
                $"{path} 已存在：备份不覆盖任何文件，请换一个文件名");
        }

        try
        {
            return store.Guard(() =>
            {
                File.Delete(path + Part); // do not follow a link that someone left there
                OwnersOnly.OpenFile(path + Part).Dispose();
                using (var source = (SqliteConnection)store.Connect())
                using (var target = Open(path + Part, SqliteOpenMode.ReadWriteCreate))
                {
                    source.BackupDatabase(target);
                    Sql.Execute(target, "PRAGMA journal_mode = DELETE"); // a single file, without a separate log
                }

                var result = Check(path + Part);
                using (var file = new FileStream(path + Part, FileMode.Open, FileAccess.ReadWrite))
                {
                    file.Flush(flushToDisk: true);
                }

                File.Move(path + Part, path);
                return result with { Path = path };
            });
        }
        finally
        {
            File.Delete(path + Part);
        }
    }

    /// <summary>Creates a data directory from a backup. Decisions continue in a new epoch, because the lost store may have written more
    /// after the backup.</summary>
    /// <param name="keyFile">The key file of the backed-up store, to be copied beside the directory; null if it is already there or the
    /// environment contains the key.</param>
    /// <exception cref="HostFault">The directory contains a store, the file is not a complete backup, or its key is missing. Nothing is
    /// created.</exception>
    public static BackupResult Restore(string path, string directory, string? keyFile = null)
    {
        var target = Path.Combine(directory, HostStore.FileName);
        if (s_leftovers.Any(end => File.Exists(target + end))) // SQLite would apply a leftover log to the backup
        {
            throw new HostFault("file-exists", ExitCode.Usage,
                $"{directory} contains a store or its leftover files: restore into a new --data directory",
                $"{directory} 已有数据或其残留：请恢复到新的 --data 目录");
        }

        var result = Check(path);
        var keys = KeySource.ForDirectory(directory);
        var broughtKey = keyFile is not null && keys.TakeCopy(keyFile);
        var isDone = false;
        try
        {
            OwnersOnly.MakeDirectory(directory);

            File.Delete(target + Part);
            using (var from = File.OpenRead(path))
            using (var copy = OwnersOnly.OpenFile(target + Part))
            {
                copy.SetLength(0);
                from.CopyTo(copy);
            }

            using (var connection = Open(target + Part, SqliteOpenMode.ReadWrite))
            {
                Vault.CheckKey(connection, keys, Outside.Real.Chance);
                HostLog.StartNewEpoch(connection, Outside.Real.Chance);
                Sql.Execute(connection, "PRAGMA journal_mode = WAL");
            }

            File.Move(target + Part, target);
            var store = AnsweringStore.Open(directory); // also migrates it to this version
            new Accounts(store, TimeProvider.System).SignOutAll(); // sessions in it may have been ended since the backup
            isDone = true;
            return result;
        }
        finally
        {
            File.Delete(target + Part);
            if (broughtKey && !isDone)
            {
                File.Delete(keys.Path); // the restore failed: leave nothing behind
            }
        }
    }

    private static BackupResult Check(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                throw new HostFault("file-unreadable", ExitCode.Failed, $"{path} does not exist", $"{path} 不存在");
            }

            using var connection = Open(path, SqliteOpenMode.ReadOnly);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check(1)";
            var verdict = (string)command.ExecuteScalar()!;
            verdict = verdict == "ok" && DamagedBatches(connection) is > 0 and var damaged
                ? $"{damaged} batches of records fail their check" : verdict;
            return verdict == "ok"
                ? new BackupResult(path, new FileInfo(path).Length, Sql.Scalar(connection, "SELECT count(*) FROM batches"),
                    Sql.Scalar(connection, "SELECT coalesce(sum(last - first + 1), 0) FROM spans"),
                    $"{Sql.Scalar(connection, "SELECT value FROM meta WHERE name = 'host_id'"):X8}")
                : throw Damaged(path, verdict);
        }
        catch (SqliteException e)
        {
            throw Damaged(path, e.Message);
        }
    }

    // SQLite checks the structure of its pages, not their content. Each batch has its own CRC.
    private static int DamagedBatches(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT bytes FROM batches";
        using var reader = command.ExecuteReader();
        var damaged = 0;
        while (reader.Read())
        {
            var bytes = reader[0] as byte[] ?? [];
            damaged += new Batch().TryRead(bytes, 0, bytes.Length) == BatchFault.None ? 0 : 1;
        }

        return damaged;
    }

    private static HostFault Damaged(string path, string why)
    {
        return new HostFault("backup-damaged", ExitCode.Refused, $"{path} is not a complete backup ({why}): use another one",
            $"{path} 不是完整的备份（{why}）：请使用另一份");
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }
            .ToString());
        connection.Open();
        return connection;
    }
}
