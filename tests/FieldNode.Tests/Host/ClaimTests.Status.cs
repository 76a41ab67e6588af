using System.Net;
using System.Text;
using FieldNode.Host.Http;
using FieldNode.Log.Nodes;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

// A node's status, signed with the key that it claimed.
public abstract partial class ClaimTests
{
    [Fact]
    public async Task A_status_is_kept_when_its_tag_fits_and_it_is_newer()
    {
        await using var host = await TestHost.Start(stores: stores);
        Assert.Equal(HttpStatusCode.NoContent, await Status(host, host.Key, boot: 2, ticks: 500, "failed"));
        Assert.Equal(["scanner failed"], new NodeStatuses(host.Store).All()[host.Node.Id].Troubles());

        Assert.Equal(HttpStatusCode.NoContent, await Status(host, host.Key, boot: 1, ticks: 900, "ok"));
        Assert.Single(new NodeStatuses(host.Store).All()[host.Node.Id].Troubles());

        Assert.Equal(HttpStatusCode.Unauthorized, await Status(host, new byte[32], boot: 3, ticks: 1, "ok"));
        Assert.Equal(HttpStatusCode.NoContent, await Status(host, host.Key, boot: 2, ticks: 501, "ok"));
        Assert.Empty(new NodeStatuses(host.Store).All()[host.Node.Id].Troubles());
    }

    [Fact]
    public async Task A_status_of_a_node_whose_log_began_anew_replaces_the_old_one()
    {
        await using var host = await TestHost.Start(stores: stores);
        var statuses = new NodeStatuses(host.Store);
        var morning = new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);
        statuses.Put(new StatusReport(7, Boot: 40, Ticks: 9000, morning, "old"));
        statuses.Put(new StatusReport(7, Boot: 1, Ticks: 5, morning.AddSeconds(20), "a latecomer"));
        Assert.Equal("old", statuses.All()[7].Json);

        statuses.Put(new StatusReport(7, Boot: 1, Ticks: 5, morning.AddMinutes(5), "new"));
        Assert.Equal("new", statuses.All()[7].Json);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"Node\":7,\"Boot\":1,\"Ticks\":1}")]
    [InlineData("{\"Node\":\"00\",\"Boot\":-1,\"Ticks\":1}")]
    [InlineData("{\"Node\":\"zz\",\"Boot\":1,\"Ticks\":1}")]
    [InlineData("{\"Node\"")]
    [InlineData("{\"Node\":\"\\ud800\",\"Boot\":1,\"Ticks\":1}")]
    [InlineData("{\"Node\":\"01\",\"Boot\":1,\"Ticks\":1,\"Flash\":\"\\ud800\"}")]
    [InlineData("{\"Node\":\"01\",\"Boot\":1,\"Ticks\":1,\"Flash\":7}")]
    public async Task A_status_that_is_none_is_malformed(string json)
    {
        await using var host = await TestHost.Start(stores: stores);

        Assert.Equal(HttpStatusCode.BadRequest,
            (await Post(host, Encoding.UTF8.GetBytes(json + "\n" + new string('0', 64)), StatusEndpoint.Path,
            StatusEndpoint.ContentType)).Status);
    }
}
