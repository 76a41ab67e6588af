using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Cards;
using FieldNode.Host.Http;
using FieldNode.Host.Operations;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Tests.Support;

/// <summary>A real host on loopback over a real store in a temporary directory, with one enrolled node.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _client = new();
    private HostServer? _server;
    private Stores _stores = Stores.Sqlite;

    public HostStore Store { get; private set; } = null!;

    public EnrolledNode Node { get; private set; } = null!;

    public string DataPath => _directory.File("data");

    public Uri Address => new(_server!.Urls.First());

    public byte[] Key => Node.Key!;

    public static async Task<TestHost> Start(TimeProvider? time = null, HostSettings? settings = null, Stores? stores = null)
    {
        var host = new TestHost();
        host._stores = stores ?? Stores.Sqlite;
        host.Store = host._stores.Open(host.DataPath);
        host.Node = host.Enrol("lane-1", "L1");
        host._server = await HostServer.Start(host.Store, "http://127.0.0.1:0", time ?? TimeProvider.System,
            AccessKey.LoadOrCreate(host.DataPath),
            settings);
        return host;
    }

    /// <summary>Takes a backup; returns its path.</summary>
    public string Backup()
    {
        var path = _directory.File("backup.db");
        StoreBackup.Take(Store, path);
        return path;
    }

    /// <summary>The host's computer is lost: another host starts from a backup, at the same address.</summary>
    public async Task Restore(string backup, TimeProvider time)
    {
        var (address, directory) = (Address, _directory.File("restored"));
        await _server!.DisposeAsync();
        StoreBackup.Restore(backup, directory, DataPath + ".key");
        Store = AnsweringStore.Open(directory);
        _server = await HostServer.Start(Store, address.ToString().TrimEnd('/'), time, AccessKey.LoadOrCreate(directory));
    }

    /// <summary>Restarts the host's process at the same address.</summary>
    public async Task Restart(TimeProvider time)
    {
        var address = Address;
        await _server!.DisposeAsync();
        Store = _stores.Open(DataPath);
        _server = await HostServer.Start(Store, address.ToString().TrimEnd('/'), time, AccessKey.LoadOrCreate(DataPath));
    }

    public EnrolledNode Enrol(string name, string lane)
    {
        var node = EnrolmentCards.NewNode(name, "S", lane) with
        {
            Key = System.Security.Cryptography.RandomNumberGenerator.GetBytes(ClaimMessage.KeyBytes),
        };
        new NodeRegistry(Store, TimeProvider.System).Add(node);
        return node;
    }

    public byte[] Batch(uint epoch, uint first, params byte[][] frames)
    {
        return Logs.BatchOf(Store.HostId, Node.Id, epoch, first, Key, frames);
    }

    public async Task<(int Status, byte[] Body, string Text)> Post(byte[] body, string contentType = BatchEndpoint.ContentType,
        string path = BatchEndpoint.Path)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var response = await _client.PostAsync(new Uri(Address, path), content);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return ((int)response.StatusCode, bytes, System.Text.Encoding.UTF8.GetString(bytes));
    }

    /// <summary>A client with its own source address; all of 127.0.0.0/8 is this computer.</summary>
    public HttpClient ClientFrom(string address, int connections = 1)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections,
            UseCookies = false,
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = Address };
    }

    /// <summary>How many records the host holds.</summary>
    public long Records() => new FieldNode.Log.Store.LogStatus(Store).Epochs().Sum(epoch => (long)epoch.Records);

    /// <summary>Posts a batch that must be accepted, and reads the reply.</summary>
    public async Task<Reply> Accept(byte[] batch)
    {
        var (status, body, text) = await Post(batch);
        Assert.True(status == 200, text);
        var reply = new Reply();
        Assert.True(reply.TryRead(body, body.Length));
        return reply;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server!.DisposeAsync();
        _directory.Dispose();
    }
}
