using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Drivers
{
    /// <summary>
    /// Buzzer and lamp: each signal has a rhythm of its own, so that it is known without looking, without hearing, and without telling
    /// colours. What matters more cuts what matters less, never the other way. Stepped from the main loop.
    /// </summary>
    public sealed class RhythmSignals : ISignals
    {
        // On and off in turns, in ms, beginning with on.
        private static readonly ushort[] s_confirmed = { 70 };
        private static readonly ushort[] s_attention = { 70, 70, 70, 70, 400 };
        private static readonly ushort[] s_groupFull = { 400, 150, 400, 150, 400 };
        private static readonly ushort[] s_refused = { 900, 120, 120, 120, 120 };
        private static readonly ushort[] s_silence = new ushort[0];

        // Every rhythm ends in a pause, so that two that follow each other stay two.
        private const uint PauseMs = 150;

        private readonly IOutputPin _buzzer;
        private readonly IOutputPin _lamp;

        private ushort[] _rhythm = s_silence;
        private int _weight;
        private int _at;
        private bool _hasBegun; // since the last step: its first sound lasts from the next one on
        private uint _since;

        public RhythmSignals(IOutputPin buzzer, IOutputPin lamp)
        {
            _buzzer = buzzer;
            _lamp = lamp;
        }

        /// <summary>A question of the lane sounds like something to read, not like a step done.</summary>
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

        /// <summary>Goes on with the rhythm: at least every 20 ms.</summary>
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
                Switch(true); // at once: what else the round has to do would keep it waiting
            }
        }

        private void Switch(bool on)
        {
            _buzzer.Switch(on);
            _lamp.Switch(on);
        }
    }
}
