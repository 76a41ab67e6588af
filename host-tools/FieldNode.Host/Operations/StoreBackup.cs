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

/// <summary>What a backup holds.</summary>
public sealed record BackupResult(string Path, long Bytes, long Batches, long Records, string HostId);

/// <summary>Copies of a store, taken while the host works, each checked before it is one.</summary>
public static class StoreBackup
{
    private const string Part = ".part";

    private static readonly string[] s_leftovers = ["", "-wal", "-shm", "-journal"];

    /// <summary>Writes a copy of the store as of one moment; nodes may go on uploading.</summary>
    /// <exception cref="HostFault">There is a file already, or the copy does not pass its check; nothing is left then.</exception>
    public static BackupResult Take(HostStore store, string path)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (store.IsShared)
        {
            throw new HostFault("not-a-file", ExitCode.Usage,
                $"{store.Path} is no file of this host: back it up with pg_dump (docs/scale.md)",
                $"{store.Path} 不是本机文件：请用 pg_dump 备份（见 docs/scale.md）");
        }

        if (File.Exists(path))
        {
            throw new HostFault("file-exists", ExitCode.Usage, $"{path} is there already: a backup replaces nothing; choose another name",
                $"{path} 已存在：备份不覆盖任何文件，请换一个文件名");
        }

        try
        {
            return store.Guard(() =>
            {
                File.Delete(path + Part); // a link that somebody left there is not followed
                OwnersOnly.OpenFile(path + Part).Dispose();
                using (var source = (SqliteConnection)store.Connect())
                using (var target = Open(path + Part, SqliteOpenMode.ReadWriteCreate))
                {
                    source.BackupDatabase(target);
                    Sql.Execute(target, "PRAGMA journal_mode = DELETE"); // one file, without a log beside it
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

    /// <summary>Makes a data directory from a backup. Decisions go on under another epoch: the store that was lost may have written
    /// since.</summary>
    /// <param name="keyFile">The key file of the store that was backed up, which is copied beside the directory; null: it is there, or the
    /// environment tells it.</param>
    /// <exception cref="HostFault">The directory holds a store, the file is no whole backup, or its key is not there; nothing is made
    /// then.</exception>
    public static BackupResult Restore(string path, string directory, string? keyFile = null)
    {
        var target = Path.Combine(directory, HostStore.FileName);
        if (s_leftovers.Any(end => File.Exists(target + end))) // a log that was left behind would be played into the backup
        {
            throw new HostFault("file-exists", ExitCode.Usage,
                $"{directory} holds a store, or what one left behind: restore into a new --data directory",
                $"{directory} 已有数据或其残留：请恢复到新的 --data 目录");
        }

        var result = Check(path);
        var keys = KeySource.Of(directory);
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
                HostLog.BeginAnew(connection, Outside.Real.Chance);
                Sql.Execute(connection, "PRAGMA journal_mode = WAL");
            }

            File.Move(target + Part, target);
            var store = AnsweringStore.Open(directory); // and brought up to this version
            new Accounts(store, TimeProvider.System).SignOutAll(); // who was put out since the backup
            isDone = true;
            return result;
        }
        finally
        {
            File.Delete(target + Part);
            if (broughtKey && !isDone)
            {
                File.Delete(keys.Path); // refused: nothing is made
            }
        }
    }

    private static BackupResult Check(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                throw new HostFault("file-unreadable", ExitCode.Failed, $"{path} is not there", $"{path} 不存在");
            }

            using var connection = Open(path, SqliteOpenMode.ReadOnly);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check(1)";
            var verdict = (string)command.ExecuteScalar()!;
            verdict = verdict == "ok" && DamagedBatches(connection) is > 0 and var damaged
                ? $"{damaged} batches of records do not pass their check" : verdict;
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

    // SQLite checks its pages' order, not what stands in them: each batch has a CRC of its own frames.
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
        return new HostFault("backup-damaged", ExitCode.Refused, $"{path} is no whole backup ({why}): take another",
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
