using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Threading;

namespace FieldNode.Drivers
{
    /// <summary>HTTP POST with the platform's blocking HttpClient, on its own thread. Bodies have a known length, because the platform's
    /// chunked sending is broken; every response is disposed. Device only.</summary>
    public sealed class HttpPostThread : IHttpPost
    {
        private readonly AutoResetEvent _wanted = new AutoResetEvent(false);
        private readonly HttpClient _client = new HttpClient();

        private string _url;
        private string _contentType;
        private byte[] _body;
        private byte[] _certificate = new byte[0];
        private byte[] _certificateInUse = new byte[0];
        private bool _isBusy;
        private int _status;

        public HttpPostThread()
        {
            _client.Timeout = TimeSpan.FromSeconds(15);
            Thread worker = new Thread(Work);
            worker.Priority = ThreadPriority.Lowest; // of every five 20 ms slices the lane gets four
            worker.Start();
        }

        public byte[] Answer { get; } = new byte[HttpPost.AnswerBytesMax];

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
            _certificate = certificate;
            _isBusy = true;
            _wanted.Set();
            return true;
        }

        public string LookUp(string name)
        {
            try
            {
                return Dns.GetHostEntry(name).AddressList[0].ToString();
            }
            catch (Exception)
            {
                return ""; // unknown name
            }
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

        // A card may carry an invalid certificate: no host then passes as the right one, and the node keeps running.
        private void UseCertificate()
        {
            if (_certificateInUse != _certificate)
            {
                _client.HttpsAuthentCert = _certificate.Length > 0 ? new X509Certificate(_certificate) : null;
                _certificateInUse = _certificate;
            }
        }

        // Reads into a fixed-size buffer, which throws when the answer is larger than any valid one: a hotel's log-in page must not fill
        // the heap. ReadAsStream is unsuitable: the platform then buffers the whole response.
        private int ReadAnswer(HttpContent content)
        {
            MemoryStream answer = new MemoryStream(Answer);
            content.CopyTo(answer);
            return (int)answer.Position;
        }

        private int Post()
        {
            try
            {
                UseCertificate();
                using (HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, _url))
                {
                    request.Content = new ByteArrayContent(_body);
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue(_contentType);
                    using (HttpResponseMessage response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead))
                    {
                        AnswerCount = response.Content == null ? 0 : ReadAnswer(response.Content);
                        return (int)response.StatusCode;
                    }
                }
            }
            catch (Exception)
            {
                nanoFramework.Runtime.Native.GC.Run(false); // a failed connection's socket waits for its finalizer; only sixteen exist
                return HttpPost.NoAnswer;
            }
        }
    }
}
