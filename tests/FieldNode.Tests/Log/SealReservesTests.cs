using System.Security.Cryptography;
using FieldNode.Answers;
using FieldNode.Log.Keys;
using FieldNode.Log.Merge;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>The keys that open people's codes: existing keys stay, whatever other hosts bring.</summary>
public sealed class SealReservesTests : IDisposable
{
    private const ulong Node = 7;

    private static readonly byte s_key = SealStart.OfClaim(1);

    private readonly TemporaryDirectory _directory = new();
    private readonly HostStore _store;

    public SealReservesTests() => _store = AnsweringStore.Open(_directory.File("data"));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_key_that_another_host_brings_replaces_none_of_ours()
    {
        var (ours, theirs) = (RandomNumberGenerator.GetBytes(NodeKeys.Bytes), RandomNumberGenerator.GetBytes(NodeKeys.Bytes));
        using (var connection = _store.Connect())
        {
            Assert.True(SealReserves.Keep(connection, _store.Vault, Node, s_key, check: 0, ours)); // from a version without checks
        }

        Assert.Equal(0, new SealKeys(_store).Add([new SealKeyOf($"{Node:X16}", s_key, theirs)]));
        Assert.Equal(ours, Found(check: 0));
        Assert.Equal(1, new SealKeys(_store)
            .Add([new SealKeyOf($"{Node:X16}", s_key, theirs, NodeKeys.SealCheck(HmacTags.Instance, theirs))]));
        Assert.Equal(ours, Found(check: 0));
        Assert.Equal(theirs, Found(NodeKeys.SealCheck(HmacTags.Instance, theirs)));
    }

    [Fact]
    public void A_key_that_does_not_pass_its_check_is_taken_from_nobody()
    {
        var reserve = RandomNumberGenerator.GetBytes(NodeKeys.Bytes);

        Assert.Throws<InvalidDataException>(() => new SealKeys(_store)
            .Add([new SealKeyOf($"{Node:X16}", s_key, reserve, NodeKeys.SealCheck(HmacTags.Instance, reserve) ^ 1)]));
        Assert.Empty(new SealKeys(_store).All());
    }

    private byte[]? Found(uint check)
    {
        var start = new SealStart();
        start.Set(s_key, 0, 1, check);
        using var connection = _store.Connect();
        return SealReserves.Find(connection, _store.Vault, Node, start);
    }
}
