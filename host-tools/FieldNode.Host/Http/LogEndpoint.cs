using System.Globalization;
using FieldNode.Answers.Roster;
using FieldNode.Host.Web;
using FieldNode.Log.Database;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Pull;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary><c>GET /v1/log?after=N</c>: the batches of this host, in order of arrival, for another host to merge. The host numbers its
/// batches 1, 2, 3 …. A batch that brought nothing new is not stored, so hosts that pull from each other come to rest.</summary>
public sealed class LogEndpoint(HostStore store)
{
    public const string Path = LogWire.Path;
    public const string ContentType = "application/vnd.fieldnode.log";

    public async Task Batches(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var text = context.Request.Query["after"].ToString();
        if (!long.TryParse(text.Length == 0 ? "0" : text, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
        {
            await Problem.BadQuery($"after '{text}' is not a batch number: 0 or more").Write(context);
            return;
        }

        var (bytes, next, last, which) = Read(after);
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers[LogWire.HostHeader] = $"{store.HostId:X8}";
        context.Response.Headers[LogWire.StoreHeader] = which.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[LogWire.NextHeader] = next.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[LogWire.LastHeader] = last.ToString(CultureInfo.InvariantCulture);
        await context.Response.Body.WriteAsync(bytes);
    }

    public IResult Nodes() => Results.Json(
        new NodeRegistry(store, TimeProvider.System).ListWithHosts()
            .Select(node => new LogNode(node.IdText, node.Name, node.Site, node.Lane)));

    /// <summary>The keys that decrypt people's codes in the log; never sent unencrypted over a network.</summary>
    public IResult Keys(HttpContext context) => IsPrivate(context) ? Results.Json(new SealKeys(store).All())
        : Problem.TlsRequired().Result();

    public IResult RosterList() => Results.Json(store.Guard(() =>
    {
        using var connection = store.Connect();
        return Sql.Query(connection, "SELECT site, imported_ms FROM rosters ORDER BY site",
            reader => new LogRoster(reader.GetString(0), reader.GetInt64(1)));
    }));

    /// <summary>The people on a site's roster, with names and phones; never sent unencrypted over a network.</summary>
    public IResult Roster(HttpContext context, string site) => !IsPrivate(context) ? Problem.TlsRequired().Result()
        : Results.Json(store.Guard(() =>
    {
        using var connection = store.Connect();
        var slots = Sql.Query(connection, "SELECT building, slot FROM buildings WHERE site = @site AND slot <> ''",
            reader => (Building: reader.GetString(0), Slot: reader.GetString(1)),
            new { site }).ToDictionary(building => building.Building, building => building.Slot);
        return new LogRosterPeople([.. Rosters.People(connection, store.Vault, site).Select(person => Rosters.Opened(person, store.Vault))],
            slots);
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
            using var body = new MemoryStream();
            var next = after;
            foreach (var (id, bytes) in Sql.Stream(connection, "SELECT id, bytes FROM batches WHERE id > @after ORDER BY id LIMIT @limit",
                reader => (reader.GetInt64(0), (byte[])reader[1]), new { after, limit = LogWire.BytesMax / Batch.HeadBytes })
                .TakeWhile(_ => body.Length < LogWire.BytesMax - Batch.BytesMax))
            {
                body.Write(bytes);
                next = id;
            }

            return (body.ToArray(), next, Math.Max(last, next), which);
        });
    }
}
