using System.Globalization;
using FieldNode.Host.Merge;
using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>A node as another host is told of it: without its key.</summary>
public sealed record LogNode(string Node, string Name, string Site, string Lane);

/// <summary>A site's roster as another host is told of it.</summary>
public sealed record LogRoster(string Site, long ImportedMs);

/// <summary>Everybody of a site's roster, and when its buildings are to come.</summary>
public sealed record LogRosterPeople(IReadOnlyList<RosterPerson> People, IReadOnlyDictionary<string, string> Slots);

/// <summary>
/// <c>GET /v1/log?after=N</c>: the batches that this host holds, in the order in which they came, for another host to merge. Batches have
/// numbers of this host, 1, 2, 3 …; a batch that brought nothing new is not among them, so hosts that pull from each other come to rest.
/// </summary>
public sealed class LogEndpoint(HostStore store)
{
    public const string Path = "/v1/log";
    public const string ContentType = "application/vnd.fieldnode.log";

    /// <summary>Headers of the answer: this host's number in hex, the number of the last batch in the body, and of the last there is.</summary>
    public const string HostHeader = "FieldNode-Host";
    public const string NextHeader = "FieldNode-Next";
    public const string LastHeader = "FieldNode-Last";

    /// <summary>Which store of the host it is: after a restore another, whose batches have other numbers.</summary>
    public const string StoreHeader = "FieldNode-Store";

    /// <summary>An answer holds at most this many bytes, and at least one batch.</summary>
    public const int BytesMax = 1024 * 1024;

    public async Task Batches(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var text = context.Request.Query["after"].ToString();
        if (!long.TryParse(text.Length == 0 ? "0" : text, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
        {
            await Problem.BadQuery($"after '{text}' is no number of a batch: 0 or more").Write(context);
            return;
        }

        var (bytes, next, last, which) = Read(after);
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers[HostHeader] = $"{store.HostId:X8}";
        context.Response.Headers[StoreHeader] = which.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[NextHeader] = next.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[LastHeader] = last.ToString(CultureInfo.InvariantCulture);
        await context.Response.Body.WriteAsync(bytes);
    }

    public IResult Nodes() => Results.Json(
        new NodeRegistry(store, TimeProvider.System).ListWithHosts().Select(node => new LogNode(node.IdText, node.Name, node.Site, node.Lane)));

    /// <summary>The keys that open people's codes in the log: never in the clear over a network.</summary>
    public IResult Keys(HttpContext context) => IsPrivate(context) ? Results.Json(new SealKeys(store).All()) : Problem.TlsRequired().Result();

    public IResult RosterList() => Results.Json(store.Guard(() =>
    {
        using var connection = store.Connect();
        return Sql.Query(connection, "SELECT site, imported_ms FROM rosters ORDER BY site", reader => new LogRoster(reader.GetString(0), reader.GetInt64(1)));
    }));

    /// <summary>Who is on a site's roster, with names and phones: never in the clear over a network.</summary>
    public IResult Roster(HttpContext context, string site) => !IsPrivate(context) ? Problem.TlsRequired().Result() : Results.Json(store.Guard(() =>
    {
        using var connection = store.Connect();
        var slots = Sql.Query(connection, "SELECT building, slot FROM buildings WHERE site = $site AND slot <> ''", reader => (Building: reader.GetString(0), Slot: reader.GetString(1)), ("$site", site)).ToDictionary(building => building.Building, building => building.Slot);
        return new LogRosterPeople([.. Rosters.People(connection, store.Vault, site).Select(person => Rosters.Opened(person, store.Vault))], slots);
    }));

    private static bool IsPrivate(HttpContext context)
    {
        return context.Request.IsHttps || (context.Connection.RemoteIpAddress is { } remote && System.Net.IPAddress.IsLoopback(remote));
    }

    private (byte[] Bytes, long Next, long Last, long Store) Read(long after)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            var (last, which) = (StoredFrames.LastBatch(connection), HostLog.StoreOf(connection));
            using var command = Sql.Command(connection, "SELECT id, bytes FROM batches WHERE id > $after ORDER BY id LIMIT $limit", ("$after", after), ("$limit", BytesMax / Batch.HeadBytes));
            using var reader = command.ExecuteReader();
            using var body = new MemoryStream();
            var next = after;
            while (body.Length < BytesMax - Batch.BytesMax && reader.Read())
            {
                body.Write((byte[])reader[1]);
                next = reader.GetInt64(0);
            }

            return (body.ToArray(), next, Math.Max(last, next), which);
        });
    }
}
