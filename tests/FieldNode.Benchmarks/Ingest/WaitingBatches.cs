using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using FieldNode.Host.Cards;
using FieldNode.Host.Http;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Benchmarks.Ingest;

/// <summary>
/// What the nodes of a city have kept while no host answered: batches of 50 records, 3.2 KB each, sealed as nodes seal them. Each node's are sent in order, each
/// after the one before was acknowledged.
/// </summary>
internal sealed class WaitingBatches
{
    public const int Frames = 50;

    private const int GroupSize = 10;
    private const int Workers = 64;

    private readonly List<List<byte[]>> _nodes = [];

    /// <param name="nodes">Nodes that wait.</param>
    /// <param name="batches">Batches of all of them.</param>
    public WaitingBatches(HostStore store, int nodes, int batches)
    {
        var registry = new NodeRegistry(store, TimeProvider.System);
        for (var i = 1; i <= nodes; i++)
        {
            var node = EnrolmentCards.NewNode($"lane-{i}", $"site-{i % 50}", $"L{i}") with { Key = RandomNumberGenerator.GetBytes(ClaimMessage.KeyBytes) };
            registry.Add(node);
            _nodes.Add([.. Log(node, store.HostId, i, batches / nodes)]);
        }

        Count = batches / nodes * nodes;
    }

    public int Count { get; }

    /// <summary>Each node's batches in their order.</summary>
    public IReadOnlyList<List<byte[]>> Nodes => _nodes;

    public int Records => Count * Frames;

    /// <summary>Sends all of them over 64 connections, and again what was refused; how often it was.</summary>
    public async Task<int> Send(Uri host)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Workers, UseCookies = false }) { BaseAddress = host };
        var refused = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => Send(client, [.. _nodes.Where((_, i) => i % Workers == worker)]))));
        return refused.Sum();
    }

    private static async Task<int> Send(HttpClient client, List<List<byte[]>> nodes)
    {
        var refused = 0;
        for (var i = 0; nodes.Exists(node => i < node.Count); i++)
        {
            foreach (var node in nodes.Where(node => i < node.Count))
            {
                while (!await Send(client, node[i]))
                {
                    refused++;
                }
            }
        }

        return refused;
    }

    private static async Task<bool> Send(HttpClient client, byte[] batch)
    {
        using var content = new ByteArrayContent(batch);
        content.Headers.ContentType = new MediaTypeHeaderValue(BatchEndpoint.ContentType);
        using var response = await client.PostAsync(new Uri(BatchEndpoint.Path, UriKind.Relative), content);
        await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode || ((int)response.StatusCode == 503 ? false : throw new InvalidOperationException($"{(int)response.StatusCode}"));
    }

    private static IEnumerable<byte[]> Log(EnrolledNode node, uint hostId, int number, int batches)
    {
        var epoch = (uint)number;
        var chain = new SealChain(HmacTags.Instance);
        chain.Begin(SealChain.TakeRoot(HmacTags.Instance, NodeKeys.Seal(HmacTags.Instance, node.Key!)), epoch, 1);
        var key = new LinkKeys(HmacTags.Instance, NodeKeys.Link(HmacTags.Instance, node.Key!)).Batch;
        var previous = new byte[Batch.PreviousBytes];
        uint tube = 0;
        for (uint first = 1; first <= batches * Frames; first += Frames)
        {
            var batch = new Batch { HostId = hostId, NodeId = node.Id, Epoch = epoch, FirstSequence = first, FrameCount = Frames };
            batch.Seals.CopyFrom(new SealStart { Key = SealStart.OfClaim(1), Since = 1 });
            previous.CopyTo(batch.Previous, 0);
            var bytes = new byte[Batch.BytesMax];
            for (var sequence = first; sequence < first + Frames; sequence++)
            {
                tube = sequence <= 2 ? 0 : (sequence - 3) % (GroupSize + 1) == 0 ? sequence : tube;
                batch.FramesBytes += Put(bytes.AsSpan(Batch.HeadBytes + batch.FramesBytes), node, epoch, sequence, Record(node, number, sequence, tube), chain);
            }

            batch.WriteHead(bytes, 0);
            HMACSHA256.HashData(key, bytes.AsSpan(0, batch.TaggedBytes), bytes.AsSpan(batch.TaggedBytes));
            bytes.AsSpan(batch.TaggedBytes, Batch.PreviousBytes).CopyTo(previous);
            yield return bytes[..batch.TotalBytes];
        }
    }

    private static RecordContent Record(EnrolledNode node, int number, uint sequence, uint tube)
    {
        switch (sequence)
        {
            case 1:
                return new Booted { BootCount = 1, Firmware = 1, Lane = Encoding.UTF8.GetBytes(node.Lane), Site = Encoding.UTF8.GetBytes(node.Site) };
            case 2:
                return new ClockSet { UtcMs = 1_636_237_801_000, Source = ClockSet.SourceHost, ErrorMs = 20 };
            case var opened when opened == tube:
                var content = new TubeOpened { Round = 1, GroupSize = GroupSize };
                var code = Encoding.ASCII.GetBytes($"T{number:D5}{sequence:D8}");
                content.SetCode(code, 0, code.Length);
                return content;
            default:
                var person = new PersonSampled { Tube = tube, Position = (byte)((sequence - 3) % (GroupSize + 1)), Round = 1, Kind = PersonSampled.KindResidentId };
                var resident = Encoding.ASCII.GetBytes(PersonCode(number, sequence));
                person.SetCode(resident, 0, resident.Length);
                return person;
        }
    }

    /// <summary>The person of a node's record.</summary>
    public static string PersonCode(int node, uint sequence) => $"{110000 + node:D6}19{sequence:D10}";

    private static int Put(Span<byte> target, EnrolledNode node, uint epoch, uint sequence, RecordContent content, SealChain chain)
    {
        var frame = new byte[Frame.BytesMax];
        var end = content.Write(frame, Frame.HeadBytes);
        var count = Frame.Seal(frame, 0, epoch, sequence, content.Type, sequence * 1000, end - Frame.HeadBytes);
        var sealedBytes = SealedPart.Find(frame, 0, out var at);
        chain.MoveTo(sequence);
        if (sealedBytes > 0)
        {
            chain.Apply(frame, at, sealedBytes);
            count = Frame.Seal(frame, 0, epoch, sequence, content.Type, sequence * 1000, end - Frame.HeadBytes);
        }

        frame.AsSpan(0, count).CopyTo(target);
        return count;
    }
}
