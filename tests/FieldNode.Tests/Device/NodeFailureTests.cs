using FieldNode.Core.Screens;
using FieldNode.Device;
using FieldNode.Host.Cards;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

/// <summary>Each failure has its screen, its record and a recovery, and the lane loses nothing.</summary>
public sealed class NodeFailureTests : NodeProgramBench
{
    [Fact]
    public void A_fault_nobody_foresaw_is_recorded_and_the_node_restarts()
    {
        Enrol();
        Board.Scan("ZZ00000001");
        Board.Defect = new InvalidOperationException("adc 7");
        Board.RunUntil(() => Board.Boots == 3, "restarts");
        Board.Defect = null;
        Board.RunUntil(() => Board.Shows("/10"), "the lane is back, its tube open");

        var faulted = Records().Where(record => Frame.Type(record, 0) == RecordType.Faulted).Select(Read<Faulted>).First();
        Assert.Equal("InvalidOperationException: adc 7", System.Text.Encoding.ASCII.GetString(faulted.Words));
    }

    [Fact]
    public void Ten_failed_starts_in_a_row_lead_to_a_safe_mode_that_still_scans_and_stores()
    {
        Enrol();
        Board.RunFor((int)NodeProgram.WorksMs);
        var boots = Board.Boots;
        Board.Defect = new InvalidOperationException("adc 7");
        Board.RunUntil(() => Board.Boots == boots + NodeProgram.FailedStartsMax + 1, "ten failed starts");
        Board.RunUntil(() => Board.Shows(ScreenWords.SafeMode), "safe mode");
        boots = Board.Boots;
        Board.Scan("ZZ00000001");
        Board.Scan(Person);
        Board.RunFor(60_000);

        Assert.Equal((boots, 1u), (Board.Boots, Node.State.Sampled));
        Board.Defect = null;
        Board.RunUntil(() => Board.Boots > boots, "safe mode is left in a quiet moment", 700_000);
        Board.RunUntil(() => Board.Shows("/10") && !Board.Shows(ScreenWords.SafeMode) && Node.Log.UnackedRecords == 0,
            "the lane is whole again");
        Assert.Equal(1u, Node.State.Sampled);
    }

    [Fact]
    public void A_missing_or_unknown_flash_chip_is_told_looked_for_again_and_recorded_when_it_is_back()
    {
        Enrol();
        Board.Flash.IsUnplugged = true;
        Board.CutPower();
        Board.RunUntil(() => Board.Shows(ScreenWords.NoFlash) && Board.Shows(ScreenWords.CallTechnician), "no flash");
        Board.Flash.IsUnplugged = false;
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanTube), "the lane is back");

        AssertRecorded(NodePart.Flash, PartState.Failed);
        var known = Board.Flash;
        Board.CutPower();
        Board.Flash = new FieldNode.Simulator.Parts.W25qChip(known.Cells, capacityCode: 0x77);
        Board.RunUntil(() => Board.Shows(ScreenWords.NoFlash), "a chip of unknown id does not count as flash");
        Board.CutPower();
        Board.Flash = known;
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanTube), "the lane is back");
    }

    [Fact]
    public void A_flash_chip_that_goes_away_while_the_lane_runs_refuses_scans_until_it_is_back()
    {
        Enrol();
        Board.Scan("ZZ00000001");
        Board.Flash.IsUnplugged = true;
        Board.Scan(Person);
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.FlashFault, ScreenWords.Chinese)));
        Assert.Equal(0u, Node.State.Sampled);

        Board.Flash.IsUnplugged = false;
        Board.Scan(Person);
        Assert.Equal(1u, Node.State.Sampled);
        Board.RunFor(15_000);
        AssertRecorded(NodePart.Flash, PartState.Failed);
    }

    [Fact]
    public void A_scanner_module_that_is_unplugged_is_told_and_recorded_and_comes_back_by_itself()
    {
        Enrol();
        Board.Scanner.IsUnplugged = true;
        Board.RunUntil(() => Board.Shows(ScreenWords.FirstPart + NodePart.Scanner) && Board.Shows("✗"), "no scanner");
        AssertRecorded(NodePart.Scanner, PartState.Failed);

        Board.Scanner.IsUnplugged = false;
        Board.RunUntil(() => !Board.Shows(ScreenWords.FirstPart + NodePart.Scanner), "the scanner is back");
        Board.Scan("ZZ00000001");
        Assert.True(Board.Shows("/10"));
    }

    [Fact]
    public void Safe_mode_talks_to_nobody_and_so_cannot_fail_by_it()
    {
        Enrol();
        Board.Scan("ZZ00000001");
        Board.TagsDefect = new InvalidOperationException("hmac");
        Board.RunUntil(() => Node.Log.UnackedRecords > 0 && Board.Shows(ScreenWords.SafeMode), "safe mode", 900_000);
        var boots = Board.Boots;
        Board.Scan(Person);
        Board.RunFor(60_000);

        Assert.Equal((boots, 1u), (Board.Boots, Node.State.Sampled));
        Board.TagsDefect = null;
        Board.RunUntil(() => Board.Boots > boots && Node.Log.UnackedRecords == 0, "uploaded after safe mode", 900_000);
    }

    [Fact]
    public void A_scanner_module_is_set_by_card_and_keeps_it_and_one_that_does_not_answer_is_told()
    {
        Enrol();
        Board.Scan("FN:SCANNER:CONTINUOUS");
        Assert.True(Board.Shows(ScreenWords.SelfTest));
        Assert.Equal((2, 1, 0), (Board.Scanner.Setting(0x0000) & 3, Board.Scanner.Setting(0x0060) & 1,
            Board.Scanner.Setting(0x00D0) & 0x80));
        Board.CutPower();
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanTube), "the lane is back");
        Assert.Equal(2, Board.Scanner.Setting(0x0000) & 3);

        Board.Scanner.IsDeaf = true;
        Board.Scan("FN:SCANNER:COMMAND");
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.ScannerNotSet, ScreenWords.Chinese)));
        Board.Scan("ZZ00000001");
        Assert.True(Board.Shows("/10"));
    }

    [Fact]
    public void A_card_with_what_a_multimeter_shows_sets_the_batterys_scale_and_the_box_keeps_it()
    {
        Enrol();
        Board.BatteryMillivolts = 3700;
        Board.RunFor(10_000);
        Board.Scan("FN:BATTERY:4015");
        Assert.True(Board.Shows(ScreenWords.SelfTest));
        Board.RunFor(10_000);
        Assert.InRange(Board.Program!.Ports.Health.DetailOf(NodePart.Battery), 4012u, 4018u);

        Board.CutPower();
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanTube), "the lane is back");
        Board.RunFor(10_000);
        Assert.InRange(Board.Program!.Ports.Health.DetailOf(NodePart.Battery), 4012u, 4018u);

        Board.Scan("FN:BATTERY:3000");
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.BatteryDiffers, ScreenWords.Chinese)));
        Board.Scan("ZZ00000001");
        Assert.True(Board.Shows("/10"));
    }

    [Fact]
    public void A_missing_panel_costs_the_lane_nothing_and_is_recorded()
    {
        Enrol();
        Board.Oled.IsMissing = true;
        Board.Scan("ZZ00000001");
        Board.Scan(Person);
        Assert.Equal(1u, Node.State.Sampled);
        AssertRecorded(NodePart.Panel, PartState.Failed);

        Board.Oled.PowerOn();
        Board.Oled.IsMissing = false;
        Board.RunUntil(() => Board.Shows("/10"), "the panel is back");
    }

    [Fact]
    public void A_wrong_wifi_password_is_told_in_words_and_a_renewed_card_is_the_way_back()
    {
        Board.AccessPoint.Password = "changed!";
        Enrol();
        Board.RunUntil(() => Board.Shows(ScreenWords.WrongPassword), "wrong password");
        AssertRecorded(NodePart.Wifi, PartState.WrongPassword);
        Board.Scan("ZZ00000001"); // the lane keeps working
        Assert.True(Board.Shows("/10"));

        foreach (var code in EnrolmentCards.Codes(EnrolmentCards.Text(Enrolled, Host.Store.HostId,
            Network() with { Password = "changed!" })))
        {
            Board.Scan(code);
        }

        Board.RunUntil(() => Board.Boots == 3 && Node.Log.UnackedRecords == 0, "everything is uploaded");
    }

    [Fact]
    public void Wifi_that_comes_and_goes_is_joined_again_and_again_without_holding_the_lane()
    {
        Board.AccessPoint.IsOn = false;
        Enrol();
        Board.RunUntil(() => Board.Shows(ScreenWords.FirstPart + NodePart.Wifi) && Board.Shows("✗"), "no Wi-Fi");
        Board.Scan("ZZ00000001");
        Assert.True(Node.State.TubeStatus == FieldNode.Lane.LaneState.TubeOpen);
        Board.AccessPoint.IsOn = true;
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", 300_000);

        Assert.InRange(Board.AccessPoint.Attempts, 2, 40);
    }

    [Theory]
    [InlineData("away", PartState.Failed, -1)]
    [InlineData("lying", PartState.Untrusted, ScreenWords.HostUntrusted)]
    [InlineData("refusing", PartState.Refused, ScreenWords.HostRefuses)]
    [InlineData("hanging", PartState.Failed, -1)]
    public void A_host_that_is_away_lies_refuses_or_hangs_loses_nothing_and_is_recorded(string what, byte state, int word)
    {
        Enrol();
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded");
        var before = Board.Http.Host;
        Board.Http.Host = Enum.Parse<ModelHost>(what, ignoreCase: true);
        Board.Scan("ZZ00000001");
        Board.Scan(Person);
        Board.RunUntil(() => Records().Any(record => IsPart(record, NodePart.Host, state)), "recorded", 300_000);
        Board.RunUntil(() => word < 0 || Board.Shows(word), "shown", 1000);
        Assert.True(Node.Log.UnackedRecords > 0);
        if (what != "hanging")
        {
            Board.Http.Host = before;
            Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", 300_000);
            return;
        }

        // A request that never completes holds memory: the node restarts when the lane is idle.
        Board.RunUntil(() => Board.Boots == 3, "restarts", 900_000);
        Board.Http.Host = before;
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", 300_000);
        Assert.Equal(1u, Node.State.Sampled);
    }

    [Fact]
    public void A_clock_that_stands_in_1970_is_told_until_a_host_sets_it_and_the_rtc_keeps_it()
    {
        Board.Http.Host = ModelHost.Away;
        Enrol();
        Board.RunUntil(() => Board.Shows(ScreenWords.FirstPart + NodePart.Clock) && Board.Shows("✗"), "no time", 120_000);
        AssertRecorded(NodePart.Clock, PartState.Failed);
        Board.Http.Host = ModelHost.Real;
        Board.RunUntil(() => Node.Uploader.ClockKnown && Board.Rtc.Time.Year >= 2026,
            "the host sets the clock, and the clock chip", 300_000);

        Board.Http.Host = ModelHost.Away;
        Board.CutPower(3_600_000);
        Board.RunUntil(() => Records()
            .Any(record => Frame.Type(record, 0) == RecordType.ClockSet && Read<ClockSet>(record).Source == ClockSet.SourceRtc),
            "the clock chip tells the time");
    }

    [Fact]
    public void A_low_battery_is_told_and_recorded_before_it_is_empty()
    {
        Enrol();
        Board.BatteryMillivolts = Drivers.BatteryTests.Low;
        Board.RunUntil(() => Board.Shows(ScreenWords.BatteryLow), "battery low");

        AssertRecorded(NodePart.Battery, PartState.Low);
        Board.BatteryMillivolts = 4000;
        Board.RunUntil(() => !Board.Shows(ScreenWords.BatteryLow), "charged again");
    }
}
