using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace FieldNode.Log.Pull;

/// <summary>Requests the data that another host provides to hosts.</summary>
/// <param name="key">The other host's access key.</param>
public sealed class HostClient(HttpClient client, Uri host, string key)
{
    private const int AnswerBytesMax = 32 * LogWire.BytesMax;

    private static readonly TimeSpan s_answerMax = TimeSpan.FromSeconds(60);

    public Uri Address => host;

    /// <summary>Does work over the connection; converts its failures to faults with a message.</summary>
    /// <exception cref="HostFault">The address is not encrypted, or the other host does not answer, or does not answer as a
    /// host.</exception>
    public async Task<T> Ask<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (host.Scheme != Uri.UriSchemeHttps && !host.IsLoopback)
        {
            throw new HostFault("plain-http", ExitCode.Usage,
                $"{host} is not encrypted, and the access key opens everything there: give its https address",
                $"{host} 未加密，而访问密钥可打开对方的一切：请用其 https 地址");
        }

        try
        {
            return await work();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException or InvalidDataException
            or InvalidOperationException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw e.InnerException is System.Security.Authentication.AuthenticationException
                ? new HostFault("pull-untrusted", ExitCode.Refused,
                    $"{host} shows a certificate that is not trusted here: give --ca with the site-ca.pem of its data directory",
                    $"{host} 出示的证书不受信任：请用 --ca 给出其数据目录中的 site-ca.pem")
                : new HostFault("pull-failed", ExitCode.Failed,
                    $"{host} could not be pulled completely ({e.Message}): what arrived is kept; pull again to continue",
                    $"未能从 {host} 拉取完毕（{e.Message}）：已到达的已保存，再次拉取即可继续");
        }
    }

    /// <summary>Requests an answer in JSON.</summary>
    internal async Task<T> Get<T>(string path, CancellationToken cancel)
    {
        using var response = await Send(path, cancel);
        return await response.Content.ReadFromJsonAsync<T>(cancel) ?? throw new InvalidDataException("its answer is empty");
    }

    internal async Task<HttpResponseMessage> Send(string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_answerMax); // for the whole answer: a connection can die in the middle of it
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new HostFault("pull-refused", ExitCode.Refused,
                $"{host} refused access: give the content of the file access-key in its data directory as --key",
                $"{host} 拒绝访问：请用其数据目录中 access-key 的内容作为 --key");
        }

        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(AnswerBytesMax, patience.Token);
        return response;
    }

    /// <summary>A number in a header of an answer.</summary>
    internal static long Header(HttpResponseMessage response, string name, NumberStyles style)
    {
        return response.Headers.TryGetValues(name, out var values) && long.TryParse(values.First(), style, CultureInfo.InvariantCulture,
            out var number) ? number : throw new InvalidDataException($"it is not a FieldNode host: its answer has no {name}");
    }
}
