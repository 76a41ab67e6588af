using FieldNode.Protocol;

namespace FieldNode.Core.Enrolment
{
    /// <summary>
    /// Mixes weak random sources into numbers that no one can guess without knowing all of them. A bad or known source does not weaken the
    /// others. HMAC-SHA256 over all input, in order; drawn numbers do not reveal the next ones.
    /// </summary>
    public sealed class NoisePool
    {
        private const int StateBytes = 32;
        private const byte Drawn = 1;
        private const byte Moved = 2;

        private readonly ITags _tags;
        private readonly byte[] _state = new byte[StateBytes];
        private readonly byte[] _block = new byte[StateBytes];

        private int _count;

        public NoisePool(ITags tags)
        {
            _tags = tags;
        }

        public void Add(uint value)
        {
            LittleEndian.WriteUInt32(_block, _count, value);
            _count += 4;
            if (_count == _block.Length)
            {
                Mix(_count);
            }
        }

        public void AddBytes(byte[] bytes)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                Add(bytes[i]);
            }
        }

        /// <summary>Fills a buffer of at most 32 bytes.</summary>
        public void Draw(byte[] buffer)
        {
            Mix(_count);
            byte[] drawn = new byte[StateBytes];
            _block[0] = Drawn;
            _tags.Compute(_state, _block, 0, 1, drawn, 0);
            System.Array.Copy(drawn, buffer, buffer.Length);
            _block[0] = Moved;
            Mix(1);
        }

        private void Mix(int count)
        {
            byte[] mixed = new byte[StateBytes];
            _tags.Compute(_state, _block, 0, count, mixed, 0);
            System.Array.Copy(mixed, _state, StateBytes);
            _count = 0;
        }
    }
}
