#nullable disable // some parts may be absent, and the device's compilation has no "?" for references
using FieldNode.Core.Health;
using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Core
{
    /// <summary>The windows through which a node sees its board. Those without a "null" must be there.</summary>
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

        /// <summary>Null: the node carries no roster. A flash of its own, for <see cref="Roster.RosterStore"/>.</summary>
        public IFlash RosterFlash;

        /// <summary>How the parts stand, as the board tells it.</summary>
        public NodeHealth Health = new NodeHealth();

        /// <summary>Null: only the host knows the time.</summary>
        public IClock Clock;

        /// <summary>Null: no status is sent.</summary>
        public IStatusText StatusText;

        /// <summary>Null: the scanner cannot be set from here.</summary>
        public IScannerSetup ScannerSetup;

        /// <summary>Null: the board does not measure its battery, or cannot be told better.</summary>
        public IBatteryGauge BatteryGauge;

        /// <summary>Null: enrolment cards are unknown cards.</summary>
        public IEnrolment Enrolment;
    }
}
