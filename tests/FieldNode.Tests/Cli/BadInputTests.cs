using FieldNode.Answers.Reports;
using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FieldNode.Tests.Cli;

/// <summary>
/// Bad input gets a message that names the problem and what to do, a stable code and the documented exit status; nothing is lost.
/// </summary>
public sealed partial class BadInputTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.File("data");

    public BadInputTests()
    {
        AnsweringStore.Open(Data);
    }

    [Theory]
    [InlineData("no verb", "frobnicate")]
    [InlineData("missing argument", "merge")]
    [InlineData("missing option", "node")]
    [InlineData("wrong value", "export", "--format", "doc")]
    [InlineData("wrong number", "export", "--round", "two")]
    [InlineData("negative round", "export", "--round", "-1")]
    [InlineData("no gap", "node", "--card", "x", "--state", "y", "--scanner", "-", "--idle-gap", "0")]
    [InlineData("negative gap", "node", "--card", "x", "--state", "y", "--scanner", "-", "--idle-gap", "-5")]
    [InlineData("negative speed", "node", "--card", "x", "--state", "y", "--scanner", "-", "--baud", "-9600")]
    [InlineData("wrong scenario", "demo", "--scenario", "moon")]
    public void Wrong_use_exits_2_and_points_to_help(string what, params string[] arguments)
    {
        var (exit, output, error) = Tool.Run(arguments);

        Assert.True(exit == ExitCode.Usage, $"{what}: exit {exit}, {error}");
        Assert.Contains("fieldnode: usage:", error, StringComparison.Ordinal);
        Assert.Contains("--help", error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public void Wrong_use_is_one_line_in_the_users_words()
    {
        var (_, _, error) = Tool.Run("export", "--round", "two");

        Assert.Equal("fieldnode: usage: --round 'two' is not accepted: a whole number from 1 to 65535\nTry: fieldnode export --help\n",
            error);
        Assert.Contains("Try: fieldnode nodes add --help", Tool.Run("nodes", "add").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--lang", "zh")]
    [InlineData("--lang=zh")]
    [InlineData("--lang:zh")]
    public void Every_way_to_write_the_language_is_understood(params string[] language)
    {
        Assert.Contains("须为 1 至 65535 的整数", Tool.Run(["export", "--round", "two", .. language]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_file_is_named()
    {
        Tool.AssertFault(Tool.Run("inspect", _directory.File("nowhere")), ExitCode.Failed, "file-unreadable", _directory.File("nowhere"));
        Tool.AssertFault(Tool.Run("merge", _directory.File("nowhere"), "--data", Data), ExitCode.Failed, "file-unreadable",
            _directory.File("nowhere"));
    }

    [Fact]
    public void An_empty_file_is_no_log()
    {
        File.WriteAllText(_directory.File("empty"), "");

        Tool.AssertFault(Tool.Run("inspect", _directory.File("empty")), ExitCode.Refused, "not-a-log", "is empty");
    }

    [Fact]
    public void A_truncated_frame_and_flipped_bits_are_reported_by_offset_with_exit_4()
    {
        var log = Logs.BatchOf(1, 2, 1, 1, new byte[32], [.. Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X")]);
        File.WriteAllBytes(_directory.File("cut"), [.. log, .. log[..60]]);
        log[70] ^= 1;
        File.WriteAllBytes(_directory.File("flipped"), log);

        Tool.AssertFault(Tool.Run("inspect", _directory.File("cut")), ExitCode.Refused, "damage",
            $"0x{log.Length:X}: the batch is cut short");
        Tool.AssertFault(Tool.Run("inspect", _directory.File("flipped")), ExitCode.Refused, "damage", "0x0: a frame does not pass its CRC");
    }

    [Fact]
    public void What_can_be_read_of_a_damaged_log_is_merged_with_exit_3()
    {
        var log = Logs.BatchOf(1, 2, 1, 1, new byte[32], [.. Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X")]);
        File.WriteAllBytes(_directory.File("cut"), [.. log, .. log[..60]]);

        var (exit, _, error) = Tool.Run("merge", _directory.File("cut"), "--data", Data, "--adopt");

        Assert.Equal(ExitCode.SomethingMissing, exit);
        Assert.Contains("4 records, 4 new", error, StringComparison.Ordinal);
        Assert.Contains("fieldnode: damage: ", error, StringComparison.Ordinal);
        Assert.Single(OpenLog.People(AnsweringStore.Open(Data), new PersonFilter()));
    }

    [Fact]
    public void A_log_of_a_node_that_is_not_enrolled_is_refused()
    {
        File.WriteAllBytes(_directory.File("log"), Logs.BatchOf(1, 2, 1, 1, new byte[32], [.. Logs.Morning(1, "L1", "ZZ00000001")]));

        Tool.AssertFault(Tool.Run("merge", _directory.File("log"), "--data", Data), ExitCode.Refused, "unknown-node", "--adopt");
    }

    [Fact]
    public void A_log_with_a_wrong_key_is_refused()
    {
        var store = AnsweringStore.Open(Data);
        new NodeRegistry(store, TimeProvider.System).Add(new EnrolledNode(2, "lane-2", "", "", new byte[32]));
        File.WriteAllBytes(_directory.File("log"), Logs.BatchOf(1, 2, 1, 1, [9], [.. Logs.Morning(1, "L1", "ZZ00000001")]));

        Tool.AssertFault(Tool.Run("merge", _directory.File("log"), "--data", Data), ExitCode.Refused, "bad-tag", "nothing of it is merged");
        Assert.Empty(new LogStatus(store).Epochs());
    }

    [Theory]
    [InlineData("hello", "bad-card", "FN:ENROL:2")]
    [InlineData("FN:ENROL:9;x=1;crc=00000000", "bad-card", "another version")]
    [InlineData("FN:ENROL:2;node=1;crc=00000000", "bad-card", "truncated")]
    public void A_text_that_is_no_card_is_refused(string text, string code, string hint)
    {
        File.WriteAllText(_directory.File("card"), text);

        Tool.AssertFault(Tool.Run("node", "--card", _directory.File("card"), "--state", _directory.File("state"), "--scanner", "-"),
            ExitCode.Refused, code, hint);
    }

    [Fact]
    public async Task A_card_of_another_host_keeps_everything_and_says_that_records_wait()
    {
        await using var host = await TestHost.Start();
        var otherCard = Card(Data, host.Address);

        var (exit, output, _) = Tool.Run("ZZ00000001\r11010519491231002X\r",
            ["node", "--card", otherCard, "--state", _directory.File("state"), "--scanner", "-", "--json"]);

        Assert.Equal(ExitCode.SomethingMissing, exit);
        Assert.Contains("\"type\":\"person-sampled\"", output, StringComparison.Ordinal);
        var unsent = System.Text.RegularExpressions.Regex.Match(output, "\"event\":\"stopped\",\"unsent\":([0-9]+)").Groups[1].Value;
        // On a slow computer the node also records that the host is away.
        Assert.True(int.Parse(unsent, System.Globalization.CultureInfo.InvariantCulture) >= 4, output);
    }

    [Fact]
    public void A_full_flash_refuses_the_scan_and_keeps_what_it_has()
    {
        var card = Card(Data, new Uri($"http://127.0.0.1:{FreePort.Take()}"));
        var codes = string.Concat(Enumerable.Range(0, 700)
            .Select(i => $"FN:ARRIVED:{i % 90 + 1}\rFN:NEXT:{(i % 2 == 0 ? "ELDER" : "CHILD")}\r"));

        var (_, output, _) = Tool.Run(codes, ["node", "--card", card, "--state", _directory.File("state"), "--scanner", "-", "--flash-size",
            "12K", "--json"]);

        var events = output.Split('\n');
        Assert.Contains(events, line => line.StartsWith("{\"event\":\"refused\",\"reason\":\"flash-full\"", StringComparison.Ordinal));
        var confirmed = events.Count(line => line.StartsWith("{\"event\":\"confirmed\"", StringComparison.Ordinal));
        var (exit, inspected, _) = Tool.Run("inspect", System.IO.Path.Combine(_directory.File("state"), "flash.bin"));
        Assert.Equal(ExitCode.Done, exit);
        Assert.Equal(confirmed, inspected.Split('\n')
            .Count(line => line.Contains(" arrived ", StringComparison.Ordinal) || line.Contains(" mode-set ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_data_directory_that_cannot_be_written_is_named()
    {
        File.WriteAllText(_directory.File("file"), "");

        Tool.AssertFault(Tool.Run("serve", "--data", System.IO.Path.Combine(_directory.File("file"), "data")), ExitCode.Failed,
            "data-not-writable", "--data");
    }

    [Fact]
    public void A_store_locked_by_another_process_is_busy_with_exit_5()
    {
        var store = AnsweringStore.Open(Data);
        new NodeRegistry(store, TimeProvider.System).Add(new EnrolledNode(2, "lane-2", "", "", new byte[32]));
        File.WriteAllBytes(_directory.File("log"), Logs.BatchOf(1, 2, 1, 1, new byte[32], [.. Logs.Morning(1, "L1", "ZZ00000001")]));
        using var connection = store.Connect();
        using (StoreLock.Take(connection))
        {
            Tool.AssertFault(Tool.Run("merge", _directory.File("log"), "--data", Data), ExitCode.StoreBusy, "store-busy", "locked");
        }

        Assert.Equal(ExitCode.Done, Tool.Run("merge", _directory.File("log"), "--data", Data).Exit);
    }

    [Fact]
    public void A_store_of_a_newer_version_is_left_alone()
    {
        AnsweringStore.Open(Data);
        using (var connection = new SqliteConnection($"Data Source={System.IO.Path.Combine(Data, HostStore.FileName)}"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        Tool.AssertFault(Tool.Run("nodes", "list", "--data", Data), ExitCode.Failed, "store-newer", "version 99");
    }

    [Fact]
    public void A_file_that_is_no_store_is_left_alone()
    {
        var other = Directory.CreateDirectory(_directory.File("other")).FullName;
        File.WriteAllText(System.IO.Path.Combine(other, HostStore.FileName), new string('x', 5000));

        Tool.AssertFault(Tool.Run("nodes", "list", "--data", other), ExitCode.Refused, "store-damaged", HostStore.FileName);
        Assert.Equal(5000, new FileInfo(System.IO.Path.Combine(other, HostStore.FileName)).Length);
    }

    [Fact]
    public void A_directory_without_a_store_is_named()
    {
        Tool.AssertFault(Tool.Run("export", "--data", _directory.File("none")), ExitCode.Failed, "no-store", "fieldnode serve --data");
        Assert.False(Directory.Exists(_directory.File("none")));
    }

    [Theory]
    [InlineData("12", "bad-flash-size")]
    [InlineData("17M", "bad-flash-size")]
    [InlineData("xK", "bad-flash-size")]
    [InlineData("", "bad-flash-size")]
    public void A_flash_size_that_no_ring_fits_is_refused(string size, string code)
    {
        Tool.AssertFault(Tool.Run("node", "--card", "x", "--state", "y", "--scanner", "-", "--flash-size", size), ExitCode.Usage,
            code, "256K");
    }

    [Fact]
    public void A_scanner_that_is_not_there_is_named()
    {
        var card = Card(Data, new Uri("http://127.0.0.1:1"));

        Tool.AssertFault(Tool.Run("node", "--card", card, "--state", _directory.File("state"), "--scanner", "/dev/ttyNOWHERE"),
            ExitCode.Failed, "scanner-not-found", "/dev/ttyNOWHERE");
    }

    [Fact]
    public void The_same_failure_is_told_in_chinese()
    {
        Tool.AssertFault(Tool.Run("export", "--data", _directory.File("none"), "--lang", "zh"), ExitCode.Failed, "no-store",
            "没有 FieldNode 数据");
    }

    public void Dispose()
    {
        _directory.Dispose();
    }

    private string Card(string data, Uri host, string name = "lane-x")
    {
        var path = _directory.File(name + ".txt");
        var (exit, output, error) = Tool.Run("nodes", "add", name, "--data", data, "--url", host.ToString(), "--card", path);
        Assert.True(exit == 0, error);
        Assert.StartsWith("FN:ENROL:2;", output, StringComparison.Ordinal);
        return path;
    }
}
