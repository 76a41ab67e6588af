using System.Text.Json;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

public sealed class VerbTests
{
    public static TheoryData<string> Verbs => ["demo", "serve", "nodes add", "nodes list", "node", "merge", "export", "inspect"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_shows_an_example_in_both_languages(string verb)
    {
        var (exit, english, _) = Tool.Run([.. verb.Split(' '), "--help"]);
        var (_, chinese, _) = Tool.Run([.. verb.Split(' '), "--help", "--lang", "zh"]);

        Assert.Equal(0, exit);
        Assert.Contains($"  fieldnode {verb}", english, StringComparison.Ordinal);
        Assert.Contains("Example", english, StringComparison.Ordinal);
        Assert.Contains("示例", chinese, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_enrolment_to_export_and_on_to_another_host_by_file()
    {
        using var directory = new TemporaryDirectory();
        var (host, address) = await Tool.Serve(directory.File("data"), FreePort.Take());
        using var process = host;
        Tool.Run("nodes", "add", "lane-1", "--lane", "1", "--site", "正飞", "--data", directory.File("data"), "--url", address.ToString(),
            "--card", directory.File("c.txt"), "--card", directory.File("c.png"), "--card", directory.File("c.svg"));
        var (exit, output, _) = Tool.Run("ZZ00000001\r11010519491231002x\r]C111010519491231002X\rFN:CLOSE:EMPTY\r",
            ["node", "--card", directory.File("c.txt"), "--state", directory.File("node"), "--scanner", "-"]);

        Assert.Equal(ExitCode.Done, exit);
        Assert.Contains("person-sampled #3  1/10", output, StringComparison.Ordinal);
        var csv = Tool.Run("export", "--data", directory.File("data"), "--reveal", "test").Output;
        Assert.Contains("正飞,1,1,ZZ00000001,1,11010519491231002X,general,valid,,", csv, StringComparison.Ordinal);
        Assert.Contains("正飞,1,1,ZZ00000001,1,110…002X,general,valid,,", Tool.Run("export", "--data", directory.File("data")).Output,
            StringComparison.Ordinal);
        var first = JsonDocument.Parse(Tool.Run("export", "--data", directory.File("data"), "--format",
            "jsonl").Output.Split('\n')[0]).RootElement;
        Assert.Equal(DateTime.UtcNow.Year,
            DateTime.Parse(first.GetProperty("time").GetString()!, System.Globalization.CultureInfo.InvariantCulture).Year);
        Assert.Equal("89504E47", Convert.ToHexString(File.ReadAllBytes(directory.File("c-1of4.png")).AsSpan(0, 4)));

        Tool.Run("export", "--data", directory.File("data"), "--format", "fnlog", "-o", directory.File("site.fnlog"));
        Assert.Equal(ExitCode.Done, Tool.Run("merge", directory.File("site.fnlog"), Path.Combine(directory.File("node"), "flash.bin"),
            "--data", directory.File("other"), "--adopt").Exit);
        // The log alone cannot be opened.
        Assert.Contains("正飞,1,1,ZZ00000001,1,,general,unreadable,,",
            Tool.Run("export", "--all", "--data", directory.File("other"), "--reveal", "test").Output, StringComparison.Ordinal);
        var passphrase = new Dictionary<string, string> { ["FIELDNODE_KEYS_PASSPHRASE"] = "correct horse" };
        Assert.Equal(ExitCode.Done,
            Tool.Run(passphrase, "keys", "export", directory.File("site.keys"), "--data", directory.File("data")).Exit);
        Assert.Equal(ExitCode.Refused, Tool.Run(new Dictionary<string, string> { ["FIELDNODE_KEYS_PASSPHRASE"] = "another one" }, "keys",
            "import", directory.File("site.keys"), "--data", directory.File("other")).Exit);
        Assert.Equal(ExitCode.Done,
            Tool.Run(passphrase, "keys", "import", directory.File("site.keys"), "--data", directory.File("other")).Exit);
        Assert.Equal(csv, Tool.Run("export", "--data", directory.File("other"), "--reveal", "test").Output);
        var nodes = JsonDocument.Parse(Tool.Run("nodes", "list", "--data", directory.File("data"), "--json").Output).RootElement;
        Assert.Equal("lane-1", nodes[0].GetProperty("name").GetString());
        host.Kill();
    }

    [Fact]
    public void A_gap_makes_nodes_list_exit_3_and_name_it()
    {
        using var directory = new TemporaryDirectory();
        var frames = Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X").ToArray();
        File.WriteAllBytes(directory.File("log"),
            [.. Logs.BatchOf(1, 2, 1, 1, new byte[32], frames[0]), .. Logs.BatchOf(1, 2, 1, 4, new byte[32], frames[3])]);
        Tool.Run("merge", directory.File("log"), "--data", directory.File("data"), "--adopt");

        var (exit, output, _) = Tool.Run("nodes", "list", "--data", directory.File("data"));

        Assert.Equal(ExitCode.SomethingMissing, exit);
        Assert.Contains("2–3", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_puts_every_record_into_words()
    {
        using var directory = new TemporaryDirectory();
        var bench = new Bench().Start();
        bench.Scan("FN:BADGE:wang", "FN:ROUND:2", "ZZ00000001", "11010519491231002X", "FN:UNDO", "rubbish", "FN:CLOSE:SHIFT");
        File.WriteAllBytes(directory.File("image"), bench.Flash.Cells);

        var (exit, output, error) = Tool.Run("inspect", directory.File("image"));

        Assert.Equal(ExitCode.Done, exit);
        Assert.Contains("8 records, 0 damaged places", error, StringComparison.Ordinal);
        Assert.All(["start 1, lane L1", "badge wang", "round = 2", "tube ZZ00000001, size 10, round 2", "person sealed (18 bytes), "
            + "position 1 in tube #4", "record #5", "unknown-code, 7 bytes: sealed (7 bytes)"],
            words => Assert.True(output.Contains(words, StringComparison.Ordinal), $"'{words}' is missing in:\n{output}"));
    }
}
