using System.Text;
using FieldNode.Answers.Roster;
using FieldNode.Core.Ports;
using FieldNode.Core.Roster;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Tests.Support;

/// <summary>5,000 invented people in 2,100 households, and their roster in the node's format.</summary>
internal static class SampleRoster
{
    public const int PeopleCount = 5000;

    public static IReadOnlyList<Resident> Residents { get; } = People.Settle(People.Generate(PeopleCount, new Random(11)), 2100, 40);

    public static PackedRoster Packed { get; } = Pack(Residents);

    public static string Stranger { get; } = People.Generate(100, new Random(12))
        .First(code => Packed.Find(code) < 0 && Residents.All(resident => resident.Code != code));

    public static List<string> Home(int people, int skip = 0) =>
        [.. Residents.GroupBy(resident => resident.Household).Where(family => family.Count() == people).ElementAt(skip)
        .Select(resident => resident.Code)];

    public static List<RosterPerson> RosterOf(IEnumerable<Resident> residents) =>
        [.. residents.Select(resident => new RosterPerson("S", resident.Code, resident.Household, resident.Building))];

    public static PackedRoster Pack(IEnumerable<Resident> residents, ulong key = 0x0123456789ABCDEF) => new RosterPacking(() => key++)
        .Pack(RosterOf(residents), null);

    public static uint Hash(string code) => Crc32.Compute(Encoding.ASCII.GetBytes(code), 0, code.Length);

    /// <summary>The roster's flash, opened as the bench's node opens it.</summary>
    public static RosterStore StoreOn(NorFlash flash, uint hostId = 0, string site = "S") =>
        new(flash, hostId, Encoding.UTF8.GetBytes(site));

    public static void Write(NorFlash flash, PackedRoster roster)
    {
        var store = StoreOn(flash);
        Assert.True(store.Begin(roster.Table));
        for (var at = 0; at < roster.Body.Length; at += RosterMessage.PartMax)
        {
            var count = Math.Min(RosterMessage.PartMax, roster.Body.Length - at);
            byte prepared;
            do
            {
                prepared = store.Prepare(at + count);
            }
            while (prepared == FlashErase.UnderWay);
            Assert.Equal(FlashErase.Done, prepared);
            Assert.True(store.Write(at, roster.Body, at, count));
        }

        byte proof;
        do
        {
            proof = store.StepProof();
        }
        while (proof == RosterStore.ProofUnderWay);
        Assert.Equal(RosterStore.ProofDone, proof);
    }
}
