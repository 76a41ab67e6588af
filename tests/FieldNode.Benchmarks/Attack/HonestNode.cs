using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using FieldNode.Host.Cards;
using FieldNode.Host.Http;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Benchmarks.Attack;

/// <summary>A node that uploads batches of 50 sealed records, each after the previous one was acknowledged.</summary>
internal sealed class HonestNode
{
    private const int Frames = 50;
    private const uint Epoch = 1;

    private readonly EnrolledNode _node;
    private readonly uint _hostId;
    private readonly byte[] _batchKey;
    private readonly SealStart _start = new();
    private readonly SealChain _seals = new(HmacTags.Instance);
    private uint _next = 1;

    public HonestNode(EnrolledNode node, uint hostId)
    {
        (_node, _hostId) = (node, hostId);
        _batchKey = new LinkKeys(HmacTags.Instance, NodeKeys.Link(HmacTags.Instance, node.Key!)).Batch;
        var reserve = NodeKeys.Seal(HmacTags.Instance, node.Key!);
        _start.Set(SealStart.OfClaim(1), 0, 1, NodeKeys.SealCheck(HmacTags.Instance, reserve));
        _seals.Begin(SealChain.TakeRoot(HmacTags.Instance, reserve), Epoch, _start.Since, _start.IsBound);
    }

    /// <summary>Number of acknowledged records.</summary>
    public uint Sent => _next - 1;

    /// <summary>The bytes of the last batch.</summary>
    public byte[] Last { get; private set; } = [];

    /// <summary>Enrols a node that has traded its claim for a key.</summary>
    public static EnrolledNode Enrol(HostStore store, int lane)
    {
        var node = EnrolmentCards.NewNode($"lane-{lane}", "S", $"L{lane}") with
        {
            Key = RandomNumberGenerator.GetBytes(ClaimMessage.KeyBytes),
        };
        new NodeRegistry(store, TimeProvider.System).Add(node);
        return node;
    }

    /// <summary>Sends the next batch until it is acknowledged; returns how many milliseconds that took.</summary>
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
                // Cut off: sends again.
            }
        }
    }

    private byte[] Next()
    {
        var batch = new Batch { HostId = _hostId, NodeId = _node.Id, Epoch = Epoch, FirstSequence = _next, FrameCount = Frames };
        batch.Seals.CopyFrom(_start);
        var bytes = new byte[Batch.BytesMax];
        for (uint i = 0; i < Frames; i++)
        {
            batch.FramesBytes += WriteSample(_next + i, bytes.AsSpan(Batch.HeadBytes + batch.FramesBytes));
        }

        batch.WriteHead(bytes, 0);
        HMACSHA256.HashData(_batchKey, bytes.AsSpan(0, batch.TaggedBytes), bytes.AsSpan(batch.TaggedBytes));
        return bytes[..batch.TotalBytes];
    }

    private int WriteSample(uint sequence, Span<byte> into)
    {
        var sampled = new PersonSampled
        {
            Tube = 3,
            Position = (byte)((sequence - 1) % 10 + 1),
            Round = 1,
            Kind = PersonSampled.KindResidentId
        };
        var code = System.Text.Encoding.ASCII.GetBytes($"{_node.Id % 1_000_000:D6}{sequence:D12}");
        sampled.SetCode(code, 0, code.Length);
        var frame = new byte[Frame.BytesMax];
        var contentBytes = sampled.Write(frame, Frame.HeadBytes) - Frame.HeadBytes;
        var count = Frame.Seal(frame, 0, Epoch, sequence, sampled.Type, sequence * 1000, contentBytes);
        _seals.MoveTo(sequence);
        _seals.Apply(frame, 0, At(frame), code.Length);
        Frame.Seal(frame, 0, Epoch, sequence, sampled.Type, sequence * 1000, contentBytes); // the CRC covers the sealed bytes
        frame.AsSpan(0, count).CopyTo(into);
        return count;
    }

    private static int At(byte[] frame)
    {
        SealedPart.Find(frame, 0, out var at);
        return at;
    }
}
