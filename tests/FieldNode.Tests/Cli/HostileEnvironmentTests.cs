using System.Runtime.InteropServices;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.PcBoard;
using FieldNode.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FieldNode.Tests.Cli;

/// <summary>Traps that other users set for the command: settings files, links, names, images.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class HostileEnvironmentTests : IDisposable
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.File("data");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(UnixFileMode.GroupWrite, 0, "others may write to it")]
    [InlineData(UnixFileMode.OtherWrite, 0, "others may write to it")]
    [InlineData(UnixFileMode.None, 12345, "belongs to another user")]
    public void A_settings_file_that_somebody_else_could_write_is_ignored(UnixFileMode more, int owner, string why)
    {
        Store();
        var file = _directory.File("fieldnode.toml");
        File.WriteAllText(file, $"data = \"{_directory.File("theirs")}\"\nwho = \"nobody\"\n");
        File.SetUnixFileMode(file, OwnersFile | UnixFileMode.OtherRead | more);
        Assert.True(owner == 0 || ChangeOwner(file, owner, 0) == 0);

        var (_, _, error) = Tool.Run(new Dictionary<string, string>(), _directory.Path, ["nodes", "list"]);

        Assert.Contains("is ignored", error, StringComparison.Ordinal);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.DoesNotContain("theirs", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_directory_that_is_named_is_not_in_the_database_that_the_file_names_for_another()
    {
        Store();
        File.WriteAllText(_directory.File("fieldnode.toml"), "data = \"elsewhere\"\nstore = \"postgres://127.0.0.1:1/fieldnode\"\n");

        var (exit, _, error) = Tool.Run(new Dictionary<string, string>(), _directory.Path, ["nodes", "list", "--data", Data]);

        Assert.True(exit == ExitCode.Done, error);
        Assert.Contains("127.0.0.1", Tool.Run(new Dictionary<string, string>(), _directory.Path, ["nodes", "list"]).Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://me:secret@db.example/fieldnode?sslmode=disable")]
    [InlineData("postgres://me:secret@db.example/fieldnode?sslmode=prefer")]
    [InlineData("postgres://me:secret@127.0.0.1,db.example/fieldnode?sslmode=allow")]
    public void A_password_goes_to_no_other_computer_in_the_clear(string address)
    {
        var result = Tool.Run(new Dictionary<string, string> { ["FIELDNODE_STORE"] = address }, "nodes", "list", "--data", Data);

        Tool.AssertFault(result, ExitCode.Usage, "bad-store", "sslmode=require");
        Assert.DoesNotContain("secret", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lane-1\x1B]52;c;eA==\a", "L1", "S")]
    [InlineData("lane-1", "L\u202E1", "S")]
    [InlineData("lane-1", "L1", "S\nforged")]
    public void A_node_is_given_no_name_that_cannot_be_seen(string name, string lane, string site)
    {
        Store();

        var result = Tool.Run("nodes", "add", name, "--lane", lane, "--site", site, "--data", Data);

        Tool.AssertFault(result, ExitCode.Usage, "bad-name", "control character");
        Assert.Empty(new NodeRegistry(AnsweringStore.Open(Data), TimeProvider.System).List());
    }

    [Fact]
    public void A_log_that_nobody_signed_writes_nothing_into_the_terminal_but_its_records()
    {
        const string hostile = "\x1B]52;c;eA==\a\r\nnode 0000000000000001 is fine";
        var batch = Logs.BatchOf(1, 7, 3, 1, new byte[32],
            Logs.FrameOf(3, 1, 1, new Booted { BootCount = 1, Lane = [.. System.Text.Encoding.UTF8.GetBytes(hostile)], Site = [] }));
        File.WriteAllBytes(_directory.File("hostile.fnlog"), batch);

        var (exit, output, _) = Tool.Run("inspect", _directory.File("hostile.fnlog"));

        Assert.Equal(ExitCode.Done, exit);
        Assert.Single(output.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain(output.TrimEnd('\n'), char.IsControl);
    }

    [Fact]
    public void What_shows_peoples_codes_is_its_owners_alone_and_follows_no_link()
    {
        Store();
        var (target, victim) = (_directory.File("people.xlsx"), _directory.File("victim"));
        File.WriteAllText(victim, "mine");
        File.CreateSymbolicLink(target + ".part", victim);

        var (exit, _, error) = Tool.Run("export", "--data", Data, "--reveal", "a test", "-o", target);

        Assert.True(exit == ExitCode.Done, error);
        Assert.Equal("PK"u8.ToArray(), File.ReadAllBytes(target)[..2]); // the name says .xlsx, and the content is
        Assert.Equal(OwnersFile, File.GetUnixFileMode(target));
        Assert.Equal("mine", File.ReadAllText(victim));
    }

    [Fact]
    public void A_format_that_the_files_name_denies_is_wrong_use()
    {
        Store();

        Tool.AssertFault(Tool.Run("export", "--data", Data, "--format", "csv", "-o", _directory.File("b.xlsx")), ExitCode.Usage,
            "bad-format", ".csv");
        Assert.False(File.Exists(_directory.File("b.xlsx")));
    }

    [Fact]
    public void A_nodes_state_is_its_owners_alone_and_an_image_of_no_bytes_is_no_empty_log()
    {
        Store();
        var card = _directory.File("card.txt");
        Assert.Equal(ExitCode.Done, Tool.Run("nodes", "add", "lane-1", "--data", Data, "--url", "http://127.0.0.1:1", "--card", card).Exit);
        var state = _directory.File("state");
        Tool.Run("", ["node", "--card", card, "--state", state, "--scanner", "-"]);

        Assert.Equal(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(state));
        Assert.Equal(OwnersFile, File.GetUnixFileMode(Path.Combine(state, "flash.bin")));
        File.WriteAllBytes(Path.Combine(state, "flash.bin"), []);
        Assert.Contains("is empty", Assert.Throws<IOException>(() => ImageFlash.Open(Path.Combine(state, "flash.bin"), 1 << 20)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_needs_a_store_makes_none_by_the_way()
    {
        foreach (var arguments in new string[][] { ["nodes", "add", "lane-1"], ["users", "add", "li.si", "--role", "viewer"],
            ["nodes", "list"] })
        {
            var result = Tool.Run([.. arguments, "--data", _directory.File("mistyped")]);

            Assert.True(result.Exit != ExitCode.Done, string.Join(' ', arguments));
            Assert.False(Directory.Exists(_directory.File("mistyped")));
        }
    }

    [Fact]
    public async Task A_backup_with_a_wrong_bit_in_a_record_is_refused_and_leaves_no_key_behind()
    {
        var store = Store();
        var frame = Logs.FrameOf(3, 1, 1, new Arrived { People = 1 });
        await using (var queue = new MergeQueue(store, TimeProvider.System))
        {
            await Logs.Merge(queue, Logs.BatchOf(store.HostId, 7, 3, 1, new byte[32], frame));
        }

        var backup = _directory.File("b.db");
        StoreBackup.Take(store, backup);
        using (var connection = new SqliteConnection($"Data Source={backup};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE batches SET bytes = CAST(substr(bytes, 1, 50) || x'FF' || substr(bytes, 52) AS BLOB)";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        Assert.Contains("fail their check",
            Assert.Throws<HostFault>(() => StoreBackup.Restore(backup, _directory.File("restored"), Data + ".key")).English,
            StringComparison.Ordinal);
        File.Delete(backup);
        StoreBackup.Take(store, backup);
        File.WriteAllText(_directory.File("other.key"), new string('a', 64));
        Assert.Throws<HostFault>(() => StoreBackup.Restore(backup, _directory.File("restored"), _directory.File("other.key")));
        Assert.False(File.Exists(_directory.File("restored.key")));
    }

    [Fact]
    public void A_change_of_accounts_stands_in_the_audit_log_before_it_is_made()
    {
        var store = Store();
        new Accounts(store, TimeProvider.System).Add("li.si", Role.Viewer);

        Assert.Equal(ExitCode.Usage, Tool.Run("users", "remove", "wang", "--data", Data).Exit); // no such account: the attempt is logged
        Assert.Equal("users remove", Assert.Single(new AuditLog(store, TimeProvider.System).List()).Disclosure.Verb);
    }

    private HostStore Store() => AnsweringStore.Open(Data);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int user, int group);
}
