using System.Net.Http.Headers;
using System.Security.Cryptography;
using FieldNode.Host.Cards;
using FieldNode.Host.Http;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Simulator.Load;

namespace FieldNode.Benchmarks.Ingest;

/// <summary>
/// The backlog of a city's nodes after an outage: batches of 50 records, 3.2 KB each, sealed as nodes seal them. Each node's batches are
/// sent in order, each after the previous one was acknowledged.
/// </summary>
internal sealed class WaitingBatches
{
    public const int Frames = 50;

    private const int Workers = 64;

    private readonly List<List<byte[]>> _nodes = [];

    /// <param name="nodes">Number of nodes.</param>
    /// <param name="batches">Number of batches of all nodes together.</param>
    public WaitingBatches(HostStore store, int nodes, int batches)
    {
        var all = Enumerable.Range(1, nodes)
            .Select(i => EnrolmentCards.NewNode($"lane-{i}", $"site-{i % 50}", $"L{i}") with
            {
                Key = RandomNumberGenerator.GetBytes(ClaimMessage.KeyBytes),
            }).ToList();
        new NodeRegistry(store, TimeProvider.System).Add(all);
        foreach (var (i, node) in all.Index())
        {
            var log = new LaneLog(node.Id, node.Key!, store.HostId, i + 1, node.Site, node.Lane);
            _nodes.Add([.. Enumerable.Range(0, batches / nodes).Select(_ => log.Take(Frames))]);
        }

        Count = batches / nodes * nodes;
    }

    public int Count { get; }

    /// <summary>Each node's batches, in order.</summary>
    public IReadOnlyList<List<byte[]>> Nodes => _nodes;

    public int Records => Count * Frames;

    public int PerNode => _nodes[0].Count;

    /// <summary>Sends some batches of each node over 64 connections and resends refused ones; returns the number of refusals.</summary>
    public async Task<int> Send(Uri host, int from, int count)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = Workers,
            UseCookies = false
        })
        { BaseAddress = host };
        var refused = await Task.WhenAll(Enumerable.Range(0, Workers)
            .Select(worker => Task.Run(() =>
            Send(client, [.. _nodes.Where((_, i) => i % Workers == worker).Select(node => node.GetRange(from, count))]))));
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
        return response.IsSuccessStatusCode
            || ((int)response.StatusCode == 503 ? false : throw new InvalidOperationException($"{(int)response.StatusCode}"));
    }
}
