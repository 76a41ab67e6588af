using System.Net.Http.Headers;
using FieldNode.Drivers;

namespace FieldNode.Tests.Support;

/// <summary>What answers at the host's address.</summary>
internal enum ModelHost
{
    /// <summary>The real host over real HTTP.</summary>
    Real,

    /// <summary>No answer.</summary>
    Away,

    /// <summary>A request never completes.</summary>
    Hanging,

    /// <summary>Something answers 200 to every request, such as a hotel's login page.</summary>
    Lying,

    /// <summary>The host answers that it does not know this node.</summary>
    Refusing,
}

/// <summary>HTTP of the modelled board: real requests, or a simulated failure. Answers arrive after some simulated time.</summary>
internal sealed class ModelHttp(ModelBoard board) : IHttpPost, IDisposable
{
    private const uint AnswerMs = 40;

    private readonly HttpClient _client = new();
    private (int Status, byte[] Body)? _answer;
    private uint _answerAt;

    public ModelHost Host { get; set; } = ModelHost.Real;

    /// <summary>Paths posted to so far, with the response statuses.</summary>
    public List<(string Path, int Status)> Posts { get; } = [];

    public byte[] Answer { get; private set; } = [];

    public int AnswerCount => Math.Min(Answer.Length, HttpPost.AnswerBytesMax);

    /// <summary>Addresses by host name.</summary>
    public Dictionary<string, string> Names { get; } = [];

    /// <summary>Name lookups and TLS handshakes so far; each blocks the board.</summary>
    public List<string> Stops { get; } = [];

    public string LookUp(string name)
    {
        Stops.Add(name);
        return Names.GetValueOrDefault(name, "");
    }

    public bool Begin(string url, string contentType, byte[] body, byte[] certificate)
    {
        if (_answer is not null)
        {
            return false;
        }

        var address = new Uri(url);
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            Stops.Add("tls");
            // The handshake has its own test.
            address = new UriBuilder(address)
            {
                Scheme = Uri.UriSchemeHttp,
                Host = Names.GetValueOrDefault(address.Host, address.Host)
            }.Uri;
        }

        _answer = Host switch
        {
            ModelHost.Real => Post(address, contentType, body),
            ModelHost.Lying => (200, [.. Enumerable.Repeat((byte)'<', 9000)]),
            ModelHost.Refusing => (401, []),
            _ => (HttpPost.NoAnswer, []),
        };
        _answerAt = Host == ModelHost.Hanging ? uint.MaxValue : board.WorldMs + AnswerMs;
        Posts.Add((address.AbsolutePath, _answer.Value.Status));
        return true;
    }

    public int Poll()
    {
        if (_answer is not { } answer)
        {
            return HttpPost.NoAnswer;
        }

        if (board.WorldMs < _answerAt)
        {
            return HttpPost.Pending;
        }

        _answer = null;
        Answer = answer.Body;
        return answer.Status;
    }

    public void Dispose()
    {
        _client.Dispose();
    }

    /// <summary>Drops the pending request, because the board lost power.</summary>
    public void Forget()
    {
        _answer = null;
    }

    private (int Status, byte[] Body) Post(Uri address, string contentType, byte[] body) =>
        Post(_client, address, contentType, body, closes: false, TestContext.Current.CancellationToken);

    /// <summary>Sends a real POST; no answer if the host is away, or if the computer that runs the test is too busy.</summary>
    /// <param name="closes">True to use the connection for this request only, as the platform's client does.</param>
    internal static (int Status, byte[] Body) Post(HttpClient client, Uri address, string contentType, byte[] body, bool closes,
        CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            request.Headers.ConnectionClose = closes ? true : null;
            using var response = client.Send(request, cancel);
            using var stream = new MemoryStream();
            response.Content.CopyTo(stream, null, cancel);
            return ((int)response.StatusCode, stream.ToArray());
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            return (HttpPost.NoAnswer, []);
        }
    }
}
