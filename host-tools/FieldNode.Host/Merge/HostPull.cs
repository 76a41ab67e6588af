using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using FieldNode.Host.Http;
using FieldNode.Host.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Merge;

/// <summary>What a pull brought.</summary>
public sealed record PullResult(string Host, long Batches, int Records, int Conflicts, int Rosters);

/// <summary>
/// Brings another host's merged log into this one by set union, with its nodes' names and its rosters where they are newer. How far it came is
/// committed with what it brought: a pull that was interrupted goes on there, and one that is repeated brings nothing twice.
/// </summary>
public sealed class HostPull(HostStore store, TimeProvider time, HttpClient client)
{
    private const int AnswerBytesMax = 2 * LogEndpoint.BytesMax;

    /// <param name="key">The other host's access key.</param>
    /// <param name="progress">Told of batches brought, and of how many there are.</param>
    /// <exception cref="HostFault">The other host does not answer, does not let us in, or sends what is no log; what was brought before stays.</exception>
    public async Task<PullResult> Run(Uri host, string key, Action<long, long> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(progress);
        try
        {
            return await Pull(host, key, progress, cancel);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException or InvalidDataException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new HostFault("pull-failed", ExitCode.Failed, $"{host} could not be pulled to the end ({e.Message}): what came is kept; pull again to go on", $"未能从 {host} 拉取完毕（{e.Message}）：已到达的已保存，再次拉取即可继续");
        }
    }

    private async Task<PullResult> Pull(Uri host, string key, Action<long, long> progress, CancellationToken cancel)
    {
        var names = await Get<List<LogNode>>(host, LogEndpoint.Path + "/nodes", key, cancel);
        var nodes = names.DistinctBy(node => node.Node).ToDictionary(node => ulong.Parse(node.Node, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), node => node);
        EnrolledNode? Describe(ulong id) => nodes.TryGetValue(id, out var node) ? new EnrolledNode(id, node.Name, node.Site, node.Lane, null) : null;
        var trust = new LogTrust(store, time);
        var (next, known) = (0L, false);
        var (batches, records, conflicts, hostName) = (0L, 0, 0, "");
        while (true)
        {
            using var response = await Send(host, string.Create(CultureInfo.InvariantCulture, $"{LogEndpoint.Path}?after={next}"), key, cancel);
            var from = Header(response, LogEndpoint.HostHeader, NumberStyles.AllowHexSpecifier);
            if (!known)
            {
                (known, hostName) = (true, $"{(uint)from:X8}");
                next = Refuse(from, host) ?? Cursor(from);
                if (next > 0)
                {
                    continue; // the first answer only told who it is
                }
            }

            var (upTo, last) = (Header(response, LogEndpoint.NextHeader, NumberStyles.None), Header(response, LogEndpoint.LastHeader, NumberStyles.None));
            if (last < next)
            {
                next = 0; // it is another store under the same number: restored from a backup
                continue;
            }

            var parts = Parts(await response.Content.ReadAsByteArrayAsync(cancel));
            if (parts.Count == 0)
            {
                break;
            }

            if (upTo <= next)
            {
                throw new InvalidDataException("its batches have no numbers that go up");
            }

            parts.ForEach(part => trust.Check(part, host.ToString(), adopt: true, Describe));
            trust.Adopt();
            var (added, inConflict) = Merge(parts, from, host, upTo);
            (batches, records, conflicts, next) = (batches + parts.Count, records + added, conflicts + inConflict, upTo);
            progress(upTo, last);
        }

        return new PullResult(hostName, batches, records, conflicts, await PullRosters(host, key, cancel));
    }

    private long? Refuse(long from, Uri host)
    {
        return from == store.HostId ? throw new HostFault("pull-self", ExitCode.Usage, $"{host} is this host itself: name another one", $"{host} 就是本主机：请给出另一台") : null;
    }

    private long Cursor(long host)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Scalar(connection, "SELECT next FROM pulls WHERE host = $host", ("$host", host));
        });
    }

    private (int Added, int Conflicts) Merge(List<LogPart> parts, long from, Uri host, long upTo)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = connection.BeginTransaction(deferred: false);
            using var merger = new Merger(connection, store);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var results = parts.Select(part => merger.Add(part, now)).ToList();
            Sql.Execute(connection, "INSERT INTO pulls VALUES ($host, $url, $next, $now) ON CONFLICT DO UPDATE SET url = $url, next = $next, pulled_ms = $now", ("$host", from), ("$url", host.ToString()), ("$next", upTo), ("$now", now));
            merger.Commit(transaction);
            return (results.Sum(result => result.Added), results.Sum(result => result.Conflicts));
        });
    }

    private async Task<int> PullRosters(Uri host, string key, CancellationToken cancel)
    {
        var rosters = new Rosters(store, time);
        var newer = 0;
        foreach (var roster in await Get<List<LogRoster>>(host, LogEndpoint.Path + "/rosters", key, cancel))
        {
            if (roster.ImportedMs <= rosters.ImportedMs(roster.Site))
            {
                continue;
            }

            var content = await Get<LogRosterPeople>(host, $"{LogEndpoint.Path}/rosters/{Uri.EscapeDataString(roster.Site)}", key, cancel);
            rosters.Import([.. content.People.Where(person => person.Site == roster.Site)], content.Slots.ToDictionary(slot => (roster.Site, slot.Key), slot => slot.Value), replace: true, dryRun: false, importedAt: DateTimeOffset.FromUnixTimeMilliseconds(roster.ImportedMs));
            newer++;
        }

        return newer;
    }

    private static List<LogPart> Parts(byte[] bytes)
    {
        var parts = new List<LogPart>();
        for (var offset = 0; offset < bytes.Length;)
        {
            var batch = new Batch();
            if (batch.TryRead(bytes, offset, bytes.Length) is var fault and not BatchFault.None)
            {
                throw new InvalidDataException($"its answer is no log: {BatchFaults.Describe(fault)}");
            }

            parts.Add(LogPart.Of(batch, bytes.AsSpan(offset, batch.TotalBytes).ToArray(), LogSource.Pull));
            offset += batch.TotalBytes;
        }

        return parts;
    }

    private async Task<T> Get<T>(Uri host, string path, string key, CancellationToken cancel)
    {
        using var response = await Send(host, path, key, cancel);
        return await response.Content.ReadFromJsonAsync<T>(cancel) ?? throw new InvalidDataException("its answer is empty");
    }

    private async Task<HttpResponseMessage> Send(Uri host, string path, string key, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new HostFault("pull-refused", ExitCode.Refused, $"{host} does not let us in: give --key as its 'serve' prints it", $"{host} 拒绝访问：请用其 'serve' 显示的 --key");
        }

        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(AnswerBytesMax * 16L, cancel);
        return response;
    }

    private static long Header(HttpResponseMessage response, string name, NumberStyles style)
    {
        return response.Headers.TryGetValues(name, out var values) && long.TryParse(values.First(), style, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidDataException($"it is no FieldNode host: its answer has no {name}");
    }
}
