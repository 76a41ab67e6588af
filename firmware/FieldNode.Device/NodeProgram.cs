#nullable disable // some parts may be absent, and the device's compilation has no "?" for references
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
    /// lane. An error that nobody foresaw is recorded and the node restarts; after ten starts in a row that came to nothing it starts in
    /// safe mode, which only scans and stores. The simulator runs this same loop over models of the parts.
    /// </summary>
    public sealed partial class NodeProgram
    {
        /// <summary>So many starts in a row that come to nothing lead to safe mode.</summary>
        public const int FailedStartsMax = 10;

        /// <summary>A start has come to something when the program has run this long, in ms.</summary>
        public const uint WorksMs = 30000;

        // 10,000 people; on a flash of less than 1 MiB the log needs all there is.
        private const int RosterSectors = 16;
        private const int RosterFromSectors = 254;

        private const uint FlashAgainMs = 2000;
        private const uint CardShownMs = 1500;
        private const uint ClockLateMs = 60000;
        private const uint IdleBeforeRestartMs = 60000;
        private const uint MeasureMs = 600000;

        // Safe mode uploads nothing: after this long it is left in a quiet moment, to see whether the trouble is over. Ten pulled batteries
        // in a row lead to it too.
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

        /// <summary>The lane, once it runs; null before.</summary>
        public Node Node { get { return _node; } }

        /// <summary>How the parts stand, once the lane runs; null before.</summary>
        public NodePorts Ports { get { return _ports; } }

        /// <summary>The board is to restart.</summary>
        public bool WantsRestart { get; private set; }

        /// <summary>Everything until the board is to restart. Throws nothing.</summary>
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

            NoteThatItWorks(now);
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
                // The log itself may be what failed: the restart mounts it again.
            }
        }

        private static string Utf8(byte[] text)
        {
            return Encoding.UTF8.GetString(text, 0, text.Length);
        }

        // One that cannot be read is none: then no https host passes for the right one.
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
                settings.LinkKey = _settings.LinkKey; // without key and claim nothing is sent
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
            _board.TellHealth(_ports.Health, hasWifi, _node.Log.HasFailed || _flashWasMissing);
            _flashWasMissing = false; // told for one round, so that it is recorded
            bool isLate = now - _startedAt >= ClockLateMs;
            _ports.Health.Tell(NodePart.Clock, _node.Uploader.ClockKnown ? PartState.Ok : isLate ? PartState.Failed : PartState.Unknown, 0);
            bool rests = _node.IsAtRest(now);
            _board.Uplink.LaneRests = rests;
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
            // A card that was just taken has dropped the keys: the old ones are not to come back.
            if (_keysTried || _desk.CardTaken || _node.Claimed == null)
            {
                return;
            }

            _keysTried = true; // if it fails, the next start asks again, and gets the same keys for the same nonce
            if (_secrets.TakeKeys(_node.Claimed.LinkKey, _node.Claimed.SealReserve, _node.Claimed.Ticket, _desk.Card.Number))
            {
                _node.Log.RenewSeals();
            }
        }

        private void NoteThatItWorks(uint now)
        {
            if (!_hasWorked && _node != null && now - _startedAt >= WorksMs)
            {
                _hasWorked = true;
                _settings.FailedStarts = 0;
                _store.MarkWorks();
            }
        }

        // The lane stands meanwhile: what it confirmed now might be formatted away by another node's card.
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

        // Safe mode is no place to stay. A request that never comes back holds memory: a restart in a quiet moment frees it.
        private void RestartWhenStuck(uint now)
        {
            bool isSafeLongEnough = _ports != null && _ports.Health.SafeMode && now - _startedAt >= SafeModeMs;
            WantsRestart |= (_board.Uplink.IsStuck || isSafeLongEnough) && _node != null && _node.IdleMs(now) >= IdleBeforeRestartMs;
        }
    }
}
