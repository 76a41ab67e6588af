using System.Text.Json;
using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

// Backups, and verification of a store.
public sealed partial class OperationsTests
{
    [Fact]
    public async Task A_backup_taken_while_the_host_works_is_restored_and_goes_on_without_conflicts()
    {
        var store = await Filled();
        var settlement = new Settlement(store, TimeProvider.System);
        settlement.MarkPositive(TraceAnswer.Compute(store, "ZZ00000001"), "li.si", "");
        using (var writer = store.Connect())
        using (StoreLock.Take(writer))
        {
            Assert.Equal(ExitCode.Done, Tool.Run("backup", _directory.File("monday.db"), "--data", Data).Exit); // while a writer is active
        }

        settlement.MarkPositive(TraceAnswer.Compute(store, "ZZ00000002"), "wang", "after the backup");
        var (exit, output, error) = Tool.Run("restore", _directory.File("monday.db"), "--data", _directory.File("restored"), "--key",
            _directory.File("data.key"), "--json");

        Assert.True(exit == ExitCode.Done, error);
        Assert.Equal($"{store.HostId:X8}", JsonDocument.Parse(output).RootElement.GetProperty("hostId").GetString());
        var restored = AnsweringStore.Open(_directory.File("restored"));
        Assert.Equal(People(store), People(restored));
        Assert.Equal("", TraceAnswer.Compute(restored, "ZZ00000002").Single().Positive);
        new Settlement(restored, TimeProvider.System).MarkPositive(TraceAnswer.Compute(restored, "ZZ00000002"), "zhang", "");
        Assert.Equal(ExitCode.Done, Tool.Run("export", "--format", "fnlog", "-o", _directory.File("old.fnlog"), "--data", Data).Exit);
        Assert.Equal(ExitCode.Done, Tool.Run("merge", _directory.File("old.fnlog"), "--data", _directory.File("restored")).Exit);
        Assert.Equal(3, new DoubtsAnswer(restored, Fleet.Read(restored)).Decisions().Count); // the later decisions of both hosts
        Assert.Empty(new DoubtsAnswer(restored, Fleet.Read(restored)).List([DoubtKind.Conflict]));
        Assert.Equal(ExitCode.Done, Tool.Run("verify", "--data", _directory.File("restored")).Exit);
    }

    [Theory]
    [InlineData("backup-damaged", ExitCode.Refused, 20_000)]
    [InlineData("backup-damaged", ExitCode.Refused, 0)]
    public async Task A_damaged_backup_makes_no_store(string code, int exit, int keep)
    {
        await Filled();
        Tool.Run("backup", _directory.File("b.db"), "--data", Data);
        var bytes = File.ReadAllBytes(_directory.File("b.db"))[..keep];
        File.WriteAllBytes(_directory.File("b.db"), keep == 0 ? "no database at all"u8.ToArray() : bytes);

        var result = Tool.Run("restore", _directory.File("b.db"), "--data", _directory.File("restored"), "--key",
            _directory.File("data.key"));

        Assert.Equal(exit, result.Exit);
        Assert.Contains(code, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_directory.File("restored"), HostStore.FileName)));
    }

    [Fact]
    public async Task A_backup_replaces_no_file_and_a_restore_no_store()
    {
        await Filled();
        Tool.Run("backup", _directory.File("b.db"), "--data", Data);

        Assert.Contains("file-exists", Tool.Run("backup", _directory.File("b.db"), "--data", Data).Error, StringComparison.Ordinal);
        Assert.Contains("file-exists", Tool.Run("restore", _directory.File("b.db"), "--data", Data).Error, StringComparison.Ordinal);
        Directory.CreateDirectory(_directory.File("left"));
        File.WriteAllText(Path.Combine(_directory.File("left"), HostStore.FileName + "-wal"), "of a store that is gone");
        Assert.Contains("file-exists", Tool.Run("restore", _directory.File("b.db"), "--data", _directory.File("left")).Error,
            StringComparison.Ordinal);
        Assert.Contains("file-unreadable", Tool.Run("restore", _directory.File("none.db"), "--data", _directory.File("new")).Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM sightings_pending", "all_sightings")]
    [InlineData("UPDATE tallies SET people = people + 1", "tallies")]
    [InlineData("UPDATE facts SET json = replace(json, 'L1', 'L9')", "facts")]
    [InlineData("UPDATE sightings_pending SET code_low = code_low + 1", "all_sightings")]
    [InlineData("UPDATE spans SET last = last + 1", "spans")]
    [InlineData("INSERT INTO decisions VALUES (1, 1, 1, 1, 1, 1, 2, 0, 0, '', '')", "decisions")]
    [InlineData("UPDATE batches SET bytes = substr(bytes, 1, 60) || x'00' || substr(bytes, 62)", "damaged batches")]
    public async Task Verify_finds_what_does_not_follow_from_the_batches(string change, string named)
    {
        var store = await Filled();
        Assert.Equal(ExitCode.Done, Tool.Run("verify", "--data", Data).Exit);
        using (var connection = store.Connect())
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants above
            command.CommandText = change;
#pragma warning restore CA2100
            Assert.True(command.ExecuteNonQuery() > 0);
        }

        var (exit, _, error) = Tool.Run("verify", "--data", Data);

        Assert.Equal(ExitCode.Refused, exit);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(_directory.Path)); // the scratch directory was deleted
    }

    [Fact]
    public async Task What_verify_cannot_read_is_told_of_the_store_and_not_of_its_scratch()
    {
        const int frames = 60; // one batch fills a page
        var store = AnsweringStore.Open(Data);
        new NodeRegistry(store, TimeProvider.System).Add(new EnrolledNode(5, "lane-1", "S", "L1", null));
        byte[] last = [];
        await using (var queue = new FieldNode.Log.Merge.MergeQueue(store, TimeProvider.System))
        {
            for (uint first = 1; first < 20 * frames; first += frames)
            {
                var people = Enumerable.Range(0, frames).Select(i => Logs.FrameOf(Epoch, first + (uint)i, 1,
                    new FieldNode.Protocol.Records.PersonSampled { Tube = 1, Position = 1, Round = 1 }.WithCode($"E{first + i:D30}")));
                last = Logs.BatchOf(store.HostId, 5, Epoch, first, new byte[32], [.. people]);
                await Logs.Merge(queue, last);
            }
        }

        using (var connection = store.Connect())
        {
            Sql.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var path = Path.Combine(Data, "fieldnode.db");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var page = bytes.AsSpan().IndexOf(last.AsSpan(0, 200)) / 4096 * 4096; // the page of the last batch
        bytes.AsSpan(page, 8).Fill(0xFF);
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        var (exit, _, error) = Tool.Run("verify", "--data", Data);

        Assert.Equal(ExitCode.Refused, exit);
        Assert.Contains($"store-damaged: {path} is", error, StringComparison.Ordinal);
    }
}
