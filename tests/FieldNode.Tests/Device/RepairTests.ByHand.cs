using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Log.Database;
using FieldNode.Log.Files;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

// A flash image carried to the host by hand.
public sealed partial class RepairTests
{
    [Fact]
    public void A_box_that_broke_is_replaced_and_its_flash_is_brought_by_hand()
    {
        EnrolWith(Renewed(keepsKey: true));
        ScanPeople(6);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");
        Board.Http.Host = ModelHost.Away;
        ScanPeople(4);
        Board.CutPower();
        var broken = Board.Flash.Cells.Bytes.ToArray();

        Board.Flash = new W25qChip(NorCells.Erased(broken.Length));
        Board.Http.Host = ModelHost.Real;
        EnrolWith(Renewed(keepsKey: false));
        ScanPeople(5);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "the next box uploads");
        MergeImage(broken);

        var people = OpenLog.People(Host.Store, new PersonFilter(All: true)).ToDictionary(row => row.Person, row => row.State);
        Assert.Equal(_scanned.Order(), people.Keys.Order());
        Assert.All(_scanned.Index(), person => Assert.Equal(person.Index is >= 6 and < 10 ? PersonState.Image : PersonState.Valid,
            people[person.Item]));
        AcceptImages();
        AssertEverybodyIsRead();
    }

    [Fact]
    public void A_log_brought_by_hand_yields_to_the_node_when_it_is_heard_again()
    {
        EnrolWith(Renewed(keepsKey: true));
        Board.RunUntil(() => Node.Claimed is not null, "the claim is traded");
        Board.Http.Host = ModelHost.Away;
        ScanPeople(11);
        Board.CutPower();
        MergeImage(Board.Flash.Cells.Bytes.ToArray());
        Assert.All(OpenLog.People(Host.Store), row => Assert.Equal(PersonState.Image, row.State));

        Board.Http.Host = ModelHost.Real;
        ScanPeople(3);

        AssertEverybodyIsRead();
    }

    private void MergeImage(byte[] flash)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory.File("flash.bin"), flash);
        new FileMerge(Host.Store, Board.Time).Merge(directory.File("flash.bin"), adopt: false);
    }

    private void AcceptImages()
    {
        foreach (var doubt in new DoubtsAnswer(Host.Store, Fleet.Read(Host.Store)).List([DoubtKind.Image]))
        {
            new Settlement(Host.Store, Board.Time).Settle(doubt.Id, Settlement.Accept, null, "li.si", "read from the broken box");
        }
    }
}
