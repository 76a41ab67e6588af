using FieldNode.Protocol;

namespace FieldNode.Lane
{
    /// <summary>People sampled in each of the last ten minutes of the lane's time.</summary>
    public sealed class Pace
    {
        public const int Minutes = 10;

        private const int SecondsMin = 60; // a shorter time counts as one minute

        private readonly byte[] _counts = new byte[Minutes]; // newest minute first
        private uint _minute;
        private uint _since;

        internal bool IsBlank { get { return _since == 0 && _minute == 0 && Sum(_minute) == 0; } }

        /// <summary>People per hour at a given lane time; 0 if no one was sampled in the last ten minutes.</summary>
        public uint PerHour(uint second)
        {
            uint minute = second / 60;
            uint sum = Sum(minute);
            if (sum == 0)
            {
                return 0;
            }

            uint from = minute < Minutes ? 0 : (minute - (Minutes - 1)) * 60;
            from = _since > from ? _since : from;
            uint seconds = second > from + SecondsMin ? second - from : SecondsMin;
            return sum * 3600 / seconds;
        }

        internal void Reset()
        {
            System.Array.Clear(_counts, 0, Minutes);
            _minute = 0;
            _since = 0;
        }

        internal void Add(uint second)
        {
            uint minute = second / 60;
            if (Sum(minute) == 0)
            {
                _since = second; // the first person, or the first after a pause
            }

            Advance(minute);
            if (_counts[0] < 255)
            {
                _counts[0]++;
            }
        }

        /// <summary>Removes the last person, after an undo.</summary>
        internal void Remove()
        {
            for (int i = 0; i < Minutes; i++)
            {
                if (_counts[i] > 0)
                {
                    _counts[i]--;
                    return;
                }
            }
        }

        internal int Write(byte[] buffer, int offset)
        {
            offset = Varint.Write(buffer, offset, _minute);
            offset = Varint.Write(buffer, offset, _since);
            System.Array.Copy(_counts, 0, buffer, offset, Minutes);
            return offset + Minutes;
        }

        internal int TryRead(byte[] buffer, int offset, int end)
        {
            offset = Varint.TryRead(buffer, offset, end, out _minute);
            offset = Varint.TryRead(buffer, offset, end, out _since);
            if (offset < 0 || offset + Minutes > end)
            {
                return -1;
            }

            System.Array.Copy(buffer, offset, _counts, 0, Minutes);
            return offset + Minutes;
        }

        private uint Sum(uint minute)
        {
            uint age = minute - _minute;
            uint sum = 0;
            for (uint i = 0; i + age < Minutes && age < Minutes; i++)
            {
                sum += _counts[i];
            }

            return sum;
        }

        private void Advance(uint minute)
        {
            if (minute - _minute >= Minutes)
            {
                System.Array.Clear(_counts, 0, Minutes);
            }
            else
            {
                for (; _minute != minute; _minute++)
                {
                    for (int i = Minutes - 1; i > 0; i--)
                    {
                        _counts[i] = _counts[i - 1];
                    }

                    _counts[0] = 0;
                }
            }

            _minute = minute;
        }
    }
}
