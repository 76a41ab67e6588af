#nullable disable // some parts may be absent, and the device's compilation has no "?" for references
using FieldNode.Core.Enrolment;
using FieldNode.Core.Lane;
using FieldNode.Core.Log;
using FieldNode.Core.Roster;
using FieldNode.Core.Scan;
using FieldNode.Core.Screens;
using FieldNode.Core.Settings;
using FieldNode.Core.Upload;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core
{
    /// <summary>
    /// The node without hardware. A board gives it ports, calls <see cref="Start"/> once, and then calls <see cref="Step"/> repeatedly with
    /// the milliseconds since the start; everything happens inside those calls.
    /// </summary>
    public sealed partial class Node
    {
        private readonly NodeSettings _settings;
        private readonly NodePorts _ports;
        private readonly LaneState _state = new LaneState();
        private readonly RingLog _log;
        private readonly LaneMemory _memory;
        private readonly RosterAdviser _adviser;
        private readonly ScanLine _line;
        private readonly Lane.LaneLogic _lane;
        private readonly HostLink _host;
        private readonly Housekeeping _house;
        private readonly NodeScreen _screen;
        private readonly LaneSilence _silence = new LaneSilence();
        private readonly byte[] _input = new byte[64];

        private bool _startRecorded;

        public Node(NodeSettings settings, NodePorts ports)
        {
            _settings = settings;
            _ports = ports;
            _log = new RingLog(ports.Flash, _state, ports.Tags, ports.SealRoots);
            _line = new ScanLine(settings.IdleGapMs, settings.RepeatWindowMs);
            _memory = new LaneMemory(_log, _state);
            _lane = new Lane.LaneLogic(_log, _state, _memory, ports.Signals, settings);
            _adviser = ports.RosterFlash == null ? null : new RosterAdviser(ports.RosterFlash, settings, _memory, _state);
            _host = new HostLink(settings, ports, _log, _state, Roster);
            _screen = new NodeScreen(settings, _log, _state, _memory, _host, ports);
            _house = new Housekeeping(settings, ports, _log, _host, _screen.Screen);
        }

        public LaneState State { get { return _state; } }

        public RingLog Log { get { return _log; } }

        /// <summary>The people, tubes and bags that the node has seen; complete shortly after the start.</summary>
        public LaneMemory Memory { get { return _memory; } }

        /// <summary>The site's expected people; null if the board has no room for them.</summary>
        public RosterStore Roster { get { return _adviser == null ? null : _adviser.Store; } }

        public Uploader Uploader { get { return _host.Uploader; } }

        /// <summary>The completed claim, for the board to store; null before that, or if there is nothing to claim.</summary>
        public Claiming Claimed { get { return _host.Claimed; } }

        /// <summary>The host answered but refuses this node: a technician must check its card.</summary>
        public bool HostRefuses { get { return _host.HostRefuses; } }

        public Screen Screen { get { return _screen.Screen; } }

        /// <summary>The flash holds this node's log and accepts records.</summary>
        public bool Works { get; private set; }

        /// <summary>Milliseconds since the last byte from the scanner.</summary>
        public uint IdleMs(uint now)
        {
            return _silence.IdleMs(now);
        }

        /// <summary>The node is still reading its log, or matching the people it has seen with the roster.</summary>
        public bool IsRemembering { get { return !_memory.IsCurrent || (_adviser != null && _adviser.IsBehind); } }

        /// <summary>A code is being received: work that can wait must wait.</summary>
        public bool IsReceiving { get { return _line.IsReceiving; } }

        /// <summary>No one is scanning: work that blocks the board is done now or not at all.</summary>
        public bool IsAtRest(uint now)
        {
            return _silence.IsRest(_state, now);
        }

        /// <summary>
        /// Mounts the log, formats blank flash, and records the start. Any result but Ok keeps the lane closed and shows the fault; the
        /// node may still be stepped.
        /// </summary>
        public byte Start(uint now)
        {
            byte result = _log.Mount(_settings.NodeId);
            if (result == LogResult.Blank || (result == LogResult.OtherNode && _settings.MayFormat))
            {
                result = _log.Format(_settings.NodeId, Epoch());
            }

            Works = result == LogResult.Ok;
            if (Works)
            {
                _memory.Start();
                if (_adviser != null)
                {
                    _adviser.Store.Load();
                }

                result = RecordStart(now);
            }

            _silence.Started(now);
            if (_settings.DropFirstPart)
            {
                _line.DropFirstPart(now);
            }

            _ports.Health.BeginTest(now);
            _screen.Started(result, now);
            return result;
        }

        /// <summary>Records an unexpected error before the board restarts; false if it cannot.</summary>
        public bool RecordFault(byte failedStarts, string words, uint now)
        {
            Faulted faulted = new Faulted();
            faulted.FailedStarts = failedStarts;
            faulted.Words = Text.Ascii(words);
            int end = faulted.Write(_log.ContentBuffer, RingLog.ContentOffset);
            return Works && _log.Append(RecordType.Faulted, now, end - RingLog.ContentOffset) == LogResult.Ok;
        }

        /// <summary>One round of the loop: input, upload, housekeeping, screen. Returns quickly; never blocks.</summary>
        public void Step(uint now)
        {
            if (Works)
            {
                if (!_startRecorded && RecordStart(now) == LogResult.Ok)
                {
                    _screen.Works();
                }

                if (!IsReceiving)
                {
                    Remember();
                }

                TakeButtons(now);
                TakeScans(now);
                if (!IsReceiving)
                {
                    StepHost(now);
                    _house.Keep(now, _silence.IdleMs(now));
                }
            }

            _screen.Refresh(now);
        }

        // Runs before the next scan, whose warnings depend on it.
        private void Remember()
        {
            _memory.Step();
            if (_adviser != null)
            {
                _adviser.Step();
            }
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

            // With a full log, the node still shows its state and uploads. The start is recorded as soon as there is room, before anything
            // else.
            return result == LogResult.Full ? LogResult.Ok : result;
        }

        private void StepHost(uint now)
        {
            if (_host.Step(now, IsAtRest(now)) && _host.Uploader.Reply.MessageCount > 0)
            {
                _screen.Told(_host.Uploader.Reply, now);
                _ports.Signals.Attention();
            }
        }

        // The epoch must differ from that of every earlier log of this node: a random seed from outside, mixed with the node id.
        private uint Epoch()
        {
            uint running = Crc32.AppendUInt32(Crc32.Start, _settings.Seed);
            running = Crc32.AppendUInt32(running, (uint)_settings.NodeId);
            return Crc32.Finish(Crc32.AppendUInt32(running, (uint)(_settings.NodeId >> 32)));
        }
    }
}
