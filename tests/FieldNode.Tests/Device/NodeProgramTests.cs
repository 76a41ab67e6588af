using FieldNode.Core.Enrolment;
using FieldNode.Core.Log;
using FieldNode.Core.Screens;
using FieldNode.Device;
using FieldNode.Host.Cards;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

/// <summary>The device's own program on models of its parts, with a real host: from a blank node to uploaded scans, and every misfortune.</summary>
public sealed class NodeProgramTests : IAsyncLifetime
{
    private const string Person = "11010519491231002X";
    private const string Wifi = "Site-WLAN";

    private readonly ModelBoard _board = new();
    private TestHost _host = null!;
    private EnrolledNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await TestHost.Start(_board.Time);
        _node = EnrolmentCards.NewNode("lane-9", "正飞", "L9");
        new NodeRegistry(_host.Store, TimeProvider.System).Add(_node);
    }

    public async ValueTask DisposeAsync()
    {
        _board.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public void A_blank_node_becomes_a_lane_by_scanning_its_card_alone()
    {
        _board.RunUntil(() => _board.Shows(ScreenWords.ScanCard), "asks for its card");
        foreach (var code in Card().Reverse())
        {
            _board.Scan(code);
        }

        Assert.True(_board.Shows(ScreenWords.CardRead));
        _board.RunUntil(() => _board.Boots == 2 && _board.Shows(ScreenWords.SelfTest), "self-test after the restart");
        _board.RunUntil(() => _board.Shows("L9") && _board.Shows(ScreenWords.ScanTube), "the lane is ready");
        _board.Scan("ZZ00000001");
        _board.Scan(Person);
        Assert.True(_board.Shows("✓") && _board.Shows("110…002X"));

        _board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded");
        Assert.Contains("/v1/claims", _board.Http.Posts.Select(post => post.Path));
        Assert.Contains(("/v1/status", 204), _board.Http.Posts);
        Assert.Contains("\"Scanner\":\"ok\"", new NodeStatuses(_host.Store).All()[_node.Id].Json, StringComparison.Ordinal);
        Assert.Empty(new NodeStatuses(_host.Store).All()[_node.Id].Troubles());
        Assert.Empty(_board.Flash.Mistakes);
        Assert.Empty(_board.Oled.Mistakes);
    }

    [Fact]
    public void A_card_of_several_codes_is_taken_in_any_order_and_says_how_many_are_missing()
    {
        var codes = EnrolmentCards.Codes(EnrolmentCards.Text(_node, _host.Store.HostId, Network() with { Anchor = [.. Enumerable.Range(0, 400).Select(i => (byte)i)] }));
        Assert.InRange(codes.Count, 3, 9);
        _board.RunUntil(() => _board.Shows(ScreenWords.ScanCard), "asks for its card");
        _board.Scan(codes[^1]);
        _board.Scan(codes[^1]);

        Assert.True(_board.Shows($"1 / {codes.Count}"));
        foreach (var code in codes.SkipLast(1))
        {
            _board.Scan(code);
        }

        Assert.True(_board.Shows(ScreenWords.CardRead));
    }

    [Fact]
    public void The_key_survives_a_restart_and_is_asked_for_once()
    {
        Enrol();
        _board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded");
        _board.CutPower();
        _board.RunUntil(() => _board.Shows(ScreenWords.ScanTube), "the lane is back");
        _board.Scan("ZZ00000001");
        _board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded again");

        Assert.Single(_board.Http.Posts, post => post.Path == "/v1/claims");
    }

    [Fact]
    public void A_battery_pulled_at_any_moment_of_enrolment_leaves_a_node_that_goes_on()
    {
        var seed = Seed.Take(nameof(A_battery_pulled_at_any_moment_of_enrolment_leaves_a_node_that_goes_on));
        var random = new Random(seed);
        for (var i = 0; i < NodeProgram.FailedStartsMax - 1; i++)
        {
            _board.RunFor(random.Next(50, 3000));
            if (_board.Shows(ScreenWords.ScanCard))
            {
                foreach (var code in Card())
                {
                    _board.Scanner.Scan(code);
                    _board.RunFor(random.Next(20, 500));
                }
            }

            _board.CutPower(random.Next(10, 500));
        }

        Enrol();
        _board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded");
        Assert.Empty(_board.Flash.Mistakes);
    }

    [Fact]
    public void A_fault_nobody_foresaw_is_recorded_and_the_node_restarts()
    {
        Enrol();
        _board.Scan("ZZ00000001");
        _board.Defect = new InvalidOperationException("adc 7");
        _board.RunUntil(() => _board.Boots == 3, "restarts");
        _board.Defect = null;
        _board.RunUntil(() => _board.Shows("/10"), "the lane is back, its tube open");

        var faulted = Records().Where(record => Frame.Type(record, 0) == RecordType.Faulted).Select(Read<Faulted>).First();
        Assert.Equal("InvalidOperationException: adc 7", System.Text.Encoding.ASCII.GetString(faulted.Words));
    }

    [Fact]
    public void Ten_failed_starts_in_a_row_lead_to_a_safe_mode_that_still_scans_and_stores()
    {
        Enrol();
        _board.RunFor((int)NodeProgram.WorksMs);
        var boots = _board.Boots;
        _board.Defect = new InvalidOperationException("adc 7");
        _board.RunUntil(() => _board.Boots == boots + NodeProgram.FailedStartsMax + 1, "ten failed starts");
        _board.RunUntil(() => _board.Shows(ScreenWords.SafeMode), "safe mode");
        boots = _board.Boots;
        _board.Scan("ZZ00000001");
        _board.Scan(Person);
        _board.RunFor(60_000);

        Assert.Equal((boots, 1u), (_board.Boots, Node.State.Sampled));
        _board.Defect = null;
        _board.RunUntil(() => _board.Boots > boots, "safe mode is left in a quiet moment", 700_000);
        _board.RunUntil(() => _board.Shows("/10") && !_board.Shows(ScreenWords.SafeMode) && Node.Log.UnackedRecords == 0, "the lane is whole again");
        Assert.Equal(1u, Node.State.Sampled);
    }

    [Fact]
    public void A_missing_or_unknown_flash_chip_is_told_looked_for_again_and_recorded_when_it_is_back()
    {
        Enrol();
        _board.Flash.IsUnplugged = true;
        _board.CutPower();
        _board.RunUntil(() => _board.Shows(ScreenWords.NoFlash) && _board.Shows(ScreenWords.CallTechnician), "no flash");
        _board.Flash.IsUnplugged = false;
        _board.RunUntil(() => _board.Shows(ScreenWords.ScanTube), "the lane is back");

        AssertRecorded(NodePart.Flash, PartState.Failed);
        var known = _board.Flash;
        _board.CutPower();
        _board.Flash = new FieldNode.Simulator.Parts.W25qChip(known.Cells, capacityCode: 0x77);
        _board.RunUntil(() => _board.Shows(ScreenWords.NoFlash), "a chip of unknown id is none");
        _board.CutPower();
        _board.Flash = known;
        _board.RunUntil(() => _board.Shows(ScreenWords.ScanTube), "the lane is back");
    }

    [Fact]
    public void A_flash_chip_that_goes_away_while_the_lane_runs_refuses_scans_until_it_is_back()
    {
        Enrol();
        _board.Scan("ZZ00000001");
        _board.Flash.IsUnplugged = true;
        _board.Scan(Person);
        Assert.True(_board.Shows(ScreenWords.OfRefusal(Refusal.FlashFault, ScreenWords.Chinese)));
        Assert.Equal(0u, Node.State.Sampled);

        _board.Flash.IsUnplugged = false;
        _board.Scan(Person);
        Assert.Equal(1u, Node.State.Sampled);
        _board.RunFor(15_000);
        AssertRecorded(NodePart.Flash, PartState.Failed);
    }

    [Fact]
    public void A_scanner_module_that_is_unplugged_is_told_and_recorded_and_comes_back_by_itself()
    {
        Enrol();
        _board.Scanner.IsUnplugged = true;
        _board.RunUntil(() => _board.Shows(ScreenWords.FirstPart + NodePart.Scanner) && _board.Shows("✗"), "no scanner");
        AssertRecorded(NodePart.Scanner, PartState.Failed);

        _board.Scanner.IsUnplugged = false;
        _board.RunUntil(() => !_board.Shows(ScreenWords.FirstPart + NodePart.Scanner), "the scanner is back");
        _board.Scan("ZZ00000001");
        Assert.True(_board.Shows("/10"));
    }

    [Fact]
    public void A_missing_panel_costs_the_lane_nothing_and_is_recorded()
    {
        Enrol();
        _board.Oled.IsMissing = true;
        _board.Scan("ZZ00000001");
        _board.Scan(Person);
        Assert.Equal(1u, Node.State.Sampled);
        AssertRecorded(NodePart.Panel, PartState.Failed);

        _board.Oled.PowerOn();
        _board.Oled.IsMissing = false;
        _board.RunUntil(() => _board.Shows("/10"), "the panel is back");
    }

    [Fact]
    public void A_wrong_wifi_password_is_told_in_words_and_a_renewed_card_is_the_way_back()
    {
        _board.AccessPoint.Password = "changed!";
        Enrol();
        _board.RunUntil(() => _board.Shows(ScreenWords.WrongPassword), "wrong password");
        AssertRecorded(NodePart.Wifi, PartState.WrongPassword);
        _board.Scan("ZZ00000001"); // the lane works meanwhile
        Assert.True(_board.Shows("/10"));

        foreach (var code in EnrolmentCards.Codes(EnrolmentCards.Text(_node, _host.Store.HostId, Network() with { Password = "changed!" })))
        {
            _board.Scan(code);
        }

        _board.RunUntil(() => _board.Boots == 3 && Node.Log.UnackedRecords == 0, "everything is uploaded");
    }

    [Fact]
    public void Wifi_that_comes_and_goes_is_joined_again_and_again_without_holding_the_lane()
    {
        _board.AccessPoint.IsOn = false;
        Enrol();
        _board.RunUntil(() => _board.Shows(ScreenWords.FirstPart + NodePart.Wifi) && _board.Shows("✗"), "no Wi-Fi");
        _board.Scan("ZZ00000001");
        Assert.True(Node.State.TubeStatus == FieldNode.Core.Lane.LaneState.TubeOpen);
        _board.AccessPoint.IsOn = true;
        _board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", 300_000);

        Assert.InRange(_board.AccessPoint.Attempts, 2, 40);
    }

    [Theory]
    [InlineData("away", PartState.Failed, -1)]
    [InlineData("lying", PartState.Untrusted, ScreenWords.HostUntrusted)]
    [InlineData("refusing", PartState.Refused, ScreenWords.HostRefuses)]
    [InlineData("hanging", PartState.Failed, -1)]
    public void A_host_that_is_away_lies_refuses_or_hangs_loses_nothing_and_is_recorded(string what, byte state, int word)
    {
        Enrol();
        _board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded");
        var before = _board.Http.Host;
        _board.Http.Host = Enum.Parse<ModelHost>(what, ignoreCase: true);
        _board.Scan("ZZ00000001");
        _board.Scan(Person);
        _board.RunUntil(() => Records().Any(record => IsPart(record, NodePart.Host, state)), "recorded", 300_000);
        Assert.True(word < 0 || _board.Shows(word));
        Assert.True(Node.Log.UnackedRecords > 0);
        if (what != "hanging")
        {
            _board.Http.Host = before;
            _board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", 300_000);
            return;
        }

        // A request that never comes back holds memory: the node restarts in a quiet moment.
        _board.RunUntil(() => _board.Boots == 3, "restarts", 900_000);
        _board.Http.Host = before;
        _board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", 300_000);
        Assert.Equal(1u, Node.State.Sampled);
    }

    [Fact]
    public void A_clock_that_stands_in_1970_is_told_until_a_host_sets_it_and_the_rtc_keeps_it()
    {
        _board.Http.Host = ModelHost.Away;
        Enrol();
        _board.RunUntil(() => _board.Shows(ScreenWords.FirstPart + NodePart.Clock) && _board.Shows("✗"), "no time", 120_000);
        AssertRecorded(NodePart.Clock, PartState.Failed);
        _board.Http.Host = ModelHost.Real;
        _board.RunUntil(() => Node.Uploader.ClockKnown && _board.Rtc.Time.Year >= 2026, "the host sets the clock, and the clock chip", 300_000);

        _board.Http.Host = ModelHost.Away;
        _board.CutPower(3_600_000);
        _board.RunUntil(() => Records().Any(record => Frame.Type(record, 0) == RecordType.ClockSet && Read<ClockSet>(record).Source == ClockSet.SourceRtc), "the clock chip tells the time");
    }

    [Fact]
    public void A_low_battery_is_told_and_recorded_before_it_is_empty()
    {
        Enrol();
        _board.BatteryMillivolts = Drivers.BatteryTests.Low;
        _board.RunUntil(() => _board.Shows(ScreenWords.BatteryLow), "battery low");

        AssertRecorded(NodePart.Battery, PartState.Low);
        _board.BatteryMillivolts = 4000;
        _board.RunUntil(() => !_board.Shows(ScreenWords.BatteryLow), "charged again");
    }

    [Fact]
    public void A_damaged_card_is_refused_and_the_next_scan_may_be_right()
    {
        _board.RunUntil(() => _board.Shows(ScreenWords.ScanCard), "asks for its card");
        var code = Card()[0];
        _board.Scan(code.Replace("L9", "L8", StringComparison.Ordinal));
        Assert.True(_board.Shows(ScreenWords.OfRefusal(Refusal.CardDamaged, ScreenWords.Chinese)));
        _board.Scan("ZZ00000001");
        Assert.True(_board.Shows(ScreenWords.OfRefusal(Refusal.UnknownCard, ScreenWords.Chinese)));

        _board.RunUntil(() => _board.Shows(ScreenWords.ScanCard), "asks again");
        Enrol();
    }

    [Fact]
    public void A_card_of_another_node_needs_an_empty_log_and_a_second_scan()
    {
        Enrol();
        _board.Http.Host = ModelHost.Away;
        _board.Scan("ZZ00000001");
        var other = EnrolmentCards.NewNode("lane-10", "other", "M1");
        new NodeRegistry(_host.Store, TimeProvider.System).Add(other);
        var codes = EnrolmentCards.Codes(EnrolmentCards.Text(other, _host.Store.HostId, Network()));
        ScanAll(codes);
        ScanAll(codes);
        Assert.True(_board.Shows(ScreenWords.OfRefusal(Refusal.OtherNode, ScreenWords.Chinese)));
        Assert.Contains(Records(), record => Frame.Type(record, 0) == RecordType.Refused && Read<Refused>(record).Reason == Refusal.OtherNode);

        _board.Http.Host = ModelHost.Real;
        _board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", 300_000);
        ScanAll(codes);
        _board.RunUntil(() => Node.Log.UnackedRecords == 0, "the refusal is uploaded", 60_000);
        ScanAll(codes);
        _board.RunUntil(() => _board.Shows("M1"), "the other lane");
        Assert.Equal(other.Id, Node.Log.NodeId);
    }

    [Fact]
    public void A_log_of_another_node_on_the_flash_is_never_formatted_unasked()
    {
        Enrol();
        _board.Scan("ZZ00000001");
        _board.RunFor(2000);
        _board.CutPower();
        var settings = _board.Flash.Cells.Bytes.AsSpan(^(SettingsStore.Sectors * 4096)..);
        settings.Fill(0xFF);
        _board.RunUntil(() => _board.Shows(ScreenWords.ScanCard), "asks for its card");
        var other = EnrolmentCards.NewNode("lane-10", "other", "M1");
        ScanAll(EnrolmentCards.Codes(EnrolmentCards.Text(other, _host.Store.HostId, Network())));
        _board.RunUntil(() => _board.Shows(ScreenWords.OtherLog), "another node's log");

        ScanAll(Card()); // the card of the log's node is the way back
        _board.RunUntil(() => _board.Program?.Node is { Works: true }, "the log's own lane is back");
        Assert.Equal((LogResult.Ok, _node.Id), (LogResult.Ok, Node.Log.NodeId));
        Assert.Equal(FieldNode.Core.Lane.LaneState.TubeOpen, Node.State.TubeStatus);
    }

    [Fact]
    public void Buttons_buzzer_and_lamp_are_wired_to_the_lane()
    {
        Enrol();
        _board.Arrived.IsActive = true;
        _board.RunFor(100);
        _board.Arrived.IsActive = false;
        _board.RunFor(100);
        Assert.Equal(1u, Node.State.Arrivals);

        _board.Undo.IsActive = true;
        _board.RunUntil(() => _board.Buzzer.IsActive && _board.Lamp.IsActive, "the undo is heard and seen");
        _board.Undo.IsActive = false;
        Assert.Equal(0u, Node.State.Arrivals);
    }

    private FieldNode.Core.Node Node => _board.Program!.Node!;

    private CardNetwork Network() => new(_host.Address.ToString().TrimEnd('/'), Wifi, "secret12", "zh", []);

    private IReadOnlyList<string> Card() => EnrolmentCards.Codes(EnrolmentCards.Text(_node, _host.Store.HostId, Network()));

    private void ScanAll(IEnumerable<string> codes)
    {
        foreach (var code in codes)
        {
            _board.Scan(code);
        }
    }

    // A node with its card, its lane ready.
    private void Enrol()
    {
        _board.RunUntil(() => _board.Shows(ScreenWords.ScanCard) || _board.Program?.Node is { Works: true }, "started");
        if (_board.Shows(ScreenWords.ScanCard))
        {
            ScanAll(Card());
        }

        _board.RunUntil(() => _board.Program?.Node is { Works: true } && _board.Shows(ScreenWords.ScanTube), "the lane is ready");
    }

    private List<byte[]> Records()
    {
        var reader = new LogReader(Node.Log);
        var buffer = new byte[Batch.FramesBytesMax];
        var records = new List<byte[]>();
        for (uint from = 1; from <= Node.Log.LastSequence && reader.Collect(from, buffer, 0, buffer.Length, Batch.FramesMax); from += (uint)reader.FrameCount)
        {
            for (int i = 0, offset = 0; i < reader.FrameCount; i++)
            {
                var bytes = Frame.ClaimedBytes(buffer, offset, reader.FramesBytes);
                records.Add(buffer[offset..(offset + bytes)]);
                offset += bytes;
            }
        }

        return records;
    }

    private void AssertRecorded(byte part, byte state)
    {
        _board.RunUntil(() => Records().Any(record => IsPart(record, part, state)), $"{NodePart.Name(part)} {PartState.Name(state)} is recorded");
    }

    private static bool IsPart(byte[] record, byte part, byte state)
    {
        return Frame.Type(record, 0) == RecordType.PartChanged && Read<PartChanged>(record) is var changed && changed.Part == part && changed.State == state;
    }

    private static T Read<T>(byte[] record)
        where T : RecordContent, new()
    {
        var content = new T();
        Assert.True(content.TryRead(record, Frame.HeadBytes, Frame.ContentCount(record, 0)));
        return content;
    }
}
