using System;
using System.Net.Http;
using System.Net.Http.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Threading;

namespace FieldNode.Drivers
{
    /// <summary>
    /// HTTP with the platform's HttpClient, which blocks: a thread of its own waits. Bodies have a known length, because the platform's
    /// chunked sending is broken; every response is disposed. Only the device has this class.
    /// </summary>
    public sealed class HttpPostThread : IHttpPost
    {
        private readonly AutoResetEvent _wanted = new AutoResetEvent(false);
        private readonly HttpClient _client = new HttpClient();

        private string _url;
        private string _contentType;
        private byte[] _body;
        private byte[] _certificate = new byte[0];
        private bool _isBusy;
        private int _status;

        public HttpPostThread()
        {
            _client.Timeout = TimeSpan.FromSeconds(15);
            new Thread(Work).Start();
        }

        public byte[] Answer { get; private set; } = new byte[0];

        public int AnswerCount { get; private set; }

        public bool Begin(string url, string contentType, byte[] body, byte[] certificate)
        {
            if (_isBusy)
            {
                return false;
            }

            _url = url;
            _contentType = contentType;
            _body = body;
            if (_certificate.Length != certificate.Length)
            {
                _client.HttpsAuthentCert = certificate.Length > 0 ? new X509Certificate(certificate) : null;
                _certificate = certificate;
            }

            _isBusy = true;
            _wanted.Set();
            return true;
        }

        public int Poll()
        {
            return _isBusy ? HttpPost.Pending : _status;
        }

        private void Work()
        {
            while (true)
            {
                _wanted.WaitOne();
                _status = Post();
                _body = null;
                _isBusy = false;
            }
        }

        private int Post()
        {
            try
            {
                using (ByteArrayContent content = new ByteArrayContent(_body))
                {
                    content.Headers.ContentType = new MediaTypeHeaderValue(_contentType);
                    using (HttpResponseMessage response = _client.Post(_url, content))
                    {
                        byte[] answer = response.Content == null ? new byte[0] : response.Content.ReadAsByteArray();
                        Answer = answer;
                        AnswerCount = answer.Length < HttpPost.AnswerBytesMax ? answer.Length : HttpPost.AnswerBytesMax;
                        return (int)response.StatusCode;
                    }
                }
            }
            catch (Exception)
            {
                return HttpPost.NoAnswer;
            }
        }
    }
}
