using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using FieldNode.Host.Access;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Access;

public sealed class ClientHelloTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13, true)]
    public async Task It_tells_whether_a_client_offers_the_newest_version(SslProtocols versions, bool offers)
    {
        var greeting = await Greeting(versions);

        Assert.Equal(offers, ClientHello.OffersTls13(greeting));
        // A greeting cut anywhere gives an answer, not an exception.
        Assert.All(Enumerable.Range(0, greeting.Length), count => ClientHello.OffersTls13(greeting.AsSpan(0, count)));
        Assert.False(ClientHello.OffersTls13(greeting.AsSpan(0, 40)));
    }

    [Fact]
    public async Task A_greeting_of_any_bytes_is_read_without_harm()
    {
        var greeting = await Greeting(SslProtocols.Tls12 | SslProtocols.Tls13);
        var random = new Random(Seed.Take(nameof(A_greeting_of_any_bytes_is_read_without_harm)));
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = (byte[])greeting.Clone();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            ClientHello.OffersTls13(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
        }
    }

    // The first bytes that a client sends.
    private static async Task<byte[]> Greeting(SslProtocols versions)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        await using var stream = new SslStream(client.GetStream());
        var handshake = stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "site.example",
            EnabledSslProtocols = versions
        }, TestContext.Current.CancellationToken);
        using var server = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var head = new byte[5];
        await server.GetStream().ReadExactlyAsync(head, TestContext.Current.CancellationToken);
        var body = new byte[(head[3] << 8) | head[4]];
        await server.GetStream().ReadExactlyAsync(body, TestContext.Current.CancellationToken);
        server.Close();
        await Assert.ThrowsAnyAsync<Exception>(() => handshake);
        return [.. head, .. body];
    }
}
