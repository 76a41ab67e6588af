using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

/// <summary>Each kind of message has its own subkey.</summary>
public sealed class LinkKeysTests
{
    [Fact]
    public void Every_subkey_differs_from_the_others_and_from_what_it_comes_from()
    {
        var key = new byte[NodeKeys.Bytes];
        var link = NodeKeys.Link(HmacTags.Instance, key);
        var keys = new LinkKeys(HmacTags.Instance, link);

        byte[][] all = [key, link, NodeKeys.Seal(HmacTags.Instance, key), NodeKeys.CardMark(HmacTags.Instance, key), keys.Batch, keys.Reply,
            keys.Status, keys.Roster];
        Assert.Equal(all.Length, all.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public async Task A_tag_of_one_kind_is_none_of_another()
    {
        await using var host = await TestHost.Start();
        var frames = Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X").ToArray();
        var batch = host.Batch(1, 1, frames);
        var keys = Logs.KeysOf(host.Key);
        foreach (var other in new[] { host.Key, NodeKeys.Link(HmacTags.Instance, host.Key), keys.Reply, keys.Status, keys.Roster })
        {
            System.Security.Cryptography.HMACSHA256.HashData(other, batch.AsSpan(0, batch.Length - Batch.TagBytes),
                batch.AsSpan(batch.Length - Batch.TagBytes));
            Assert.Equal(401, (await host.Post(batch)).Status);
        }

        Assert.Equal(200, (await host.Post(host.Batch(1, 1, frames))).Status);
    }
}
