namespace FieldNode.Drivers
{
    /// <summary>Debounces an input: a change counts once the level has held for the settle time.</summary>
    public sealed class Debounced
    {
        private readonly IInputPin _pin;
        private readonly uint _settleMs;

        private bool _seen;
        private uint _seenAt;
        private uint _changedAt;

        /// <param name="settleMs">How long a level must hold, in ms; button contacts settle within 20.</param>
        public Debounced(IInputPin pin, uint settleMs)
        {
            _pin = pin;
            _settleMs = settleMs;
        }

        public bool IsActive { get; private set; }

        /// <summary>Samples the pin; true when <see cref="IsActive"/> has just changed.</summary>
        public bool Step(uint now)
        {
            bool active = _pin.IsActive;
            if (active != _seen)
            {
                _seen = active;
                _seenAt = now;
            }

            if (_seen == IsActive || now - _seenAt < _settleMs)
            {
                return false;
            }

            IsActive = _seen;
            _changedAt = now;
            return true;
        }

        /// <summary>Milliseconds since the last change.</summary>
        public uint HeldMs(uint now)
        {
            return now - _changedAt;
        }
    }
}
