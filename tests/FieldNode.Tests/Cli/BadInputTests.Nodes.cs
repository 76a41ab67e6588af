using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

// Nodes and their cards.
public sealed partial class BadInputTests
{
    [Fact]
    public void A_flash_image_of_another_node_is_left_alone()
    {
        var first = Card(Data, new Uri("http://127.0.0.1:1"), "a");
        var second = Card(Data, new Uri("http://127.0.0.1:1"), "b");
        Tool.Run("FN:ARRIVED:1\r", ["node", "--card", first, "--state", _directory.File("state"), "--scanner", "-"]);
        var image = File.ReadAllBytes(System.IO.Path.Combine(_directory.File("state"), "flash.bin"));

        Tool.AssertFault(Tool.Run("node", "--card", second, "--state", _directory.File("state"), "--scanner", "-"), ExitCode.Refused,
            "other-node", "--state");
        Assert.Equal(image, File.ReadAllBytes(System.IO.Path.Combine(_directory.File("state"), "flash.bin")));
    }

    [Fact]
    public void A_card_format_that_is_none_enrols_nobody()
    {
        Tool.AssertFault(Tool.Run("nodes", "add", "a", "--data", Data, "--card", "a.jpg"), ExitCode.Usage, "card-format", ".png");
        Assert.Equal(ExitCode.Done, Tool.Run("nodes", "add", "a", "--data", Data).Exit);
    }

    [Fact]
    public void A_card_that_cannot_be_written_enrols_nobody()
    {
        Tool.AssertFault(Tool.Run("nodes", "add", "a", "--data", Data, "--card", _directory.File("none/a.txt")), ExitCode.Failed,
            "file-not-writable", "none/a.txt");
        Assert.Equal("[]", Tool.Run("nodes", "list", "--data", Data, "--json").Output.Trim());
    }

    [Fact]
    public void A_refused_node_leaves_the_card_file_of_the_first_alone()
    {
        var card = Card(Data, new Uri("http://127.0.0.1:1"), "a");
        var before = File.ReadAllText(card);

        Tool.AssertFault(Tool.Run("nodes", "add", "a", "--data", Data, "--card", card), ExitCode.Refused, "node-exists",
            "choose another name");
        Assert.Equal(before, File.ReadAllText(card));
    }

    [Fact]
    public void A_node_without_a_name_is_refused()
    {
        Tool.AssertFault(Tool.Run("nodes", "add", " ", "--data", Data), ExitCode.Usage, "bad-name", "lane-1");
    }

    [Fact]
    public void Only_its_owner_may_read_a_card()
    {
        var card = Card(Data, new Uri("http://127.0.0.1:1"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.None
            : File.GetUnixFileMode(card));
    }

    [Fact]
    public void A_path_that_is_none_is_a_failure_not_a_crash()
    {
        Tool.AssertFault(Tool.Run("merge", "", "--data", Data), ExitCode.Failed, "io-failed", "path");
    }

    [Fact]
    public void A_card_whose_host_address_is_none_is_refused()
    {
        var text = "FN:ENROL:2;node=0123456789ABCDEF;host=1A2B3C4D;url=ftp://h/;claim=" + new string('0', 32);
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);
        File.WriteAllText(_directory.File("card"), $"{text};crc={FieldNode.Protocol.Crc32.Compute(bytes, 0, bytes.Length):X8}");

        Tool.AssertFault(Tool.Run("node", "--card", _directory.File("card"), "--state", _directory.File("state"), "--scanner", "-"),
            ExitCode.Refused, "bad-card", "host address");
    }

    [Fact]
    public void A_name_taken_twice_is_refused()
    {
        Card(Data, new Uri("http://127.0.0.1:1"), "a");

        Tool.AssertFault(Tool.Run("nodes", "add", "a", "--data", Data), ExitCode.Refused, "node-exists", "choose another name");
    }
}
