using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Core.Screens;
using FieldNode.Host.Cards;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

/// <summary>
/// Every repair that a document, a screen or an error message recommends, performed to its end with the device's own program and a real
/// host. At the end every scanned person can be read by name, nothing waits on the node, and nothing is in doubt.
/// </summary>
public sealed partial class RepairTests : NodeProgramBench
{
    private const int ClaimMs = 15 * 60_000;

    private readonly List<string> _people = [.. People.Generate(60, new Random(Seed.Take(nameof(RepairTests))))];
    private readonly List<string> _scanned = [];

    private NodeRegistry Registry => new(Host.Store, Board.Time);

    [Fact]
    public void A_claim_that_expired_before_the_lane_was_online_is_followed_by_a_new_card()
    {
        Board.Http.Host = ModelHost.Away;
        EnrolWith(Renewed(keepsKey: true));
        ScanPeople(25);
        Board.CutPower(ClaimMs + 1);
        ScanPeople(5);
        Board.Http.Host = ModelHost.Real;
        Board.RunUntil(() => Node.HostRefuses, "the claim is refused", 300_000);

        ScanCard(Renewed(keepsKey: true));
        ScanPeople(5);

        AssertEverybodyIsRead();
    }

    [Fact]
    public void Cards_that_expired_one_after_the_other_lose_nobody()
    {
        Board.Http.Host = ModelHost.Away;
        EnrolWith(Renewed(keepsKey: true));
        for (var i = 0; i < 3; i++)
        {
            ScanPeople(7);
            Board.CutPower(ClaimMs + 1);
            ScanCard(Renewed(keepsKey: true));
        }

        Board.Http.Host = ModelHost.Real;
        ScanPeople(3);

        AssertEverybodyIsRead();
    }

    [Fact]
    public void A_box_that_lost_its_settings_scans_its_old_card_again_and_then_a_new_one()
    {
        var card = Renewed(keepsKey: true);
        EnrolWith(card);
        ScanPeople(8);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");
        LoseSettings();
        ScanCard(card);
        ScanPeople(12);
        Board.RunUntil(() => Node.HostRefuses, "the claim was used", 300_000);

        ScanCard(Renewed(keepsKey: true));
        ScanPeople(4);

        AssertEverybodyIsRead();
    }

    [Fact]
    public void A_box_that_lost_its_settings_refuses_another_nodes_card_and_takes_its_own()
    {
        EnrolWith(Renewed(keepsKey: true));
        Board.RunUntil(() => Node.Claimed is not null, "the claim is traded");
        Board.Http.Host = ModelHost.Away;
        ScanPeople(8);
        var other = EnrolmentCards.NewNode("lane-10", "other", "M1");
        Registry.Add(other);
        LoseSettings();
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard), "it wants a card");
        ScanAll(CodesOf(other));
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.OtherNode, ScreenWords.Chinese)));
        Board.Http.Host = ModelHost.Real;

        ScanCard(Renewed(keepsKey: true));

        Assert.Equal(Enrolled.Id, Node.Log.NodeId);
        AssertEverybodyIsRead();
    }

    [Fact]
    public async Task A_revoked_node_is_let_back_in_by_a_new_card()
    {
        EnrolWith(Renewed(keepsKey: true));
        ScanPeople(8);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");
        Registry.Revoke(Enrolled.Name);
        await Host.Restart(Board.Time); // and its memory of its nodes
        ScanPeople(8);
        Board.RunUntil(() => Node.HostRefuses, "it is refused", 300_000);

        ScanCard(Renewed(keepsKey: true));

        AssertEverybodyIsRead();
    }

    [Fact]
    public async Task A_host_that_was_restored_from_before_the_trade_takes_the_node_back_by_its_ticket()
    {
        var backup = Host.Backup();
        EnrolWith(Renewed(keepsKey: true));
        ScanPeople(9);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");
        await Host.Restore(backup, Board.Time);
        ScanPeople(9);

        AssertEverybodyIsRead();
    }

    [Fact]
    public async Task People_whose_key_is_not_here_stay_on_the_node_until_it_comes()
    {
        EnrolWith(Renewed(keepsKey: true));
        ScanPeople(3);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");
        var keys = new SealKeys(Host.Store).All();
        Board.Http.Host = ModelHost.Away;
        ScanPeople(6);
        using (var connection = Host.Store.Connect())
        {
            Sql.Execute(connection, "DELETE FROM seal_keys");
        }

        await Host.Restart(Board.Time); // a host with empty memory
        Board.Http.Host = ModelHost.Real;
        Board.RunUntil(() => Board.Shows(ScreenWords.NeedsNewCard), "it says that a new card is needed", 300_000);
        Assert.True(Node.Log.UnackedRecords > 0);
        Assert.Contains(new DoubtsAnswer(Host.Store, Fleet.Read(Host.Store)).List([DoubtKind.Unreadable]), doubt => doubt.Count == 6);
        Assert.All(new MergedLog(Host.Store).People(new PersonFilter(All: true)).TakeLast(6),
            row => Assert.Equal((PersonState.Unreadable, ""), (row.State, row.Person)));

        new SealKeys(Host.Store).Add(keys);

        AssertEverybodyIsRead();
    }

    [Fact]
    public void A_clock_that_stood_is_set_by_the_host_and_the_lanes_times_are_resolved()
    {
        EnrolWith(Renewed(keepsKey: true));
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");
        Board.Http.Host = ModelHost.Away;
        Board.CutPower();
        Board.Rtc.LoseCell();
        var from = Board.Time.GetUtcNow();
        ScanPeople(7);
        Board.Http.Host = ModelHost.Real;

        AssertEverybodyIsRead();
        Board.RunFor(1000);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "what the clock was set to is uploaded");
        Assert.All(OpenLog.People(Host.Store), row => Assert.InRange(row.Time.At!.Value, from, Board.Time.GetUtcNow()));
    }

    [Fact]
    public async Task A_host_without_its_key_file_says_so_and_goes_on_once_it_is_back()
    {
        EnrolWith(Renewed(keepsKey: true));
        ScanPeople(5);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");
        Board.Http.Host = ModelHost.Away;
        File.Move(Host.DataPath + ".key", Host.DataPath + ".away");
        Assert.Equal("key-missing", Assert.Throws<HostFault>(() => AnsweringStore.Open(Host.DataPath)).Code);
        ScanPeople(9);

        File.Move(Host.DataPath + ".away", Host.DataPath + ".key");
        await Host.Restart(Board.Time);
        Board.Http.Host = ModelHost.Real;

        AssertEverybodyIsRead();
    }

    [Fact]
    public void A_flash_that_fills_up_says_so_confirms_nobody_more_and_goes_on_after_the_upload()
    {
        EnrolWith(Renewed(keepsKey: true));
        ScanPeople(3);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");
        Board.Http.Host = ModelHost.Away;
        Board.CutPower();
        UsedFlash.Fill(Board.Flash.Cells.Bytes, Enrolled.Id, percent: 92);
        ScanPeople(4);
        Board.RunUntil(() => Board.Shows(ScreenWords.NearlyFull), "it says that it is nearly full");

        Board.CutPower();
        UsedFlash.Fill(Board.Flash.Cells.Bytes, Enrolled.Id, percent: 100);
        Board.RunUntil(() => Board.Program?.Node is { Works: true }, "the lane is back");
        Board.RunFor(1500);
        Board.Scan(_people[^1]); // a person who is sent away and never comes back
        Assert.True(Board.Shows(ScreenWords.OfRefusal(Refusal.FlashFull, ScreenWords.Chinese)));

        Board.Http.Host = ModelHost.Real;
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "all of it is uploaded", 3_600_000);
        ScanPeople(3);
        AssertEverybodyIsRead();
    }

    private void ScanPeople(int count)
    {
        Board.RunUntil(() => Board.Program?.Node is { Works: true }, "the lane works");
        Board.RunFor(1500);
        foreach (var person in _people.Skip(_scanned.Count).Take(count).ToList())
        {
            if (_scanned.Count % 10 == 0)
            {
                Board.Scan($"ZZ{_scanned.Count + 1:D8}");
            }

            Board.Scan(person);
            _scanned.Add(person);
        }

        Board.RunFor(2500);
    }

    private void ScanCard(EnrolledNode card)
    {
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard) || Board.Program?.Node is { Works: true }, "it can take a card");
        Board.RunFor(1500); // a starting node drops the end of a code that it may have missed the start of
        var boots = Board.Boots;
        ScanAll(CodesOf(card));
        Board.RunUntil(() => Board.Boots > boots && Board.Program?.Node is { Works: true }, "it starts with the new card");
    }

    private void EnrolWith(EnrolledNode card)
    {
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard), "it wants a card");
        ScanCard(card);
    }

    private IReadOnlyList<string> CodesOf(EnrolledNode card) =>
        EnrolmentCards.Codes(EnrolmentCards.Text(card, Host.Store.HostId, Network()));

    private EnrolledNode Renewed(bool keepsKey) => Registry.Renew(Enrolled.Name, EnrolmentCards.NewClaim(), keepsKey, _ => { });

    private void LoseSettings()
    {
        Board.CutPower();
        Board.Flash.Cells.Bytes.AsSpan(Board.Flash.Cells.Bytes.Length - UsedFlash.SettingsBytes).Fill(0xFF);
    }

    private void AssertEverybodyIsRead()
    {
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "nothing waits on the node", 600_000);
        var people = OpenLog.People(Host.Store, new PersonFilter(All: true)).ToList();
        Assert.Equal(_scanned, people.OrderBy(row => _scanned.IndexOf(row.Person)).Select(row => row.Person));
        Assert.All(people.GroupBy(row => row.Epoch),
            epoch => Assert.Equal(epoch.OrderBy(row => row.Sequence), epoch.OrderBy(row => _scanned.IndexOf(row.Person))));
        Assert.All(people, row => Assert.Equal(PersonState.Valid, row.State));
        var doubts = new DoubtsAnswer(Host.Store, Fleet.Read(Host.Store)).List([])
            .Where(doubt => doubt.Kind is not (DoubtKind.Clock or DoubtKind.Gap)).ToList();
        Assert.True(doubts.Count == 0, string.Join(", ", doubts.Select(doubt => doubt.Id)));
    }
}
