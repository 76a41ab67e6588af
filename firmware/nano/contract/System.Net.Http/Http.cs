using System.Reflection;

[assembly: AssemblyVersion("1.5.210.0")]

namespace System.Net.Http
{
    public abstract class HttpMessageInvoker : IDisposable { public void Dispose() => throw null; }

    public abstract class HttpContent : IDisposable
    {
        public Headers.HttpContentHeaders Headers { get => throw null; }
        public void CopyTo(IO.Stream stream) => throw null;
        public void Dispose() => throw null;
    }

    public class ByteArrayContent : HttpContent { public ByteArrayContent(byte[] content) => throw null; }

    public enum HttpStatusCode { OK = 200 }

    public enum HttpCompletionOption { ResponseContentRead = 0, ResponseHeadersRead = 1 }

    public class HttpMethod { public static HttpMethod Post { get => throw null; } }

    public class HttpRequestMessage : IDisposable
    {
        public HttpRequestMessage(HttpMethod method, string requestUri) => throw null;
        public HttpContent Content { get => throw null; set => throw null; }
        public void Dispose() => throw null;
    }

    public class HttpResponseMessage : IDisposable
    {
        public HttpContent Content { get => throw null; set => throw null; }
        public HttpStatusCode StatusCode { get => throw null; }
        public void Dispose() => throw null;
    }

    public class HttpClient : HttpMessageInvoker
    {
        public HttpClient() { }
        public TimeSpan Timeout { get => throw null; set => throw null; }
        public Security.Cryptography.X509Certificates.X509Certificate HttpsAuthentCert { get => throw null; set => throw null; }
        public HttpResponseMessage Send(HttpRequestMessage request, HttpCompletionOption completionOption) => throw null;
    }
}

namespace System.Net.Http.Headers
{
    public sealed class HttpContentHeaders { public Http.Headers.MediaTypeHeaderValue ContentType { get => throw null; set => throw null; } }
}

namespace System.Net.Http.Http.Headers
{
    public class MediaTypeHeaderValue { public MediaTypeHeaderValue(string mediaType) => throw null; }
}
