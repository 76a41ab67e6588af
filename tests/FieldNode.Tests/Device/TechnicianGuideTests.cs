using FieldNode.Core.Screens;
using FieldNode.Protocol;
using FieldNode.Simulator.Panel;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

/// <summary>
/// The pictures in docs/technician.md are what the modelled panel really showed while the device's program ran. After a change of screens,
/// run FIELDNODE_WRITE_PICTURES=1 bash tests/run.sh --filter-class '*TechnicianGuideTests' and review the pictures.
/// </summary>
public sealed class TechnicianGuideTests : NodeProgramBench
{
    private readonly List<Canvas> _shown = [];

    [Fact]
    public void From_a_blank_node_to_an_uploaded_scan_every_screen_is_that_of_the_guide()
    {
        Take(() => Board.Shows(ScreenWords.ScanCard), "asks for its card");
        var codes = Card(anchorBytes: 250);
        Board.Scan(codes[1]);
        Take(() => Board.Shows($"1 / {codes.Count}"), "the first of several codes");
        ScanAll(codes);
        Take(() => Board.Shows(ScreenWords.CardRead), "the card is read");
        Take(() => Board.Boots == 2 && Board.Shows(ScreenWords.SelfTest)
            && !Board.Shows("?" + ScreenWords.Word(ScreenWords.FirstPart + NodePart.Wifi, ScreenWords.Chinese)), "self-test");
        Take(() => Board.Shows(ScreenWords.ScanTube) && Board.Shows("↑"), "the lane is ready, the host hears it");
        Board.Scan("ZZ00000001");
        Take(() => Board.Shows("/10"), "a tube is open");
        Board.Scan(Person);
        Take(() => Board.Shows("110…002X"), "a person is on flash");
        Board.Scan("110105194912310021");
        Take(() => Board.Shows(ScreenWords.OfRefusal(Refusal.CheckDigit, ScreenWords.Chinese)), "a wrong number is refused");
        Take(() => Node.Log.UnackedRecords == 0 && Board.Shows("↑") && Board.Shows("/10"), "everything is uploaded");

        AssertPicture("technician-enrolment.png");
    }

    [Fact]
    public void What_a_node_shows_in_trouble_is_that_of_the_guide()
    {
        Board.Flash.IsUnplugged = true;
        Take(() => Board.Shows(ScreenWords.NoFlash), "no flash chip");
        Board.Flash.IsUnplugged = false;
        Enrol();
        Board.Scanner.IsUnplugged = true;
        Take(() => Board.Shows(ScreenWords.FirstPart + NodePart.Scanner) && Board.Shows("✗"), "no scanner");
        Board.Scanner.IsUnplugged = false;
        Board.RunUntil(() => !Board.Shows(ScreenWords.FirstPart + NodePart.Scanner), "the scanner is back");
        Board.BatteryMillivolts = Drivers.BatteryTests.Low;
        Take(() => Board.Shows(ScreenWords.BatteryLow), "battery low");
        Board.BatteryMillivolts = 4000;
        Board.RunUntil(() => Node.Log.UnackedRecords == 0 && !Board.Shows(ScreenWords.BatteryLow), "charged");
        Board.Http.Host = ModelHost.Lying;
        Board.Scan("ZZ00000001");
        Take(() => Board.Shows(ScreenWords.HostUntrusted), "another answers in the host's place");
        Board.Http.Host = ModelHost.Refusing;
        Take(() => Board.Shows(ScreenWords.HostRefuses), "the host does not know this node", 300_000);
        Board.Http.Host = ModelHost.Real;
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded", 300_000);
        Board.AccessPoint.Password = "changed!";
        Board.CutPower();
        Take(() => Board.Shows(ScreenWords.WrongPassword), "wrong password");

        AssertPicture("technician-trouble.png");
    }

    private void Take(Func<bool> isSo, string what, int withinMs = 60_000)
    {
        Board.RunUntil(isSo, what, withinMs);
        Board.RunFor(100); // until the screen's last page is sent
        var canvas = new Canvas();
        Board.Oled.Glass().CopyTo(canvas.Bytes, 0);
        _shown.Add(canvas);
    }

    private void AssertPicture(string name)
    {
        var path = Path.Combine(Repository.Root, "docs", "images", name);
        var picture = ScreenStrip.Encode(_shown);
        if (Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") is not null)
        {
            File.WriteAllBytes(path, picture);
        }

        Assert.True(File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(picture),
            $"{path} is not what the panel shows: see the class comment");
    }
}
