using System.Net.Http.Headers;
using FieldNode.Core.Ports;

namespace FieldNode.Simulator.PcBoard;

/// <summary>Posts with HttpClient in the background; a slow or absent host never blocks the main loop.</summary>
public sealed class HttpUplink : IUplink, IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;
    private readonly Uri _host;
    private Task<(int Status, byte[] Body)>? _request;

    /// <param name="client">Trusts the certificate on the card; disposed with this uplink.</param>
    public HttpUplink(Uri host, HttpClient client)
    {
        _host = host;
        _client = client;
        _client.Timeout = s_timeout;
        _client.MaxResponseContentBufferSize = 4096;
    }

    public byte[] Answer { get; private set; } = [];

    public int AnswerCount => Answer.Length;

    public void Begin(byte kind, byte[] body, int count)
    {
        var (path, type) = kind switch
        {
            UplinkKind.Claim => ("/v1/claims", "application/vnd.fieldnode.claim"),
            UplinkKind.Status => ("/v1/status", "application/json"),
            UplinkKind.Roster => ("/v1/rosters", "application/vnd.fieldnode.roster"),
            UplinkKind.Rejoin => ("/v1/rejoins", "application/vnd.fieldnode.rejoin"),
            _ => ("/v1/batches", "application/vnd.fieldnode.batch"),
        };
        _request = Post(new Uri(_host, path), type, body.AsSpan(0, count).ToArray());
    }

    public byte Poll()
    {
        if (_request is null)
        {
            return UplinkState.Idle;
        }

        if (!_request.IsCompleted)
        {
            return UplinkState.Pending;
        }

        var (status, body) = _request.Result;
        _request = null;
        Answer = body;
        return status switch
        {
            0 => UplinkState.Failed,
            >= 200 and < 300 => UplinkState.Answered,
            >= 500 => UplinkState.Failed,
            _ => UplinkState.Refused,
        };
    }

    public void Dispose()
    {
        _client.Dispose();
    }

    private async Task<(int Status, byte[] Body)> Post(Uri address, string type, byte[] body)
    {
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
            using var response = await _client.PostAsync(address, content).ConfigureAwait(false);
            return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or InvalidOperationException
            or NotSupportedException)
        {
            return (0, []);
        }
    }
}
