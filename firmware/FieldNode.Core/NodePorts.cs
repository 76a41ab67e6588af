#nullable disable // some parts may be absent, and the device's compilation has no "?" for references
using FieldNode.Core.Health;
using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Core
{
    /// <summary>The node's interfaces to its board. Those not documented as null are required.</summary>
    public sealed class NodePorts
    {
        public IFlash Flash;
        public IScanner Scanner;
        public IButtons Buttons;
        public IPanel Panel;
        public ISignals Signals;
        public IUplink Uplink;
        public ITags Tags;
        public ISealRoots SealRoots;

        /// <summary>A separate flash for <see cref="Roster.RosterStore"/>; null if the node carries no roster.</summary>
        public IFlash RosterFlash;

        /// <summary>State of the parts, as reported by the board.</summary>
        public NodeHealth Health = new NodeHealth();

        /// <summary>Null if only the host knows the time.</summary>
        public IClock Clock;

        /// <summary>Null if no status is sent.</summary>
        public IStatusText StatusText;

        /// <summary>Null if the scanner cannot be configured from here.</summary>
        public IScannerSetup ScannerSetup;

        /// <summary>Null if the board does not measure its battery, or cannot be calibrated.</summary>
        public IBatteryGauge BatteryGauge;

        /// <summary>Null if enrolment cards are treated as unknown cards.</summary>
        public IEnrolment Enrolment;
    }
}
