namespace FieldNode.Protocol
{
    /// <summary>
    /// The keys under which one log's personal codes are sealed: a key for each record, each made from the one before, so that who finds a
    /// key opens that record and later ones and none before it.
    /// <code>
    ///   root             HMAC(reserve, 01)            reserve of the next chain: HMAC(reserve, 00)
    ///   key of `since`   HMAC(root, epoch, since)     first 16 bytes, as of all keys
    ///   key of n + 1     HMAC(key of n, 00)
    ///   pad of n         HMAC(key of n, 01), HMAC(key of n, 02)
    /// </code>
    /// A code is sealed by XOR with its record's pad: it keeps its length, and a frame its bytes and its one program call. A pad serves one
    /// record of one epoch, ever. That bytes were not changed, CRC and batch tag tell.
    /// </summary>
    public sealed class SealChain
    {
        public const int KeyBytes = 16;

        private const int TagBytes = 32;

        private static readonly byte[] s_steps = { 0, 1, 2 };

        private readonly ITags _tags;
        private readonly byte[] _key = new byte[KeyBytes];
        private readonly byte[] _tag = new byte[TagBytes];

        public SealChain(ITags tags)
        {
            _tags = tags;
        }

        /// <summary>Sequence number of the record that the key at hand is for; 0: there is no key.</summary>
        public uint Sequence { get; private set; }

        /// <summary>The root of a chain, from what is kept for the next ones; what is kept afterwards is put in its place.</summary>
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
        public void Begin(byte[] root, uint epoch, uint since)
        {
            byte[] place = new byte[8];
            LittleEndian.WriteUInt32(place, 0, epoch);
            LittleEndian.WriteUInt32(place, 4, since);
            _tags.Compute(root, place, 0, place.Length, _tag, 0);
            TakeKey(since);
        }

        /// <summary>Goes on with a key that was kept.</summary>
        public void Resume(byte[] buffer, int offset, uint sequence)
        {
            System.Array.Copy(buffer, offset, _key, 0, KeyBytes);
            Sequence = sequence;
        }

        /// <summary>The key is lost.</summary>
        public void Forget()
        {
            System.Array.Clear(_key, 0, KeyBytes);
            Sequence = 0;
        }

        public void CopyKey(byte[] buffer, int offset)
        {
            System.Array.Copy(_key, 0, buffer, offset, KeyBytes);
        }

        /// <summary>Goes on to a record's key: forward only, the keys before are gone.</summary>
        public void MoveTo(uint sequence)
        {
            while (Sequence < sequence && Sequence != 0)
            {
                _tags.Compute(_key, s_steps, 0, 1, _tag, 0);
                TakeKey(Sequence + 1);
            }
        }

        /// <summary>Seals or opens a code of the record that the key is for; at most 64 bytes.</summary>
        public void Apply(byte[] buffer, int offset, int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (i % TagBytes == 0)
                {
                    _tags.Compute(_key, s_steps, 1 + i / TagBytes, 1, _tag, 0);
                }

                buffer[offset + i] ^= _tag[i % TagBytes];
            }
        }

        private void TakeKey(uint sequence)
        {
            System.Array.Copy(_tag, _key, KeyBytes);
            Sequence = sequence;
        }
    }
}
