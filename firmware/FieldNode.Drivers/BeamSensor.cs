namespace FieldNode.Drivers
{
    /// <summary>
    /// A light beam across the entrance of the queue: one interruption is one person. Legs and bags interrupt it more than once, so what
    /// comes soon after is the same person; whoever stands in it is one person, however long.
    /// </summary>
    public sealed class BeamSensor
    {
        /// <summary>Shorter interruptions are insects and rain, in ms.</summary>
        public const uint InterruptedMinMs = 60;

        /// <summary>A new person comes after the beam was free this long, in ms: at one metre's distance and 1.4 m/s it is 700.</summary>
        public const uint FreeMinMs = 350;

        private readonly Debounced _beam;

        private bool _personInBeam;

        public BeamSensor(IInputPin beam)
        {
            _beam = new Debounced(beam, InterruptedMinMs);
        }

        /// <summary>Looks at the beam; true when a person has come.</summary>
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
