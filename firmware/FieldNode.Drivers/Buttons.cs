using FieldNode.Core.Ports;

namespace FieldNode.Drivers
{
    /// <summary>The node's two buttons and the optional beam at the queue entrance. Arrived counts on press; undo must be held, so an
    /// accidental knock with a glove does nothing. Stepped from the main loop.</summary>
    public sealed class Buttons : IButtons
    {
        /// <summary>How long undo must be held, in ms.</summary>
        public const uint UndoHoldMs = 700;

        private const uint SettleMs = 30;
        private const int WaitingMax = 250;

        private readonly Debounced _arrived;
        private readonly Debounced _undo;
        private readonly BeamSensor _beam;

        private int _arrivalsWaiting;
        private bool _undoWaits;
        private bool _undoDone;

        /// <param name="beam">Null if absent.</param>
        public Buttons(IInputPin arrived, IInputPin undo, BeamSensor beam)
        {
            _arrived = new Debounced(arrived, SettleMs);
            _undo = new Debounced(undo, SettleMs);
            _beam = beam;
        }

        /// <summary>Samples the pins. Call at least every 10 ms, or quick presses are missed.</summary>
        public void Step(uint now)
        {
            if (_arrived.Step(now) && _arrived.IsActive)
            {
                AddArrival();
            }

            if (_beam != null && _beam.Step(now))
            {
                AddArrival();
            }

            if (_undo.Step(now))
            {
                _undoDone = false;
            }

            if (_undo.IsActive && !_undoDone && _undo.HeldMs(now) >= UndoHoldMs)
            {
                _undoDone = true;
                _undoWaits = true;
            }
        }

        public byte Take()
        {
            if (_undoWaits)
            {
                _undoWaits = false;
                return Button.Undo;
            }

            if (_arrivalsWaiting > 0)
            {
                _arrivalsWaiting--;
                return Button.Arrived;
            }

            return Button.None;
        }

        // A busy node takes arrivals later. More than an hour's queue means a stuck contact.
        private void AddArrival()
        {
            _arrivalsWaiting += _arrivalsWaiting < WaitingMax ? 1 : 0;
        }
    }
}
