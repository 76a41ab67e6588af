using System.Net.Http.Headers;
using FieldNode.Host.Http;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Tests.Support;

/// <summary>A node that uploads one batch after another to any of several hosts, retrying each until one of them acknowledges it.</summary>
internal sealed class UploadingNode(EnrolledNode node, uint hostId, uint epoch, Random random)
{
    private const int FramesMax = 12;

    private readonly List<byte[]> _frames = [];

    /// <summary>Every acknowledged batch.</summary>
    public List<byte[]> Acknowledged { get; } = [];

    public EnrolledNode Node => node;

    /// <summary>Number of acknowledged records.</summary>
    public uint Records { get; private set; }

    /// <summary>Makes the next batch and sends it until it is acknowledged; sometimes sends it again after the acknowledgement.</summary>
    /// <param name="hosts">The hosts that are up at the moment.</param>
    public async Task Send(HttpClient client, Func<Uri[]> hosts, CancellationToken cancel)
    {
        var batch = Next();
        for (var again = random.Next(4) == 0; ; again = false)
        {
            while (await Post(client, random.GetItems(hosts(), 1)[0], batch, cancel) is var acknowledged && acknowledged < _frames.Count)
            {
                await Task.Delay(Threads.PollMs, cancel);
            }

            if (!again)
            {
                break;
            }
        }

        Records = (uint)_frames.Count;
        Acknowledged.Add(batch);
    }

    private byte[] Next()
    {
        var first = (uint)_frames.Count + 1;
        for (var more = random.Next(1, FramesMax); more > 0; more--)
        {
            var sequence = (uint)_frames.Count + 1;
            RecordContent content = sequence == 1 ? new Booted { BootCount = 1, Firmware = 1, Lane = [(byte)'L'], Site = [(byte)'S'] }
                : sequence % 11 == 2 ? new TubeOpened { Round = 1, GroupSize = 10 }.WithCode($"T{node.Id % 1000:D3}{sequence:D6}")
                : new PersonSampled { Tube = sequence - (sequence - 2) % 11, Position = (byte)((sequence - 2) % 11), Round = 1 }
                    .WithCode($"E{random.Next(2000):D8}");
            _frames.Add(Logs.FrameOf(epoch, sequence, sequence * 100, content));
        }

        return Logs.BatchOf(hostId, node.Id, epoch, first, node.Key!, [.. _frames.Skip((int)first - 1)]);
    }

    // The acknowledged sequence number; 0 if no host answered, or not with an acknowledgement.
    private async Task<uint> Post(HttpClient client, Uri host, byte[] batch, CancellationToken cancel)
    {
        try
        {
            using var content = new ByteArrayContent(batch);
            content.Headers.ContentType = new MediaTypeHeaderValue(BatchEndpoint.ContentType);
            using var response = await client.PostAsync(new Uri(host, BatchEndpoint.Path), content, cancel);
            var body = await response.Content.ReadAsByteArrayAsync(cancel);
            if ((int)response.StatusCode == 503)
            {
                return 0; // temporarily unavailable
            }

            Assert.True(response.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(body));
            var reply = new Reply();
            Assert.True(reply.TryRead(body, body.Length));
            return reply.AcknowledgedUpTo;
        }
        catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException)
        {
            return 0; // the host is gone
        }
    }
}
