namespace FieldNode.Protocol
{
    /// <summary>
    /// The keys that seal one log's personal codes. Each record has its own key, made from the previous one, so someone who finds a key can
    /// open that record and later ones, but none before it.
    /// <code>
    ///   root             HMAC(reserve, 01)            reserve of the next chain: HMAC(reserve, 00)
    ///   key of `since`   HMAC(root, epoch, since)     first 16 bytes, as of all keys
    ///   key of n + 1     HMAC(key of n, 00)
    ///   pad of n         HMAC(key of n, 01, record), HMAC(key of n, 02, record)
    ///   record           n as u32, then the frame up to its CRC, without the sealed part
    /// </code>
    /// A code is sealed by XOR with its record's pad, so it keeps its length, and the frame keeps its size and its single program call. The
    /// pad depends on the record, so that a copied flash, which has the same keys, does not seal another person under the same pad. Chains
    /// of the earlier format leave the record out (<see cref="SealStart.IsBound"/>). The seal does not detect changed bytes; the CRC and
    /// the batch tag do.
    /// </summary>
    public sealed class SealChain
    {
        public const int KeyBytes = 16;

        private const int TagBytes = 32;
        private const int PadHeadBytes = 5;
        private const int RecordBytes = 32; // enough for this version; grows if a later one appends fields

        private static readonly byte[] s_steps = { 0, 1 };

        private readonly ITags _tags;
        private readonly byte[] _key = new byte[KeyBytes];
        private readonly byte[] _tag = new byte[TagBytes];

        private byte[] _record = new byte[RecordBytes];
        private bool _isBound;

        public SealChain(ITags tags)
        {
            _tags = tags;
        }

        /// <summary>Sequence number of the record that the current key is for; 0 if there is no key.</summary>
        public uint Sequence { get; private set; }

        /// <summary>Derives the root of a chain from the reserve, and replaces the reserve with the one for the next chain.</summary>
        public static byte[] TakeRoot(ITags tags, byte[] reserve)
        {
            byte[] root = new byte[TagBytes];
            tags.Compute(reserve, s_steps, 1, 1, root, 0);
            byte[] next = new byte[TagBytes];
            tags.Compute(reserve, s_steps, 0, 1, next, 0);
            System.Array.Copy(next, reserve, TagBytes);
            return root;
        }

        /// <summary>Begins a chain.</summary>
        /// <param name="since">Sequence number of its first record.</param>
        /// <param name="isBound"><see cref="SealStart.IsBound"/>.</param>
        public void Begin(byte[] root, uint epoch, uint since, bool isBound)
        {
            _isBound = isBound;
            byte[] place = new byte[8];
            LittleEndian.WriteUInt32(place, 0, epoch);
            LittleEndian.WriteUInt32(place, 4, since);
            _tags.Compute(root, place, 0, place.Length, _tag, 0);
            TakeKey(since);
        }

        /// <summary>Resumes a chain with a stored key.</summary>
        public void Resume(byte[] buffer, int offset, uint sequence, bool isBound)
        {
            _isBound = isBound;
            System.Array.Copy(buffer, offset, _key, 0, KeyBytes);
            Sequence = sequence;
        }

        /// <summary>Clears the key.</summary>
        public void Forget()
        {
            System.Array.Clear(_key, 0, KeyBytes);
            Sequence = 0;
        }

        public void CopyKey(byte[] buffer, int offset)
        {
            System.Array.Copy(_key, 0, buffer, offset, KeyBytes);
        }

        /// <summary>Advances to a record's key. Forward only: earlier keys are gone.</summary>
        public void MoveTo(uint sequence)
        {
            while (Sequence < sequence && Sequence != 0)
            {
                _tags.Compute(_key, s_steps, 0, 1, _tag, 0);
                TakeKey(Sequence + 1);
            }
        }

        /// <summary>Seals or opens the sealed part of the record that the key is for.</summary>
        /// <param name="frame">The whole frame; its CRC is ignored.</param>
        /// <param name="at">Where the part begins in the buffer.</param>
        /// <param name="count">Length of the part in bytes, at most 64.</param>
        public void Apply(byte[] frame, int offset, int at, int count)
        {
            int recordBytes = _isBound ? CopyRecord(frame, offset, at, count) : 1;
            for (int i = 0; i < count; i++)
            {
                if (i % TagBytes == 0)
                {
                    _record[0] = (byte)(1 + i / TagBytes);
                    _tags.Compute(_key, _record, 0, recordBytes, _tag, 0);
                }

                frame[at + i] ^= _tag[i % TagBytes];
            }
        }

        private int CopyRecord(byte[] frame, int offset, int at, int count)
        {
            int before = at - offset;
            int behind = Frame.HeadBytes + Frame.ContentCount(frame, offset) - before - count;
            if (_record.Length < PadHeadBytes + before + behind)
            {
                _record = new byte[PadHeadBytes + before + behind];
            }

            LittleEndian.WriteUInt32(_record, 1, Sequence);
            System.Array.Copy(frame, offset, _record, PadHeadBytes, before);
            System.Array.Copy(frame, at + count, _record, PadHeadBytes + before, behind);
            return PadHeadBytes + before + behind;
        }

        private void TakeKey(uint sequence)
        {
            System.Array.Copy(_tag, _key, KeyBytes);
            Sequence = sequence;
        }
    }
}
