using FieldNode.Core.Lane;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Scan;
using FieldNode.Core.Screens;
using FieldNode.Core.Upload;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core
{
    /// <summary>
    /// The node without hardware. A board gives it ports, calls <see cref="Start"/> once and <see cref="Step"/> again and again with the
    /// milliseconds since the start; everything happens inside those calls.
    /// </summary>
    public sealed class Node
    {
        private readonly NodeSettings _settings;
        private readonly IScanner _scanner;
        private readonly IButtons _buttons;
        private readonly ISignals _signals;
        private readonly LaneState _state = new LaneState();
        private readonly RingLog _log;
        private readonly ScanLine _line;
        private readonly Lane.Lane _lane;
        private readonly Uploader _uploader;
        private readonly NodeScreen _screen;
        private readonly byte[] _input = new byte[64];

        private uint _lastInputAt;
        private bool _nearlyFullTold;
        private bool _startRecorded;
        private int _retiredTold;

        public Node(NodeSettings settings, IFlash flash, IScanner scanner, IButtons buttons, IPanel panel, ISignals signals, IUplink uplink, ITags tags)
        {
            _settings = settings;
            _scanner = scanner;
            _buttons = buttons;
            _signals = signals;
            _log = new RingLog(flash, _state);
            _line = new ScanLine(settings.IdleGapMs, settings.RepeatWindowMs);
            _lane = new Lane.Lane(_log, _state, signals, new CodeClassifier(settings.TubeForms, settings.PaperForms));
            _uploader = new Uploader(_log, uplink, tags, settings.HostId, settings.Seed, settings.GatherMs);
            _screen = new NodeScreen(settings, _log, _state, _uploader, panel);
        }

        public LaneState State { get { return _state; } }

        public RingLog Log { get { return _log; } }

        public Uploader Uploader { get { return _uploader; } }

        public Screen Screen { get { return _screen.Screen; } }

        /// <summary>The flash holds a log of this node and takes records.</summary>
        public bool Works { get; private set; }

        /// <summary>
        /// Mounts the log, formats blank flash, and records the start. Anything but Ok leaves the lane closed and shows the fault; the
        /// node may still be stepped.
        /// </summary>
        public byte Start(uint now)
        {
            byte result = _log.Mount(_settings.NodeId);
            if (result == LogResult.Blank)
            {
                result = _log.Format(_settings.NodeId, Epoch());
            }

            Works = result == LogResult.Ok;
            if (Works)
            {
                result = RecordStart(now);
            }

            _lastInputAt = now;
            if (_settings.DropFirstPart)
            {
                _line.DropFirstPart(now);
            }

            _screen.Started(Works, now);
            return result;
        }

        /// <summary>One round of the loop: input, upload, housekeeping, screen. Returns soon; never waits.</summary>
        public void Step(uint now)
        {
            if (Works)
            {
                if (!_startRecorded)
                {
                    RecordStart(now);
                }

                TakeButtons(now);
                TakeScans(now);
                TakeAnswers(now);
                KeepHouse(now);
            }

            _screen.Refresh(now);
        }

        private byte RecordStart(uint now)
        {
            Booted booted = new Booted();
            booted.BootCount = _state.BootCount + 1;
            booted.Firmware = NodeSettings.Firmware;
            booted.Lane = _settings.Lane;
            booted.Site = _settings.Site;
            int end = booted.Write(_log.ContentBuffer, RingLog.ContentOffset);
            byte result = _log.Append(RecordType.Booted, now, end - RingLog.ContentOffset);
            _startRecorded = result == LogResult.Ok;

            // A full log still shows its state and still uploads; the start is recorded as soon as there is room, before anything else.
            return result == LogResult.Full ? LogResult.Ok : result;
        }

        private void TakeButtons(uint now)
        {
            byte button = _buttons.Take();
            if (button == Button.None)
            {
                return;
            }

            if (button == Button.Arrived)
            {
                _lane.Arrive(now);
            }
            else
            {
                _lane.Undo(now);
                _line.ForgetLast(); // the person just undone may be scanned again at once
            }

            _screen.Handled(_lane, now);
        }

        private void TakeScans(uint now)
        {
            int count = _scanner.Read(_input, 0, _input.Length);
            int used = 0;
            while (used < count)
            {
                _lastInputAt = now;
                used += _line.Feed(_input, used, count - used, now);
                HandleCode(now);
            }

            if (count == 0)
            {
                _line.Idle(now);
                HandleCode(now);
            }
        }

        private void HandleCode(uint now)
        {
            if (!_line.Ready)
            {
                return;
            }

            _lane.Scan(_line, now);
            _screen.Scanned(_lane, _line, now);
            if (_lane.LastMayRepeat)
            {
                _line.ForgetLast();
            }

            _line.Clear();
        }

        private void TakeAnswers(uint now)
        {
            if (_uploader.Step(now) && _uploader.Reply.MessageCount > 0)
            {
                _screen.Told(_uploader.Reply, now);
                _signals.Attention();
            }
        }

        private void KeepHouse(uint now)
        {
            if (now - _lastInputAt >= _settings.IdleMs)
            {
                _log.PrepareNext();
            }

            if (_log.RetiredCount != _retiredTold)
            {
                RecordWear(now);
            }

            if (_log.NearlyFull != _nearlyFullTold)
            {
                _nearlyFullTold = _log.NearlyFull;
                if (_nearlyFullTold)
                {
                    _signals.Attention();
                }
            }
        }

        // The host learns of a part that wears out long before it is at its end.
        private void RecordWear(uint now)
        {
            FlashWorn worn = new FlashWorn();
            worn.RetiredSectors = (ushort)_log.RetiredCount;
            worn.Sectors = (ushort)_log.SectorCount;
            int end = worn.Write(_log.ContentBuffer, RingLog.ContentOffset);
            if (_log.Append(RecordType.FlashWorn, now, end - RingLog.ContentOffset) == LogResult.Ok)
            {
                _retiredTold = worn.RetiredSectors;
            }
        }

        // The epoch must differ from that of any earlier log of this node: chance from outside, mixed with the identity.
        private uint Epoch()
        {
            uint running = Crc32.AppendUInt32(Crc32.Start, _settings.Seed);
            running = Crc32.AppendUInt32(running, (uint)_settings.NodeId);
            return Crc32.Finish(Crc32.AppendUInt32(running, (uint)(_settings.NodeId >> 32)));
        }
    }
}
