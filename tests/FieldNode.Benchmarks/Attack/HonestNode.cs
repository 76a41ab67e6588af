using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using FieldNode.Host.Http;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Benchmarks.Attack;

/// <summary>A node that uploads batches of 50 records, each after the one before was acknowledged.</summary>
internal sealed class HonestNode(EnrolledNode node, uint hostId)
{
    private const int Frames = 50;

    private readonly byte[] _batchKey = new LinkKeys(HmacTags.Instance, NodeKeys.Link(HmacTags.Instance, node.Key!)).Batch;
    private uint _next = 1;

    /// <summary>Records that were acknowledged.</summary>
    public uint Sent => _next - 1;

    /// <summary>The bytes of the last batch.</summary>
    public byte[] Last { get; private set; } = [];

    /// <summary>Sends the next batch until it is acknowledged; milliseconds that it took.</summary>
    public async Task<double> Send(HttpClient client)
    {
        Last = Next();
        for (var clock = Stopwatch.StartNew(); ;)
        {
            using var content = new ByteArrayContent(Last);
            content.Headers.ContentType = new MediaTypeHeaderValue(BatchEndpoint.ContentType);
            try
            {
                using var response = await client.PostAsync(new Uri(BatchEndpoint.Path, UriKind.Relative), content);
                await response.Content.ReadAsByteArrayAsync();
                if (response.IsSuccessStatusCode)
                {
                    _next += Frames;
                    return clock.Elapsed.TotalMilliseconds;
                }
            }
            catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException)
            {
                // cut off: once more
            }
        }
    }

    private byte[] Next()
    {
        var batch = new Batch { HostId = hostId, NodeId = node.Id, Epoch = 1, FirstSequence = _next, FrameCount = Frames };
        var bytes = new byte[Batch.BytesMax];
        var content = new byte[Frame.BytesMax];
        for (uint i = 0; i < Frames; i++)
        {
            var sampled = new PersonSampled { Tube = 3, Position = (byte)(i % 10 + 1), Round = 1, Kind = PersonSampled.KindResidentId };
            var code = System.Text.Encoding.ASCII.GetBytes($"{node.Id % 1_000_000:D6}{_next + i:D12}");
            sampled.SetCode(code, 0, code.Length);
            var end = sampled.Write(content, Frame.HeadBytes);
            var count = Frame.Seal(content, 0, 1, _next + i, sampled.Type, (_next + i) * 1000, end - Frame.HeadBytes);
            content.AsSpan(0, count).CopyTo(bytes.AsSpan(Batch.HeadBytes + batch.FramesBytes));
            batch.FramesBytes += count;
        }

        batch.WriteHead(bytes, 0);
        HMACSHA256.HashData(_batchKey, bytes.AsSpan(0, batch.TaggedBytes), bytes.AsSpan(batch.TaggedBytes));
        return bytes[..batch.TotalBytes];
    }
}
