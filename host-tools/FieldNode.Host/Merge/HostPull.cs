using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using FieldNode.Host.Http;
using FieldNode.Host.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Merge;

/// <summary>What a pull brought.</summary>
/// <param name="Refused">What was left out, in words: batches of nodes of this host that do not carry their tag.</param>
/// <param name="HasKeys">The keys that open people's codes came too: an earlier FieldNode has none.</param>
public sealed record PullResult(string Host, long Batches, int Records, int Conflicts, int Rosters, IReadOnlyList<string> Refused, bool HasKeys);

/// <summary>
/// Brings another host's merged log into this one by set union, with its nodes' names and its rosters where they are newer. How far it came is
/// committed with what it brought: a pull that was interrupted goes on there, and one that is repeated brings nothing twice.
/// </summary>
public sealed class HostPull(HostStore store, TimeProvider time, HttpClient client)
{
    private const int AnswerBytesMax = 32 * LogEndpoint.BytesMax;

    private static readonly TimeSpan s_answerMax = TimeSpan.FromSeconds(60);

    /// <param name="key">The other host's access key.</param>
    /// <param name="progress">Told of batches brought, and of how many there are.</param>
    /// <exception cref="HostFault">The other host does not answer, does not let us in, or sends what is no log; what was brought before stays.</exception>
    public async Task<PullResult> Run(Uri host, string key, Action<long, long> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(progress);
        if (host.Scheme != Uri.UriSchemeHttps && !host.IsLoopback)
        {
            throw new HostFault("plain-http", ExitCode.Usage, $"{host} is not encrypted, and the access key opens everything there: give its https address", $"{host} 未加密，而访问密钥可打开对方的一切：请用其 https 地址");
        }

        try
        {
            return await Pull(host, key, progress, cancel);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException or InvalidDataException or InvalidOperationException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw e.InnerException is System.Security.Authentication.AuthenticationException
                ? new HostFault("pull-untrusted", ExitCode.Refused, $"{host} shows a certificate that is not trusted here: give --ca with the site-ca.pem of its data directory", $"{host} 出示的证书不受信任：请用 --ca 给出其数据目录中的 site-ca.pem")
                : new HostFault("pull-failed", ExitCode.Failed, $"{host} could not be pulled to the end ({e.Message}): what came is kept; pull again to go on", $"未能从 {host} 拉取完毕（{e.Message}）：已到达的已保存，再次拉取即可继续");
        }
    }

    private async Task<PullResult> Pull(Uri host, string key, Action<long, long> progress, CancellationToken cancel)
    {
        var nodes = Known(await Get<List<LogNode?>>(host, LogEndpoint.Path + "/nodes", key, cancel));
        var (registry, trust) = (new NodeRegistry(store, time), new LogTrust(store, time));
        var refused = new List<string>();
        using var session = new MergeSession(store);
        var (batches, records, conflicts) = (0L, 0, 0);
        var (name, which) = await Identify(host, key, cancel);
        var hasKeys = await PullKeys(host, key, cancel);
        for (var next = Cursor(name, which); ;)
        {
            using var response = await Send(host, string.Create(CultureInfo.InvariantCulture, $"{LogEndpoint.Path}?after={next}"), key, cancel);
            var (upTo, last) = (Header(response, LogEndpoint.NextHeader, NumberStyles.None), Header(response, LogEndpoint.LastHeader, NumberStyles.None));
            var parts = Parts(await response.Content.ReadAsByteArrayAsync(cancel));
            if (parts.Count == 0)
            {
                break;
            }

            if (upTo <= next)
            {
                throw new InvalidDataException("its batches have no numbers that go up");
            }

            var trusted = parts.Where(part => IsTrusted(trust, part, host, nodes, refused)).ToList();
            registry.Add(trust.TakeAdopted());
            var (added, inConflict) = Merge(session, trusted, name, which, host, upTo);
            (batches, records, conflicts, next) = (batches + parts.Count, records + added, conflicts + inConflict, upTo);
            progress(upTo, last);
        }

        return new PullResult($"{(uint)name:X8}", batches, records, conflicts, await PullRosters(host, key, cancel), [.. refused.Distinct()], hasKeys);
    }

    private async Task<bool> PullKeys(Uri host, string key, CancellationToken cancel)
    {
        try
        {
            new SealKeys(store).Add(await Get<List<SealKeyOf>>(host, LogEndpoint.Path + "/keys", key, cancel));
            return true;
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false; // an earlier FieldNode, which has none
        }
    }

    private static Dictionary<ulong, EnrolledNode> Known(List<LogNode?> names)
    {
        var nodes = new Dictionary<ulong, EnrolledNode>();
        foreach (var node in names)
        {
            if (node is not { Node: not null, Name: not null, Site: not null, Lane: not null } || !ulong.TryParse(node.Node, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
            {
                throw new InvalidDataException("its list of nodes cannot be read");
            }

            nodes[id] = new EnrolledNode(id, node.Name, node.Site, node.Lane, null);
        }

        return nodes;
    }

    // A batch that is not trusted is left out and named; it must not hold up all that comes behind it.
    private static bool IsTrusted(LogTrust trust, LogPart part, Uri host, Dictionary<ulong, EnrolledNode> nodes, List<string> refused)
    {
        try
        {
            trust.Check(part, host.ToString(), adopt: true, nodes.GetValueOrDefault);
            return true;
        }
        catch (HostFault fault) when (fault.Code == "bad-tag")
        {
            refused.Add(fault.English);
            return false;
        }
    }

    private async Task<(long Host, long Store)> Identify(Uri host, string key, CancellationToken cancel)
    {
        using var response = await Send(host, $"{LogEndpoint.Path}?after={long.MaxValue}", key, cancel);
        var name = Header(response, LogEndpoint.HostHeader, NumberStyles.AllowHexSpecifier);
        return name == store.HostId
            ? throw new HostFault("pull-self", ExitCode.Usage, $"{host} is this host itself: name another one", $"{host} 就是本主机：请给出另一台")
            : (name, Header(response, LogEndpoint.StoreHeader, NumberStyles.None));
    }

    private long Cursor(long host, long which)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Scalar(connection, "SELECT next FROM pulls WHERE host = $host AND store = $store", ("$host", host), ("$store", which));
        });
    }

    private (int Added, int Conflicts) Merge(MergeSession session, List<LogPart> parts, long from, long which, Uri host, long upTo)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var results = session.Merge((connection, merger) =>
        {
            parts.ForEach(part => merger.Add(part, now));
            Sql.Execute(connection, "INSERT INTO pulls VALUES ($host, $url, $store, $next, $now) ON CONFLICT (host) DO UPDATE SET url = $url, store = $store, next = $next, pulled_ms = $now", ("$host", from), ("$store", which), ("$url", host.ToString()), ("$next", upTo), ("$now", now));
        });
        return (results.Sum(result => result.Added), results.Sum(result => result.Conflicts));
    }

    private async Task<int> PullRosters(Uri host, string key, CancellationToken cancel)
    {
        var rosters = new Rosters(store, time);
        var newer = 0;
        foreach (var roster in await Get<List<LogRoster?>>(host, LogEndpoint.Path + "/rosters", key, cancel))
        {
            if (roster?.Site is null)
            {
                throw new InvalidDataException("its list of rosters cannot be read");
            }

            if (roster.ImportedMs <= rosters.ImportedMs(roster.Site))
            {
                continue;
            }

            var content = await Get<LogRosterPeople>(host, $"{LogEndpoint.Path}/roster?site={Uri.EscapeDataString(roster.Site)}", key, cancel);
            if (content is not { People.Count: > 0, Slots: not null } || content.People.Any(person => person is not { Person: not null, Household: not null, Building: not null, Name: not null, Phone: not null, Category: not null, Mobility: not null }))
            {
                throw new InvalidDataException($"its roster of '{roster.Site}' cannot be read");
            }

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
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_answerMax); // the whole answer: a line can go dead in the middle of it
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new HostFault("pull-refused", ExitCode.Refused, $"{host} does not let us in: give as --key what the file access-key in its data directory holds", $"{host} 拒绝访问：请用其数据目录中 access-key 的内容作为 --key");
        }

        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(AnswerBytesMax, patience.Token);
        return response;
    }

    private static long Header(HttpResponseMessage response, string name, NumberStyles style)
    {
        return response.Headers.TryGetValues(name, out var values) && long.TryParse(values.First(), style, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidDataException($"it is no FieldNode host: its answer has no {name}");
    }
}
