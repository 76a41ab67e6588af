using System.Net;
using System.Net.Sockets;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>Conditions in which serve refuses to start.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.File("data");

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("ftp://10.0.0.5")]
    public void An_address_that_nobody_can_listen_on_is_wrong_use(string urls)
    {
        Tool.AssertFault(Tool.Run("serve", "--data", Data, "--urls", urls), ExitCode.Usage, "bad-url", "https://0.0.0.0:8443");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("host:8443")]
    [InlineData("https://host")]
    public void A_name_that_no_computer_has_is_wrong_use(string name)
    {
        Tool.AssertFault(Tool.Run("serve", "--data", Data, "--urls", "https://127.0.0.1:0", "--name", name), ExitCode.Usage,
            "bad-host-name", "host.example");
    }

    [Fact]
    public void A_host_does_not_serve_in_the_clear_unless_told_to()
    {
        Tool.AssertFault(Tool.Run("serve", "--data", Data, "--urls", "http://127.0.0.1:0"), ExitCode.Usage, "plain-http", "--plain-http");
    }

    [Fact]
    public void A_port_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var result = Tool.Run("serve", "--data", Data, "--urls", $"https://127.0.0.1:{port}");

        Tool.AssertFault(result, ExitCode.Failed, "cannot-listen", $"127.0.0.1:{port}");
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_tells_to_type_next_is_for_the_data_that_it_serves()
    {
        var (process, _) = await Tool.Serve(Data, FreePort.Take());
        process.StandardInput.Close();
        process.Kill();
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Contains($"fieldnode users add NAME --role coordinator --data {Data}", said, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _directory.Dispose();
    }
}
