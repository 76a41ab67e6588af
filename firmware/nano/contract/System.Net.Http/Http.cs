using System.Reflection;

[assembly: AssemblyVersion("1.5.210.0")]

namespace System.Net.Http
{
    public abstract class HttpMessageInvoker : IDisposable { public void Dispose() => throw null; }

    public abstract class HttpContent : IDisposable
    {
        public Headers.HttpContentHeaders Headers { get => throw null; }
        public byte[] ReadAsByteArray() => throw null;
        public void Dispose() => throw null;
    }

    public class ByteArrayContent : HttpContent { public ByteArrayContent(byte[] content) => throw null; }

    public enum HttpStatusCode { OK = 200 }

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
        public HttpResponseMessage Post(string requestUri, HttpContent content) => throw null;
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
