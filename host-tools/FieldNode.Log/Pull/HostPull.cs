using System.Globalization;
using System.Net;
using FieldNode.Log.Database;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Log.Pull;

/// <summary>The result of a pull.</summary>
/// <param name="Refused">Messages about the batches that were left out: those of nodes of this host that do not carry their tag.</param>
/// <param name="HasKeys">True if the keys that open people's codes were pulled too; an earlier FieldNode has none.</param>
public sealed record PullResult(string Host, long Batches, int Records, int Conflicts, IReadOnlyList<string> Refused, bool HasKeys);

/// <summary>
/// Merges another host's log into this one by set union, with the names of its nodes. The position is committed with the records: an
/// interrupted pull continues there, and a repeated one adds nothing twice.
/// </summary>
public sealed class HostPull(HostStore store, TimeProvider time, HostClient other)
{
    /// <param name="progress">Receives the number of the last pulled batch, and of the last batch there is.</param>
    /// <exception cref="HostFault">The other host does not answer, refuses access, or sends something that is not a log; records that were
    /// pulled before are kept.</exception>
    public Task<PullResult> Run(Action<long, long> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return other.Ask(() => Pull(progress, cancel), cancel);
    }

    private async Task<PullResult> Pull(Action<long, long> progress, CancellationToken cancel)
    {
        var nodes = Known(await other.Get<List<LogNode?>>(LogWire.Path + "/nodes", cancel));
        var (registry, trust) = (new NodeRegistry(store, time), new LogTrust(store, time));
        var refused = new List<string>();
        using var session = new MergeSession(store);
        var (batches, records, conflicts) = (0L, 0, 0);
        var (name, which) = await Identify(cancel);
        var hasKeys = await PullKeys(cancel);
        for (var next = Cursor(name, which); ;)
        {
            using var response = await other.Send(string.Create(CultureInfo.InvariantCulture, $"{LogWire.Path}?after={next}"), cancel);
            var (upTo, last) = (HostClient.Header(response, LogWire.NextHeader, NumberStyles.None),
                HostClient.Header(response, LogWire.LastHeader, NumberStyles.None));
            var parts = Parts(await response.Content.ReadAsByteArrayAsync(cancel));
            if (parts.Count == 0)
            {
                break;
            }

            if (upTo <= next)
            {
                throw new InvalidDataException("the numbers of its batches do not increase");
            }

            var trusted = parts.Where(part => IsTrusted(trust, part, nodes, refused)).ToList();
            registry.Add(trust.TakeAdopted());
            var (added, inConflict) = Merge(session, trusted, name, which, upTo);
            (batches, records, conflicts, next) = (batches + parts.Count, records + added, conflicts + inConflict, upTo);
            progress(upTo, last);
        }

        return new PullResult($"{(uint)name:X8}", batches, records, conflicts, [.. refused.Distinct()], hasKeys);
    }

    private async Task<bool> PullKeys(CancellationToken cancel)
    {
        try
        {
            new SealKeys(store).Add(await other.Get<List<SealKeyOf>>(LogWire.Path + "/keys", cancel));
            return true;
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false; // an earlier FieldNode without keys
        }
    }

    private static Dictionary<ulong, EnrolledNode> Known(List<LogNode?> names)
    {
        var nodes = new Dictionary<ulong, EnrolledNode>();
        foreach (var node in names)
        {
            if (node is not { Node: not null, Name: not null, Site: not null, Lane: not null }
                || !ulong.TryParse(node.Node, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
            {
                throw new InvalidDataException("its list of nodes cannot be read");
            }

            nodes[id] = new EnrolledNode(id, node.Name, node.Site, node.Lane, null);
        }

        return nodes;
    }

    // An untrusted batch is left out and reported; it must not block those after it.
    private bool IsTrusted(LogTrust trust, LogPart part, Dictionary<ulong, EnrolledNode> nodes, List<string> refused)
    {
        try
        {
            trust.Check(part, other.Address.ToString(), adopt: true, nodes.GetValueOrDefault);
            return true;
        }
        catch (HostFault fault) when (fault.Code == "bad-tag")
        {
            refused.Add(fault.English);
            return false;
        }
    }

    private async Task<(long Host, long Store)> Identify(CancellationToken cancel)
    {
        using var response = await other.Send($"{LogWire.Path}?after={long.MaxValue}", cancel);
        var name = HostClient.Header(response, LogWire.HostHeader, NumberStyles.AllowHexSpecifier);
        return name == store.HostId
            ? throw new HostFault("pull-self", ExitCode.Usage, $"{other.Address} is this host itself: name another one",
                $"{other.Address} 就是本主机：请给出另一台")
            : (name, HostClient.Header(response, LogWire.StoreHeader, NumberStyles.None));
    }

    private long Cursor(long host, long which)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Scalar(connection, "SELECT next FROM pulls WHERE host = @host AND store = @store", new { host, store = which });
        });
    }

    private (int Added, int Conflicts) Merge(MergeSession session, List<LogPart> parts, long from, long which, long upTo)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var results = session.Merge((connection, merger) =>
        {
            parts.ForEach(part => merger.Add(part, now));
            Sql.Execute(connection, "INSERT INTO pulls VALUES (@host, @url, @store, @next, @now) ON CONFLICT (host) DO UPDATE SET url = "
                + "@url, store = @store, next = @next, pulled_ms = @now",
                    new { host = from, store = which, url = other.Address.ToString(), next = upTo, now });
        });
        return (results.Sum(result => result.Added), results.Sum(result => result.Conflicts));
    }

    private static List<LogPart> Parts(byte[] bytes)
    {
        var parts = new List<LogPart>();
        for (var offset = 0; offset < bytes.Length;)
        {
            var batch = new Batch();
            if (batch.TryRead(bytes, offset, bytes.Length) is var fault and not BatchFault.None)
            {
                throw new InvalidDataException($"its answer is not a log: {BatchFaults.Describe(fault)}");
            }

            parts.Add(LogPart.FromBatch(batch, bytes.AsSpan(offset, batch.TotalBytes).ToArray(), LogSource.Pull));
            offset += batch.TotalBytes;
        }

        return parts;
    }
}
