#nullable disable // some parts may be absent, and the device build disables nullable references
using System;
using System.Text;
using FieldNode.Core.Settings;
using FieldNode.Core;
using FieldNode.Core.Enrolment;
using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Protocol;

namespace FieldNode.Device
{
    /// <summary>
    /// The device's program from one start to the next: finds the flash, loads the settings, reads a card if it has none, and then runs the
    /// lane. An unexpected error is recorded and the node restarts. After ten failed starts in a row it starts in safe mode, which only
    /// scans and stores. The simulator runs this same loop with models of the parts.
    /// </summary>
    public sealed partial class NodeProgram
    {
        /// <summary>This many failed starts in a row are allowed; the next start is in safe mode.</summary>
        public const int FailedStartsMax = 10;

        /// <summary>A start counts as successful after running this long, in ms.</summary>
        public const uint WorksMs = 30000;

        // Room for 10,000 people. On a flash smaller than 1 MiB the log needs all the space.
        private const int RosterSectors = 16;
        private const int RosterFromSectors = 254;

        private const uint FlashAgainMs = 2000;
        private const uint CardShownMs = 1500;
        private const uint ClockLateMs = 60000;
        private const uint IdleBeforeRestartMs = 60000;
        private const uint MeasureMs = 600000;

        // Safe mode uploads nothing. After this time the node leaves it at a quiet moment, in case the fault has gone. Ten battery removals
        // in a row also lead to safe mode.
        private const uint SafeModeMs = 600000;

        private readonly Board _board;
        private readonly StoredSettings _settings = new StoredSettings();

        private IFlash _flash;
        private SettingsStore _store;
        private NodeSecrets _secrets;
        private EnrolmentDesk _desk;
        private CardReader _reader;
        private NodePorts _ports;
        private Node _node;
        private uint _startedAt;
        private uint _lookedAt;
        private uint _cardTakenAt;
        private uint _measuredAt;
        private bool _flashWasMissing;
        private bool _keysTried;
        private bool _hasWorked;
        private bool _isRestarting;

        public NodeProgram(Board board)
        {
            _board = board;
        }

        /// <summary>The lane's node; null before the lane is set up.</summary>
        public Node Node { get { return _node; } }

        /// <summary>The node's ports, including its health; null before the lane is set up.</summary>
        public NodePorts Ports { get { return _ports; } }

        /// <summary>True if the board must restart.</summary>
        public bool WantsRestart { get; private set; }

        /// <summary>Runs until the board must restart. Never throws.</summary>
        public void Run()
        {
            try
            {
                Start();
                while (!WantsRestart)
                {
                    Step();
                    _board.Rest();
                }
            }
            catch (Exception e)
            {
                RecordFault(e);
            }
        }

        private void Start()
        {
            _startedAt = _board.Now;
            LookForFlash(_startedAt);
        }

        private void Step()
        {
            uint now = _board.Now;
            _board.Step(now, _node != null && _node.IsReceiving);
            if (_flash == null)
            {
                LookForFlash(now);
            }
            else if (_desk.CardTaken)
            {
                ShowCardAndRestart(now);
            }
            else if (_node == null || !_node.Works)
            {
                _reader.Step(now);
            }
            else
            {
                RunLane(now);
            }

            MarkStartSucceeded(now);
            RestartWhenStuck(now);
        }

        private void RecordFault(Exception fault)
        {
            WantsRestart = true;
            try
            {
                if (_node != null)
                {
                    _node.RecordFault(_settings.FailedStarts, fault.GetType().Name + ": " + fault.Message, _board.Now);
                }
            }
            catch (Exception)
            {
                // The log itself may have failed; the restart mounts it again.
            }
        }

        private static string Utf8(byte[] text)
        {
            return Encoding.UTF8.GetString(text, 0, text.Length);
        }

        // An unreadable certificate becomes an empty one: no https host then passes as the right one.
        private static byte[] Certificate(byte[] base64)
        {
            try
            {
                return Convert.FromBase64String(Protocol.Text.FromAscii(base64, 0, base64.Length));
            }
            catch (Exception)
            {
                return new byte[0];
            }
        }

        private NodeSettings LaneSettings()
        {
            EnrolmentCard card = _desk.Card;
            NodeSettings settings = new NodeSettings();
            settings.NodeId = card.NodeId;
            settings.HostId = card.HostId;
            settings.Lane = card.Lane;
            settings.Site = card.Site;
            settings.TakeForms(card);
            settings.Nonce = _settings.Nonce;
            if (!_ports.Health.SafeMode)
            {
                settings.Ticket = _settings.Ticket;
                settings.LinkKey = _settings.LinkKey; // without a key and a claim, nothing is sent
                settings.Claim = card.Claim;
                settings.ClaimAtRest = WifiUplink.IsTls(Utf8(card.Url));
            }

            settings.MayFormat = _settings.MayFormat;
            settings.DropFirstPart = true;
            settings.Seed = _board.Chance();
            return settings;
        }

        private void RunLane(uint now)
        {
            bool hasWifi = _desk.Card.Wifi.Length > 0 && !_ports.Health.SafeMode;
            _board.ReportHealth(_ports.Health, hasWifi, _node.Log.HasFailed || _flashWasMissing);
            _flashWasMissing = false; // reported for one pass, so that it is recorded
            bool isLate = now - _startedAt >= ClockLateMs;
            _ports.Health.Tell(NodePart.Clock, _node.Uploader.ClockKnown ? PartState.Ok : isLate ? PartState.Failed : PartState.Unknown, 0);
            bool rests = _node.IsAtRest(now);
            _board.Uplink.IsLaneIdle = rests;
            if (rests && now - _measuredAt >= MeasureMs)
            {
                _measuredAt = now;
                _board.MeasureMemory(_ports.Health);
            }

            _node.Step(now);
            KeepKeys();
        }

        private void KeepKeys()
        {
            // A newly stored card has removed the keys; do not store the old ones again.
            if (_keysTried || _desk.CardTaken || _node.Claimed == null)
            {
                return;
            }

            _keysTried = true; // if this fails, the next start asks again and gets the same keys for the same nonce
            if (_secrets.TakeKeys(_node.Claimed.LinkKey, _node.Claimed.SealReserve, _node.Claimed.Ticket, _desk.Card.Number))
            {
                _node.Log.RenewSeals();
            }
        }

        private void MarkStartSucceeded(uint now)
        {
            if (!_hasWorked && _node != null && now - _startedAt >= WorksMs)
            {
                _hasWorked = true;
                _settings.FailedStarts = 0;
                _store.MarkWorks();
            }
        }

        // The lane is stopped: anything it confirmed now might be erased when another node's card formats the log.
        private void ShowCardAndRestart(uint now)
        {
            if (!_isRestarting)
            {
                _isRestarting = true;
                _cardTakenAt = now;
                _board.ShowCardRead();
            }

            WantsRestart = now - _cardTakenAt >= CardShownMs;
        }

        // The node does not stay in safe mode. A request that never returns holds memory, and a restart at a quiet moment frees it.
        private void RestartWhenStuck(uint now)
        {
            bool isSafeLongEnough = _ports != null && _ports.Health.SafeMode && now - _startedAt >= SafeModeMs;
            WantsRestart |= (_board.Uplink.IsStuck || isSafeLongEnough) && _node != null && _node.IdleMs(now) >= IdleBeforeRestartMs;
        }
    }
}
