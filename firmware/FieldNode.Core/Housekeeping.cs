using FieldNode.Core.Health;
using FieldNode.Core.Lane;
using FieldNode.Core.Log;
using FieldNode.Core.Screens;
using FieldNode.Core.Settings;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core
{
    /// <summary>The node's work besides its lane: prepares the next sector, reports the state of its parts, and calls attention to old
    /// tubes, a nearly full log and worn flash.</summary>
    internal sealed class Housekeeping
    {
        private readonly NodeSettings _settings;
        private readonly NodePorts _ports;
        private readonly RingLog _log;
        private readonly HostLink _host;
        private readonly Screen _screen;
        private readonly HealthRecorder _healthRecorder;

        private bool _nearlyFullTold;
        private int _retiredTold;
        private int _tubeAgeTold;

        public Housekeeping(NodeSettings settings, NodePorts ports, RingLog log, HostLink host, Screen screen)
        {
            _settings = settings;
            _ports = ports;
            _log = log;
            _host = host;
            _screen = screen;
            _healthRecorder = new HealthRecorder(ports.Health, log);
        }

        /// <summary>Does the work that is due.</summary>
        /// <param name="idleMs">Milliseconds since the last byte from the scanner.</param>
        public void Keep(uint now, uint idleMs)
        {
            if (idleMs >= _settings.IdleMs)
            {
                _log.PrepareNext();
            }
            else
            {
                _log.EraseAhead(); // does not delay scans: the flash can read and program meanwhile
            }

            _ports.Health.Tell(NodePart.Host, _host.HostState(now), 0);
            _ports.Health.Step(now);
            if (_healthRecorder.Step(now))
            {
                _ports.Signals.Attention();
            }

            if (_log.RetiredCount != _retiredTold)
            {
                RecordWear(now);
            }

            TellTubeAge();
            if (_log.NearlyFull != _nearlyFullTold)
            {
                _nearlyFullTold = _log.NearlyFull;
                if (_nearlyFullTold)
                {
                    _ports.Signals.Attention();
                }
            }
        }

        // Signals once when the oldest tube is three hours old, and once at four.
        private void TellTubeAge()
        {
            int minutes = _screen.TubeAgeMinutes;
            int stage = minutes >= TubeAge.MaxMinutes ? 2 : minutes >= TubeAge.WarnMinutes ? 1 : 0;
            if (stage > _tubeAgeTold)
            {
                _ports.Signals.Attention();
            }

            _tubeAgeTold = stage;
        }

        // Reports flash wear to the host long before the part fails.
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
    }
}
