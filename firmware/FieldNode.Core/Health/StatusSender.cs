using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Settings;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Health
{
    /// <summary>
    /// Sends the node's status after each self-test and every ten minutes. The body is the JSON, a line feed, and the hex digits of its tag
    /// under the node's status key.
    /// </summary>
    internal sealed class StatusSender
    {
        private const uint AgainMs = 600000;
        private const uint RetryMs = 30000;
        private const int TagBytes = 32;

        private readonly NodeHealth _health;
        private readonly RingLog _log;
        private readonly LaneState _state;
        private readonly IUplink _uplink;
        private readonly ITags _tags;
        private readonly IStatusText _text;
        private readonly NodeStatus _status = new NodeStatus();
        private readonly byte[] _tag = new byte[TagBytes];

        private int _testsTold;
        private uint _sentAt;
        private bool _wasSent;
        private bool _wasRefused;

        public StatusSender(NodeHealth health, RingLog log, LaneState state, IUplink uplink, ITags tags, IStatusText text)
        {
            _health = health;
            _log = log;
            _state = state;
            _uplink = uplink;
            _tags = tags;
            _text = text;
        }

        /// <summary>A request is in progress; the uplink is busy.</summary>
        public bool IsBusy { get; private set; }

        /// <summary>Sends a status if one is due, or takes the answer. Call only while nothing else uses the uplink.</summary>
        public void Step(uint now, byte[] key)
        {
            if (IsBusy)
            {
                byte answer = _uplink.Poll();
                IsBusy = answer == UplinkState.Pending;
                _wasRefused |= answer == UplinkState.Refused; // an older host has no such address; retried after a restart
                if (answer == UplinkState.Answered)
                {
                    _wasSent = true;
                    _testsTold = _health.TestsDone;
                }

                return;
            }

            bool isDue = _health.TestsDone != _testsTold || (_wasSent && now - _sentAt >= AgainMs);
            bool mayTry = _sentAt == 0 || now - _sentAt >= RetryMs;
            if (isDue && mayTry && !_wasRefused)
            {
                Send(now, key);
            }
        }

        private void Send(uint now, byte[] key)
        {
            Fill(now);
            byte[] json = _text.Write(_status);
            byte[] body = new byte[json.Length + 1 + 2 * TagBytes];
            System.Array.Copy(json, body, json.Length);
            body[json.Length] = (byte)'\n';
            _tags.Compute(key, json, 0, json.Length, _tag, 0);
            for (int i = 0; i < TagBytes; i++)
            {
                body[json.Length + 1 + 2 * i] = Hex.Digit(_tag[i] >> 4);
                body[json.Length + 2 + 2 * i] = Hex.Digit(_tag[i] & 15);
            }

            _sentAt = now == 0 ? 1 : now;
            IsBusy = true;
            _uplink.Begin(UplinkKind.Status, body, body.Length);
        }

        private void Fill(uint now)
        {
            _status.Node = Hex.Text(_log.NodeId, 16);
            _status.Boot = _state.BootCount;
            _status.Ticks = now;
            _status.Board = _health.Board;
            _status.Firmware = (NodeSettings.Firmware >> 8).ToString() + "." + (NodeSettings.Firmware & 0xFF).ToString();
            _status.Flash = PartState.Name(_health.StateOf(NodePart.Flash));
            _status.Scanner = PartState.Name(_health.StateOf(NodePart.Scanner));
            _status.Panel = PartState.Name(_health.StateOf(NodePart.Panel));
            _status.Wifi = PartState.Name(_health.StateOf(NodePart.Wifi));
            _status.Clock = PartState.Name(_health.StateOf(NodePart.Clock));
            _status.Battery = PartState.Name(_health.StateOf(NodePart.Battery));
            _status.FlashId = Hex.Text(_health.DetailOf(NodePart.Flash), 6);
            _status.FlashBytes = _log.FlashBytes;
            _status.RetiredSectors = _log.RetiredCount;
            _status.BatteryMillivolts = (int)_health.DetailOf(NodePart.Battery);
            _status.HeapFree = _health.HeapFree;
            _status.NativeFree = _health.NativeFree;
            _status.NativeLargest = _health.NativeLargest;
            _status.Epoch = _log.Epoch;
            _status.Record = _log.LastSequence;
            byte[] state = new byte[SectorHead.StateBytesMax];
            _status.Checkpoint = System.Convert.ToBase64String(state, 0, _state.Save(state, 0));
            _status.Unsent = _log.UnackedRecords;
            _status.SafeMode = _health.SafeMode;
        }
    }
}
