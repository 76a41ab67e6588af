using FieldNode.Protocol;

namespace FieldNode.Drivers
{
    /// <summary>A lithium cell behind a voltage divider. Wi-Fi draws short current peaks that pull the voltage down, so the mean of a few
    /// seconds is used. The low and recovered thresholds differ, so the state does not flicker. Stepped from the main loop.</summary>
    public sealed class Battery
    {
        /// <summary>About 10 % of a lithium-ion cell's charge remains: one and a half hours for this node.</summary>
        public const int LowMillivolts = 3500;
        public const int RecoveredMillivolts = 3600;

        // Readings outside this range are not from a cell.
        private const int MillivoltsMin = 2500;
        private const int MillivoltsMax = 4500;

        /// <summary>A converter is off by at most 10 %, its divider of 1 % parts by another 2 %; a scale beyond that is a
        /// mistake.</summary>
        public const int ScaleMin = 870;
        public const int ScaleMax = 1150;

        private const int ScaleOne = 1000;
        private const uint SampleMs = 500;
        private const int SamplesMax = 8;

        private readonly IAnalogInput _input;
        private readonly int[] _samples = new int[SamplesMax];

        private int _count;
        private int _next;
        private uint _sampledAt;

        public Battery(IAnalogInput input)
        {
            _input = input;
            State = PartState.Unknown;
        }

        /// <summary>True millivolts per 1000 measured; an invalid value becomes 1000.</summary>
        public int Scale { get; private set; } = ScaleOne;

        /// <summary><see cref="PartState"/>: Unknown at first, then Ok, Low or Failed.</summary>
        public byte State { get; private set; }

        /// <summary>Mean of the last few seconds; 0 while unknown or failed.</summary>
        public int Millivolts { get; private set; }

        public void SetScale(int scale)
        {
            Scale = scale >= ScaleMin && scale <= ScaleMax ? scale : ScaleOne;
            Restart();
        }

        /// <summary>The scale that makes the current reading equal <paramref name="millivolts"/>; 0 if there is no reading or the scale is
        /// outside the limits.</summary>
        public int ScaleFor(int millivolts)
        {
            if (Millivolts == 0)
            {
                return 0;
            }

            int scale = (millivolts * Scale + Millivolts / 2) / Millivolts;
            return scale >= ScaleMin && scale <= ScaleMax ? scale : 0;
        }

        public void Step(uint now)
        {
            if (State != PartState.Unknown && now - _sampledAt < SampleMs)
            {
                return;
            }

            _sampledAt = now;
            int read = _input.ReadMillivolts() * Scale / ScaleOne;
            if (read < MillivoltsMin || read > MillivoltsMax)
            {
                Restart();
                State = PartState.Failed;
                return;
            }

            _samples[_next] = read;
            _next = (_next + 1) % SamplesMax;
            _count += _count < SamplesMax ? 1 : 0;
            int sum = 0;
            for (int i = 0; i < _count; i++)
            {
                sum += _samples[(_next - 1 - i + SamplesMax) % SamplesMax];
            }

            Millivolts = sum / _count;
            bool isLow = Millivolts < (State == PartState.Low ? RecoveredMillivolts : LowMillivolts);
            State = isLow ? PartState.Low : PartState.Ok;
        }

        private void Restart()
        {
            _count = 0;
            Millivolts = 0;
            State = PartState.Unknown;
        }
    }
}
