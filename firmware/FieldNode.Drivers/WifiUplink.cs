using FieldNode.Core.Ports;
using FieldNode.Core.Upload;
using FieldNode.Protocol;

namespace FieldNode.Drivers
{
    /// <summary>
    /// The uplink to the host over Wi-Fi. Joins in the background while there is no address. Times out each request itself, because the
    /// platform's time-out covers only the wait for headers. Requests authenticated by the node's own tag use plain http on the same port:
    /// a TLS handshake blocks the whole program. A name lookup blocks it too and runs only while the lane rests. Stepped from the main
    /// loop.
    /// </summary>
    public sealed class WifiUplink : IUplink
    {
        private const uint RequestMs = 20000;
        private const uint StuckMs = 300000;
        private const uint LookUpAgainMs = 60000;
        private const string Https = "https://";
        private const string Http = "http://";

        private static readonly string[] s_paths = { "/v1/batches", "/v1/claims", "/v1/status", "/v1/rosters", "/v1/rejoins" };
        private static readonly string[] s_types =
        {
            "application/vnd.fieldnode.batch", "application/vnd.fieldnode.claim", "application/json", "application/vnd.fieldnode.roster",
            "application/vnd.fieldnode.rejoin",
        };

        private readonly IRadio _radio;
        private readonly IHttpPost _http;
        private readonly Backoff _backoff;

        private string _ssid = "";
        private string _password = "";
        private string _url = "";
        private string _name = "";     // host name, as on the card
        private string _port = "";     // ":8443", or empty
        private string _plainUrl = ""; // empty until the name is looked up
        private bool _isNameStale;     // requests fail: the host's address may have changed
        private bool _hasLookedUp;
        private uint _lookedUpAt;
        private byte[] _certificate = new byte[0];
        private uint _now;
        private uint _begunAt;
        private uint _waitMs;
        private byte _state = UplinkState.Idle;
        private uint _requestAt;
        private bool _isAbandoned;

        public WifiUplink(IRadio radio, IHttpPost http, uint seed)
        {
            _radio = radio;
            _http = http;
            _backoff = new Backoff(seed);
        }

        public byte[] Answer { get { return _http.Answer; } }

        public int AnswerCount { get { return _http.AnswerCount; } }

        /// <summary>Wi-Fi <see cref="PartState"/>; Unknown during the first join.</summary>
        public byte RadioPart { get; private set; }

        /// <summary>True if no one is scanning, so that a name lookup, which can block the program for 20 s, is allowed.</summary>
        public bool IsLaneIdle { get; set; }

        /// <summary>True if a request has not returned for minutes; only a restart frees its resources.</summary>
        public bool IsStuck { get { return _isAbandoned && _now - _requestAt >= StuckMs; } }

        /// <summary>Sets the network and the host; takes effect with the next step.</summary>
        public void Use(string ssid, string password, string url, byte[] certificate)
        {
            _ssid = ssid;
            _password = password;
            _url = url;
            _certificate = certificate;
            int nameAt = url.IndexOf("://") + 3;
            int portAt = url.LastIndexOf(':') >= nameAt ? url.LastIndexOf(':') : url.Length;
            _name = url.Substring(nameAt, portAt - nameAt);
            _port = url.Substring(portAt);
            _plainUrl = IsAddress(_name) ? Http + _name + _port : "";
        }

        /// <summary>True if a card's URL uses TLS.</summary>
        public static bool IsTls(string url)
        {
            return url.Length > Https.Length && url.Substring(0, Https.Length) == Https;
        }

        public void Step(uint now)
        {
            _now = now;
            if (_ssid.Length > 0)
            {
                StepRadio();
            }

            if (IsLaneIdle && RadioPart == PartState.Ok && (_plainUrl.Length == 0 || _isNameStale))
            {
                LookUp();
            }

            if (_state == UplinkState.Pending || _isAbandoned)
            {
                StepRequest();
            }
        }

        public void Begin(byte kind, byte[] body, int count)
        {
            byte[] copy = new byte[count];
            System.Array.Copy(body, copy, count);
            string url = kind == UplinkKind.Claim ? _url : _plainUrl;
            bool begun = RadioPart == PartState.Ok && !_isAbandoned && url.Length > 0 && _http.Begin(url + s_paths[kind], s_types[kind],
                copy, _certificate);
            _state = begun ? UplinkState.Pending : UplinkState.Failed;
            _requestAt = begun ? _now : _requestAt;
        }

        public byte Poll()
        {
            byte state = _state;
            if (state != UplinkState.Pending)
            {
                _state = UplinkState.Idle;
            }

            return state;
        }

        private void StepRadio()
        {
            byte radio = _radio.Poll(_now);
            if (radio == RadioState.Up)
            {
                RadioPart = PartState.Ok;
                _backoff.Reset();
                _waitMs = 0;
                return;
            }

            if (radio == RadioState.WrongPassword || radio == RadioState.NoNetwork)
            {
                RadioPart = radio == RadioState.WrongPassword ? PartState.WrongPassword : PartState.Failed;
            }

            bool isWaiting = _waitMs != 0 && _now - _begunAt < _waitMs;
            if (radio != RadioState.Connecting && !isWaiting && _radio.Connect(_ssid, _password))
            {
                _begunAt = _now;
                _waitMs = _backoff.NextMs();
            }
        }

        // A name may resolve to a new address when the host no longer answers.
        private void LookUp()
        {
            if (_hasLookedUp && _now - _lookedUpAt < LookUpAgainMs)
            {
                return;
            }

            _hasLookedUp = true;
            _lookedUpAt = _now;
            string address = _http.LookUp(_name);
            _plainUrl = address.Length > 0 ? Http + address + _port : _plainUrl;
            _isNameStale = false;
        }

        // IPv4, or IPv6 in brackets.
        private static bool IsAddress(string name)
        {
            if (name.Length > 0 && name[0] == '[')
            {
                return true;
            }

            for (int i = 0; i < name.Length; i++)
            {
                if (name[i] != '.' && (name[i] < '0' || name[i] > '9'))
                {
                    return false;
                }
            }

            return true;
        }

        private void StepRequest()
        {
            int status = _http.Poll();
            if (_isAbandoned)
            {
                _isAbandoned = status == HttpPost.Pending; // its answer is too late to use
                return;
            }

            if (status == HttpPost.Pending && _now - _requestAt < RequestMs)
            {
                return;
            }

            _isAbandoned = status == HttpPost.Pending;
            if (status >= 200 && status < 300)
            {
                _state = UplinkState.Answered;
                return;
            }

            _state = status >= 400 && status < 500 ? UplinkState.Refused : UplinkState.Failed;
            _isNameStale = _state == UplinkState.Failed && !IsAddress(_name);
        }
    }
}
