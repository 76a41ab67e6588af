using FieldNode.Core.Enrolment;
using FieldNode.Core.Screens;
using FieldNode.Host.Cards;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

/// <summary>A card scanned on a working lane: confirmed scans stay, and the new key is really used.</summary>
public sealed class NewCardTests : NodeProgramBench
{
    [Fact]
    public void A_card_of_another_node_needs_an_empty_log_and_a_second_scan()
    {
        Enrol();
        Board.Http.Host = ModelHost.Away;
        Board.Scan("ZZ00000001");
        var other = EnrolmentCards.NewNode("lane-10", "other", "M1");
        new NodeRegistry(Host.Store, TimeProvider.System).Add(other);
        var codes = EnrolmentCards.Codes(EnrolmentCards.Text(other, Host.Store.HostId, Network()));
        ScanAll(codes);
        ScanAll(codes);
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.OtherNode, ScreenWords.Chinese)));
        Assert.Contains(Records(), record => Frame.Type(record, 0) == RecordType.Refused
            && Read<Refused>(record).Reason == Refusal.OtherNode);

        Board.Http.Host = ModelHost.Real;
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", 300_000);
        ScanAll(codes);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "the refusal is uploaded", 60_000);
        ScanAll(codes);
        Board.RunUntil(() => Board.Shows("M1"), "the other lane");
        Assert.Equal(other.Id, Node.Log.NodeId);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "the other node has a key of its own, and uploads", 60_000);
    }

    [Fact]
    public void A_renewed_card_is_traded_for_a_new_key_and_the_old_one_is_not_used_again()
    {
        Enrol();
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");
        var old = Node.Uploader.Keys!.Batch;
        var renewed = Enrolled;
        new NodeRegistry(Host.Store, TimeProvider.System).Renew(Enrolled.Name, EnrolmentCards.NewClaim(), keepsKey: true,
            fresh => renewed = fresh);
        ScanAll(EnrolmentCards.Codes(EnrolmentCards.Text(renewed, Host.Store.HostId, Network())));
        Board.RunUntil(() => Board.Boots == 3 && Board.Program!.Node is { Works: true } && Node.Log.UnackedRecords == 0,
            "uploaded with the new key");

        Assert.NotEqual(old, Node.Uploader.Keys!.Batch);
        Assert.Equal(2, Board.Http.Posts.Count(post => post == ("/v1/claims", 200)));
    }

    [Fact]
    public void What_is_scanned_while_the_node_restarts_with_another_card_is_not_confirmed()
    {
        Enrol();
        Board.Scan("ZZ00000001");
        ScanAll(ReadyForAnother());
        Assert.True(Board.Shows(ScreenWords.CardRead));
        Board.Scan(Person);

        Assert.True(Board.Shows(ScreenWords.CardRead));
        Assert.Equal(0u, Node.State.Sampled);
    }

    [Fact]
    public void A_card_that_could_not_be_stored_leaves_node_key_and_log_as_they_were()
    {
        Enrol();
        Board.Scan("ZZ00000001");
        var codes = ReadyForAnother();
        var settings = Board.Flash.Cells.Bytes.Length - 2 * 4096;
        Board.Flash.Cells.StopErasing(settings);
        Board.Flash.Cells.StopErasing(settings + 4096);
        ScanAll(codes);
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.FlashFault, ScreenWords.Chinese)));
        Board.Scan(Person);
        Board.RunFor(1000);
        Board.CutPower();
        Board.RunUntil(() => Board.Program?.Node is { Works: true }, "the lane is back");

        Assert.Equal((Enrolled.Id, 1u), (Node.Log.NodeId, Node.State.Sampled));
    }

    [Fact]
    public void What_a_node_draws_hangs_on_the_platforms_chance_the_moment_of_the_scan_the_converters_noise_and_the_card()
    {
        var card = Card();
        var nonces = new[]
        {
            NonceOf(card, 0, 3900, 1),
            NonceOf(card, 5, 3900, 1),
            NonceOf(card, 0, 3901, 1),
            NonceOf(card, 0, 3900, 2),
            NonceOf(Card(), 0, 3900, 1),
        };
        Assert.Equal(nonces[0], NonceOf(card, 0, 3900, 1));
        Assert.Equal(nonces.Length, nonces.Distinct().Count());
    }

    private static string NonceOf(IReadOnlyList<string> card, int waitMs, int millivolts, uint chance)
    {
        using var board = new ModelBoard { BatteryMillivolts = millivolts, FixedChance = chance };
        board.RunUntil(() => board.Shows(ScreenWords.ScanCard), "started");
        board.RunFor(waitMs);
        foreach (var code in card)
        {
            board.Scan(code);
        }

        board.RunUntil(() => board.Program?.Node is { Works: true }, "the lane works");
        board.CutPower();
        var settings = new StoredSettings();
        new SettingsStore(new NorFlash(board.Flash.Cells.Bytes[^(SettingsStore.Sectors * 4096)..])).Load(settings);
        return Convert.ToHexString(settings.Nonce);
    }

    // Uploads everything and scans another node's card once; returns the card's codes.
    private IReadOnlyList<string> ReadyForAnother()
    {
        var other = EnrolmentCards.NewNode("lane-10", "other", "M1");
        new NodeRegistry(Host.Store, TimeProvider.System).Add(other);
        var codes = EnrolmentCards.Codes(EnrolmentCards.Text(other, Host.Store.HostId, Network()));
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "everything is uploaded", 300_000);
        ScanAll(codes);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "the refusal is uploaded");
        return codes;
    }
}
