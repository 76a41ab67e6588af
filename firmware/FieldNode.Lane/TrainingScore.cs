using FieldNode.Protocol;

namespace FieldNode.Lane
{
    /// <summary>A volunteer's score in training, since training began or since the volunteer's badge was scanned.</summary>
    public sealed class TrainingScore
    {
        /// <summary>People sampled correctly.</summary>
        public uint People;

        /// <summary>Refused scans, undone steps, and practice people scanned under a wrong category.</summary>
        public uint Errors;

        /// <summary>True after a badge scan: the next scored scan begins another volunteer's turn.</summary>
        public bool IsPending;

        private uint _from;
        private uint _to;

        /// <summary>Share of correct steps in percent; 0 before the first step.</summary>
        public uint Percent { get { return People + Errors == 0 ? 0 : People * 100 / (People + Errors); } }

        public uint PerHour { get { return _to > _from ? People * 3600 / (_to - _from) : 0; } }

        internal bool IsBlank { get { return People == 0 && Errors == 0 && _from == 0 && !IsPending; } }

        internal void Begin(uint second)
        {
            People = 0;
            Errors = 0;
            _from = second;
            _to = second;
            IsPending = false;
        }

        internal void BeginIfPending(uint second)
        {
            if (IsPending)
            {
                Begin(second);
            }
        }

        internal void Add(uint second)
        {
            People++;
            _to = second;
        }

        internal int Write(byte[] buffer, int offset)
        {
            offset = Varint.Write(buffer, offset, People);
            offset = Varint.Write(buffer, offset, Errors);
            offset = Varint.Write(buffer, offset, _from);
            return Varint.Write(buffer, offset, (_to - _from) << 1 | (IsPending ? 1u : 0));
        }

        internal int TryRead(byte[] buffer, int offset, int end)
        {
            uint took;
            offset = Varint.TryRead(buffer, offset, end, out People);
            offset = Varint.TryRead(buffer, offset, end, out Errors);
            offset = Varint.TryRead(buffer, offset, end, out _from);
            offset = Varint.TryRead(buffer, offset, end, out took);
            _to = _from + (took >> 1);
            IsPending = (took & 1) != 0;
            return offset;
        }
    }
}
