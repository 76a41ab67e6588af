using FieldNode.Core.Enrolment;
using FieldNode.Core.Log;
using FieldNode.Core.Screens;
using FieldNode.Device;
using FieldNode.Host.Cards;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

/// <summary>From a blank node to uploaded scans, only by scanning.</summary>
public sealed class NodeProgramTests : NodeProgramBench
{
    [Fact]
    public void A_blank_node_becomes_a_lane_by_scanning_its_card_alone()
    {
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard), "asks for its card");
        foreach (var code in Card().Reverse())
        {
            Board.Scan(code);
        }

        Assert.True(Board.Shows(ScreenWords.CardRead));
        Board.RunUntil(() => Board.Boots == 2 && Board.Shows(ScreenWords.SelfTest) && Board.Shows("3701K"), "self-test after the restart");
        Board.RunUntil(() => Board.Shows("L9") && Board.Shows(ScreenWords.ScanTube), "the lane is ready");
        Board.Scan("ZZ00000001");
        Board.Scan(Person);
        Assert.True(Board.Shows("✓") && Board.Shows("110…002X"));

        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded");
        Assert.Contains("/v1/claims", Board.Http.Posts.Select(post => post.Path));
        Assert.Contains(("/v1/status", 204), Board.Http.Posts);
        Assert.Contains("\"Scanner\":\"ok\"", new NodeStatuses(Host.Store).All()[Enrolled.Id].Json, StringComparison.Ordinal);
        Assert.Contains("\"HeapFree\":3790000,\"NativeFree\":92000,\"NativeLargest\":61000", new NodeStatuses(Host.Store)
            .All()[Enrolled.Id].Json, StringComparison.Ordinal);
        Assert.Empty(new NodeStatuses(Host.Store).All()[Enrolled.Id].Troubles());
        Assert.Empty(Board.Flash.Mistakes);
        Assert.Empty(Board.Oled.Mistakes);
    }

    [Fact]
    public void A_card_of_several_codes_is_taken_in_any_order_and_says_how_many_are_missing()
    {
        var codes = Card(anchorBytes: 400);
        Assert.InRange(codes.Count, 3, 9);
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard), "asks for its card");
        Board.Scan(codes[^1]);
        Board.Scan(codes[^1]);

        Assert.True(Board.Shows($"1 / {codes.Count}"));
        foreach (var code in codes.SkipLast(1))
        {
            Board.Scan(code);
        }

        Assert.True(Board.Shows(ScreenWords.CardRead));
    }

    [Fact]
    public void The_key_survives_a_restart_and_is_asked_for_once()
    {
        Enrol();
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded");
        Board.CutPower();
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanTube), "the lane is back");
        Board.Scan("ZZ00000001");
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded again");

        Assert.Single(Board.Http.Posts, post => post.Path == "/v1/claims");
    }

    [Fact]
    public void TLS_opens_for_the_claim_alone_and_a_name_is_looked_up_before_the_lane_opens()
    {
        EnrolOverTls();
        Board.RunUntil(() => Node.Claimed is not null, "the key is here");
        Board.Scan("ZZ00000001");
        Board.Scan(Person);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded");

        Assert.Single(Board.Http.Stops, "host.example");
        Assert.Single(Board.Http.Stops, "tls");
        Assert.Contains(("/v1/status", 204), Board.Http.Posts);
    }

    [Fact]
    public void A_lane_that_works_waits_with_what_stops_the_board_for_two_minutes_of_silence()
    {
        Board.Http.Host = ModelHost.Away;
        EnrolOverTls();
        Board.Scan("ZZ00000001");
        var stops = Board.Http.Stops.Count;
        Board.Http.Host = ModelHost.Real;
        for (var i = 0; i < 5; i++)
        {
            Board.RunFor(100_000);
            Board.Scan(Person);
        }

        Assert.Equal(stops, Board.Http.Stops.Count);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", withinMs: 240_000);
        Assert.InRange(Board.Http.Stops.Count - stops, 1, 3);
    }

    private void EnrolOverTls()
    {
        Board.Http.Names["host.example"] = Host.Address.Host;
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard), "asks for its card");
        var network = Network() with { Url = $"https://host.example:{Host.Address.Port}" };
        ScanAll(EnrolmentCards.Codes(EnrolmentCards.Text(Enrolled, Host.Store.HostId, network)));
        Board.RunUntil(() => Board.Program?.Node is { Works: true } && Board.Shows(ScreenWords.ScanTube), "the lane is ready");
    }

    [Fact]
    public void A_battery_pulled_at_any_moment_of_enrolment_leaves_a_node_that_goes_on()
    {
        var seed = Seed.Take(nameof(A_battery_pulled_at_any_moment_of_enrolment_leaves_a_node_that_goes_on));
        var random = new Random(seed);
        for (var i = 0; i < NodeProgram.FailedStartsMax - 1; i++)
        {
            Board.RunFor(random.Next(50, 3000));
            if (Board.Shows(ScreenWords.ScanCard))
            {
                foreach (var code in Card())
                {
                    Board.Scanner.Scan(code);
                    Board.RunFor(random.Next(20, 500));
                }
            }

            Board.CutPower(random.Next(10, 500));
        }

        Enrol();
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded");
        Assert.Empty(Board.Flash.Mistakes);
    }

    [Fact]
    public void A_damaged_card_is_refused_and_the_next_scan_may_be_right()
    {
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard), "asks for its card");
        var code = Card()[0];
        Board.Scan(code.Replace("L9", "L8", StringComparison.Ordinal));
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.CardDamaged, ScreenWords.Chinese)));
        Board.Scan("ZZ00000001");
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.UnknownCard, ScreenWords.Chinese)));

        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard), "asks again");
        Enrol();
    }

    [Fact]
    public void A_log_of_another_node_on_the_flash_is_never_formatted_unasked()
    {
        Enrol();
        Board.Scan("ZZ00000001");
        Board.RunFor(2000);
        Board.CutPower();
        Board.Flash.Cells.Bytes.AsSpan(^(SettingsStore.Sectors * 4096)..).Fill(0xFF);
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard), "asks for its card");
        var settings = Board.Flash.Cells.Bytes.AsSpan(^(SettingsStore.Sectors * 4096)..).ToArray();
        var other = EnrolmentCards.NewNode("lane-10", "other", "M1");
        ScanAll(EnrolmentCards.Codes(EnrolmentCards.Text(other, Host.Store.HostId, Network())));
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.OtherNode, ScreenWords.Chinese)));
        Assert.True(settings.SequenceEqual(Board.Flash.Cells.Bytes.AsSpan(^(SettingsStore.Sectors * 4096)..)), "the card was not stored");

        ScanAll(Card()); // the card of the log's own node restores the lane
        Board.RunUntil(() => Board.Program?.Node is { Works: true }, "the log's own lane is back");
        Assert.Equal((LogResult.Ok, Enrolled.Id), (LogResult.Ok, Node.Log.NodeId));
        Assert.Equal(FieldNode.Lane.LaneState.TubeOpen, Node.State.TubeStatus);
    }

    [Fact]
    public void Buttons_buzzer_and_lamp_are_wired_to_the_lane()
    {
        Enrol();
        Board.Arrived.IsActive = true;
        Board.RunFor(100);
        Board.Arrived.IsActive = false;
        Board.RunFor(100);
        Assert.Equal(1u, Node.State.Arrivals);

        Board.Undo.IsActive = true;
        Board.RunUntil(() => Board.Buzzer.IsActive && Board.Lamp.IsActive, "the undo is heard and seen");
        Board.Undo.IsActive = false;
        Assert.Equal(0u, Node.State.Arrivals);
    }
}
