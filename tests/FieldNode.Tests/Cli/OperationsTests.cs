using FieldNode.Answers;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Host.Access;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>The host from its operator's view: set up, maintained, backed up, checked.</summary>
public sealed partial class OperationsTests : IDisposable
{
    private const uint Epoch = 3;
    private const string Person = "11010519491231002X";

    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.File("data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_flag_comes_before_the_environment_before_the_file_before_the_default()
    {
        File.WriteAllText(_directory.File("fieldnode.toml"), $"data = \"{_directory.File("by-file")}\"\nlang = \"zh\"\n");
        var environment = new Dictionary<string, string> { ["FIELDNODE_CONFIG"] = _directory.File("fieldnode.toml") };
        foreach (var name in new[] { "by-file", "by-environment", "by-flag" })
        {
            AnsweringStore.Open(_directory.File(name));
        }

        Assert.Contains("by-file", Tool.Run(environment, "status").Output, StringComparison.Ordinal);
        Assert.Contains("主机", Tool.Run(environment, "status").Output, StringComparison.Ordinal);
        environment["FIELDNODE_DATA"] = _directory.File("by-environment");
        environment["FIELDNODE_LANG"] = "en";
        Assert.Contains("Host", Tool.Run(environment, "status").Output, StringComparison.Ordinal);
        Assert.Contains("by-environment", Tool.Run(environment, "status").Output, StringComparison.Ordinal);
        Assert.Contains("by-flag", Tool.Run(environment, "status", "--data", _directory.File("by-flag")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data = ", "line 1")]
    [InlineData("data = \"x\"\nport = \"8080\"", "'port' is not accepted")]
    [InlineData("data = 5", "'data' is not accepted")]
    [InlineData("[data]\nx = \"y\"", "'data' is not accepted")]
    public void A_file_of_settings_that_is_wrong_is_named_with_its_place(string toml, string why)
    {
        File.WriteAllText(_directory.File("fieldnode.toml"), toml);

        var (exit, _, error) = Tool.Run(new Dictionary<string, string> { ["FIELDNODE_CONFIG"] = _directory.File("fieldnode.toml") },
            "status");

        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("bad-config", error, StringComparison.Ordinal);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_names_what_is_wrong_and_what_to_do()
    {
        await Filled();
        var port = FreePort.Take();
        var alone = Tool.Run("doctor", "--data", Data, "--urls", $"https://127.0.0.1:{port}");
        Assert.Equal(ExitCode.Failed, alone.Exit);
        Assert.Contains("start fieldnode serve", alone.Output, StringComparison.Ordinal);

        var (process, _) = await Tool.Serve(Data, port);
        var well = Tool.Run("doctor", "--data", Data, "--urls", $"https://127.0.0.1:{port}");
        process.Kill();
        Assert.True(well.Exit == ExitCode.Done, well.Output);
        Assert.Equal(6, well.Output.Split('\n').Count(line => line.StartsWith('✓')));
        Assert.Contains("no-store", Tool.Run("status", "--data", _directory.File("nothing")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_count_and_name_nobody()
    {
        await using var host = await TestHost.Start();
        await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person, "E12345678")]));
        await host.Post([1, 2, 3]);
        using var client = new HttpClient { BaseAddress = host.Address };

        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("fieldnode_people{site=\"正飞\",round=\"1\"} 2", text, StringComparison.Ordinal);
        Assert.Contains("fieldnode_requests_total{path=\"/v1/batches\",status=\"200\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("fieldnode_requests_total{path=\"/v1/batches\",status=\"400\"} 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Person, text, StringComparison.Ordinal);
        Assert.Equal("ready\n", await client.GetStringAsync(new Uri("/-/ready", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Init_makes_what_the_other_commands_find()
    {
        var (exit, error) = Repository.Run(Tool.Path, _directory.Path, "init", "--data", "site-data");
        Assert.True(exit == ExitCode.Done, error);
        Assert.True(File.Exists(Path.Combine(_directory.File("site-data"), AccessKey.FileName)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(_directory.File("site-data"), AccessKey.FileName)));
        }

        Assert.StartsWith("-----BEGIN CERTIFICATE-----",
            File.ReadAllText(Path.Combine(_directory.File("site-data"), BrowserAuthority.FileName)), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, Repository.Run(Tool.Path, _directory.Path, "status").Exit);
    }

    [Theory]
    [InlineData("coverage", "--site", "SITE")]
    [InlineData("pace", "--site", "nosuch")]
    [InlineData("export", "--site", "")]
    public async Task A_mistyped_site_is_named_and_does_not_look_done(params string[] arguments)
    {
        await Filled();
        var (exit, output, error) = Tool.Run([.. arguments, "--data", Data]);

        Assert.Equal((ExitCode.Usage, ""), (exit, output));
        Assert.Contains("unknown-site", error, StringComparison.Ordinal);
        Assert.Contains("正飞", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_nobody_is_done_and_an_unknown_building_is_named()
    {
        var store = await Filled();
        new Rosters(store).Set("S", [new RosterPerson("S", Person, "1", "1"), new RosterPerson("S", "E99999999", "1", "2")]);

        Assert.Equal(ExitCode.Done, Tool.Run("coverage", "--missing", "--building", "1", "--data", Data).Exit);
        Assert.Equal(ExitCode.SomethingMissing, Tool.Run("coverage", "--building", "2", "--data", Data).Exit);
        Assert.Equal(ExitCode.Done, Tool.Run("coverage", "--twice", "--data", Data).Exit);
        Assert.Contains("unknown-building", Tool.Run("coverage", "--missing", "--building", "99", "--data", Data).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_typed_in_small_letters_is_found()
    {
        await Filled();
        Assert.Equal(ExitCode.Done, Tool.Run("trace", "zz00000001", "--data", Data).Exit);
    }

    [Fact]
    public async Task Data_and_backups_are_their_owners_alone()
    {
        await Filled();
        Tool.Run("backup", _directory.File("b.db"), "--data", Data);
        Tool.Run("restore", _directory.File("b.db"), "--data", _directory.File("restored"), "--key", _directory.File("data.key"));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
                | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
            foreach (var path in (string[])[Data, _directory.File("restored"), _directory.File("b.db"), .. Directory.GetFiles(Data),
                .. Directory.GetFiles(_directory.File("restored"))])
            {
                Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others);
            }
        }
    }

    [Fact]
    public void A_shell_completes_verbs_and_options()
    {
        var script = $"export PATH={AppContext.BaseDirectory}:$PATH; source <(fieldnode completion bash); COMP_LINE='fieldnode cov'; "
            + $"COMP_POINT=13; COMP_WORDS=(fieldnode cov); COMP_CWORD=1; _fieldnode; echo \"${{COMPREPLY[*]}}\"; COMP_LINE='fieldnode "
            + $"coverage --mis'; COMP_POINT=24; COMP_WORDS=(fieldnode coverage --mis); COMP_CWORD=2; _fieldnode; echo "
            + $"\"${{COMPREPLY[*]}}\"";
        var (_, output) = Repository.Run("bash", _directory.Path, "-c", script);

        Assert.Equal(["coverage", "--missing"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void The_tool_is_packed_installed_and_run()
    {
        var (packed, output) = Repository.Run("dotnet", Repository.Root, "pack", "host-tools/FieldNode.Cli", "-c", "Release", "--no-build",
            "-o", _directory.File("pack"), "--nologo", "-p:NoWarn=NU5104");
        Assert.True(packed == 0, output);
        var (installed, said) = Repository.Run("dotnet", _directory.Path, "tool", "install", "FieldNode.Cli", "--tool-path",
            _directory.File("tools"), "--add-source", _directory.File("pack"), "--version", "0.1.0");
        Assert.True(installed == 0, said);

        var (exit, version) = Repository.Run(_directory.File("tools/fieldnode"), _directory.Path, "--version");
        Assert.True(exit == 0, version);
        Assert.StartsWith("0.1.0", version, StringComparison.Ordinal);
        // SQLite's native library is in the package.
        Assert.Equal(ExitCode.Done, Repository.Run(_directory.File("tools/fieldnode"), _directory.Path, "init", "--data", "d").Exit);
    }

    [Fact]
    public void The_service_unit_starts_what_serve_understands()
    {
        var unit = File.ReadAllLines(Path.Combine(Repository.Root, "host-tools", "fieldnode.service"));
        var start = unit.Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..].Split(' ');
        var help = Tool.Run("serve", "--help").Output;

        Assert.Equal("serve", start[1]);
        Assert.All(start.Where(word => word.StartsWith("--", StringComparison.Ordinal)),
            option => Assert.Contains(option, help, StringComparison.Ordinal));
        var writable = unit.Single(line => line.StartsWith("StateDirectory=", StringComparison.Ordinal))["StateDirectory=".Length..]
            .Split(' ').Select(name => $"/var/lib/{name}").ToList();
        Assert.Contains(start[start.IndexOf("--data") + 1], writable);
        var key = unit.Single(line => line.StartsWith("Environment=FIELDNODE_KEYFILE=", StringComparison.Ordinal)).Split('=')[^1];
        // not in the data directory, so that a backup of the data does not include the key
        Assert.Contains(Path.GetDirectoryName(key), writable.Skip(1));
    }

    [Fact]
    public async Task A_disk_that_is_full_in_the_middle_of_an_import_loses_nothing()
    {
        var store = await Filled();
        new Rosters(store).Set("S", [new RosterPerson("S", "E00000001", "1", "1")]);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.WriteAllLines(_directory.File("many.csv"),
            ["person,household,building", .. Enumerable.Range(0, 9000).Select(i => $"E{i:D8},{i / 3},{i / 90}")]);

        // A limit on file sizes simulates the full disk. Write-xor-execute is off, so that the runtime itself stays below the limit.
        var (exit, output) = Repository.Run("bash", _directory.Path, "-c",
            $"trap '' XFSZ; ulimit -f 400; DOTNET_EnableWriteXorExecute=0 '{Tool.Path}' roster import many.csv --site S --data data");

        Assert.True(exit == ExitCode.Failed, output);
        Assert.Contains("disk-failed", output, StringComparison.Ordinal);
        Assert.Single(new Rosters(AnsweringStore.Open(Data)).People());
        Assert.Equal(ExitCode.Done, Tool.Run("verify", "--data", Data).Exit);
        Assert.Equal(ExitCode.Done, Tool.Run("roster", "import", _directory.File("many.csv"), "--site", "S", "--data", Data).Exit);
        Assert.Equal(ExitCode.Failed, Tool.Run("export", "--data", Data, "-o", "/dev/full/x").Exit);
    }

    private static List<string> People(HostStore store) =>
        [.. OpenLog.People(store, new PersonFilter()).Select(row => $"{row.Person} {row.Tube} {row.Time.Text}")];

    private async Task<HostStore> Filled()
    {
        var store = AnsweringStore.Open(Data);
        new NodeRegistry(store, TimeProvider.System).Add(new EnrolledNode(5, "lane-1", "S", "L1", null));
        await using var queue = new FieldNode.Log.Merge.MergeQueue(store, TimeProvider.System);
        await Logs.Merge(queue, Logs.BatchOf(store.HostId, 5, Epoch, 1, new byte[32],
            [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person, "E12345678")]));
        await Logs.Merge(queue, Logs.BatchOf(store.HostId, 5, Epoch, 6, new byte[32],
            Logs.FrameOf(Epoch, 6, 90_000, new FieldNode.Protocol.Records.TubeOpened { Round = 1, GroupSize = 10 }.WithCode("ZZ00000002")),
            Logs.FrameOf(Epoch, 7, 91_000, new FieldNode.Protocol.Records.PersonSampled { Tube = 6, Position = 1, Round = 1 }
            .WithCode("E87654321"))));
        return store;
    }
}
