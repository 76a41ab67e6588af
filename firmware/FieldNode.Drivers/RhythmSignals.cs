using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Drivers
{
    /// <summary>Buzzer and lamp. Each signal has its own rhythm, recognisable by ear or by eye alone and without telling colours apart. A
    /// more important signal interrupts a less important one, never the reverse. Stepped from the main loop.</summary>
    public sealed class RhythmSignals : ISignals
    {
        // Alternating on and off times in ms, starting with on.
        private static readonly ushort[] s_confirmed = { 70 };
        private static readonly ushort[] s_attention = { 70, 70, 70, 70, 400 };
        private static readonly ushort[] s_groupFull = { 400, 150, 400, 150, 400 };
        private static readonly ushort[] s_refused = { 900, 120, 120, 120, 120 };
        private static readonly ushort[] s_silence = new ushort[0];

        // Every rhythm ends with a pause, so that two in a row stay distinct.
        private const uint PauseMs = 150;

        private readonly IOutputPin _buzzer;
        private readonly IOutputPin _lamp;

        private ushort[] _rhythm = s_silence;
        private int _weight;
        private int _at;
        private bool _hasBegun; // since the last step; the first sound is timed from the next step
        private uint _since;

        public RhythmSignals(IOutputPin buzzer, IOutputPin lamp)
        {
            _buzzer = buzzer;
            _lamp = lamp;
        }

        /// <summary>A question from the lane uses the attention rhythm, not the confirmation.</summary>
        public void Confirmed(byte recordType, uint sequence)
        {
            bool isQuestion = recordType == RecordType.Asked;
            Play(isQuestion ? s_attention : s_confirmed, isQuestion ? 2 : 1);
        }

        public void Attention()
        {
            Play(s_attention, 2);
        }

        public void GroupFull()
        {
            Play(s_groupFull, 3);
        }

        public void Refused(byte reason)
        {
            Play(s_refused, 4);
        }

        /// <summary>Advances the rhythm. Call at least every 20 ms.</summary>
        public void Step(uint now)
        {
            if (_hasBegun)
            {
                _hasBegun = false;
                _since = now;
                return;
            }

            if (_weight == 0)
            {
                return;
            }

            uint length = _at < _rhythm.Length ? _rhythm[_at] : PauseMs;
            if (now - _since < length)
            {
                return;
            }

            _since += length;
            _at++;
            if (_at > _rhythm.Length)
            {
                _weight = 0;
                return;
            }

            Switch(_at < _rhythm.Length && _at % 2 == 0);
        }

        private void Play(ushort[] rhythm, int weight)
        {
            if (weight >= _weight)
            {
                _rhythm = rhythm;
                _weight = weight;
                _at = 0;
                _hasBegun = true;
                Switch(true); // at once: the rest of the loop pass would delay it
            }
        }

        private void Switch(bool on)
        {
            _buzzer.Switch(on);
            _lamp.Switch(on);
        }
    }
}
