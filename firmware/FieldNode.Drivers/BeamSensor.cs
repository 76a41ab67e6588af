namespace FieldNode.Drivers
{
    /// <summary>
    /// A light beam across the queue entrance: one interruption is one person. Legs and bags interrupt it more than once, so interruptions
    /// in quick succession count as one person. Someone standing in the beam also counts once, however long they stay.
    /// </summary>
    public sealed class BeamSensor
    {
        /// <summary>Minimum interruption, in ms; shorter ones are insects and rain.</summary>
        public const uint InterruptedMinMs = 60;

        /// <summary>How long the beam must be free before the next person counts, in ms; at 1.4 m/s, people one metre apart are 700 ms
        /// apart.</summary>
        public const uint FreeMinMs = 350;

        private readonly Debounced _beam;

        private bool _personInBeam;

        public BeamSensor(IInputPin beam)
        {
            _beam = new Debounced(beam, InterruptedMinMs);
        }

        /// <summary>Samples the beam; true when a person has arrived.</summary>
        public bool Step(uint now)
        {
            _beam.Step(now);
            if (_beam.IsActive)
            {
                bool isNew = !_personInBeam;
                _personInBeam = true;
                return isNew;
            }

            if (_personInBeam && _beam.HeldMs(now) >= FreeMinMs)
            {
                _personInBeam = false;
            }

            return false;
        }
    }
}
