using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// Seals the personal codes in one log's records (<see cref="SealChain"/>). The head of a sector holds the key of its first record.
    /// Once the next sector is in use, that key is destroyed, so that the flash opens only records since the newest sector began.
    /// </summary>
    internal sealed class LogSeals
    {
        private readonly RingLog _log;
        private readonly ISealRoots _roots;
        private readonly SealChain _chain;
        private readonly byte[] _plain = new byte[CodeContent.CodeBytesMax];

        // Opens the records that the newest sector held at mount, for LaneMemory. Its key is in memory only.
        private readonly SealChain _past;
        private uint _pastSince;

        private bool _isDue;
        private bool _mayHaveSpentKeys;

        public LogSeals(RingLog log, ITags tags, ISealRoots roots)
        {
            _log = log;
            _roots = roots;
            _chain = new SealChain(tags);
            _past = new SealChain(tags);
        }

        /// <summary>The chain of the newest records.</summary>
        public SealStart Start { get; } = new SealStart();

        /// <summary>The next record must begin a chain, because the key has changed or is lost.</summary>
        public bool IsDue { get { return _isDue || IsLost; } }

        /// <summary>The key was lost to damage: nothing can be sealed until a new chain begins.</summary>
        public bool IsLost { get { return _chain.Sequence == 0; } }

        /// <summary>Makes a new chain due if the key differs from that of <see cref="Start"/>.</summary>
        public void Renew()
        {
            _isDue = _roots.Key != Start.Key || _roots.Check != Start.Check;
        }

        /// <summary>Begins a chain with the record that opens a sector; false if there is no next root.</summary>
        public bool Begin(uint epoch, uint since)
        {
            byte key = _roots.Key;
            uint check = _roots.Check;
            byte chain;
            byte[] root = _roots.Take(out chain);
            if (root.Length == 0)
            {
                return false;
            }

            Start.Set(key, chain, since, check);
            _chain.Begin(root, epoch, since, Start.IsBound);
            _isDue = false;
            return true;
        }

        /// <summary>Seals a frame that has its head but no CRC yet.</summary>
        public void Seal(byte[] frame, uint sequence)
        {
            int at;
            int count = SealedPart.Find(frame, 0, out at);
            if (count > 0)
            {
                System.Array.Copy(frame, at, _plain, 0, count);
                _chain.MoveTo(sequence);
                _chain.Apply(frame, 0, at, count);
            }
        }

        /// <summary>Restores the bytes that <see cref="Seal"/> replaced, because the lane still reads the frame.</summary>
        public void Restore(byte[] frame)
        {
            int at;
            int count = SealedPart.Find(frame, 0, out at);
            System.Array.Copy(_plain, 0, frame, at, count);
        }

        /// <summary>Opens a frame of the newest sector while the sector is folded; frames must come in order.</summary>
        public void Open(byte[] sector, int offset, uint sequence)
        {
            Open(_chain, sector, offset, sequence);
        }

        /// <summary>Opens a frame that is read again; false if its key is gone, as it is for every record before the newest
        /// sector.</summary>
        public bool TryOpenAgain(byte[] frames, int offset, uint sequence)
        {
            int at;
            if (SealedPart.Find(frames, offset, out at) == 0)
            {
                return true;
            }

            bool isKnown = _past.Sequence != 0 && sequence >= _past.Sequence && (sequence < Start.Since || _pastSince == Start.Since);
            if (isKnown)
            {
                Open(_past, frames, offset, sequence);
            }

            return isKnown;
        }

        /// <summary>Writes the chain, and the key of the sector's first record, into the head.</summary>
        public void BeginHead(SectorHead head, byte[] buffer)
        {
            _chain.MoveTo(head.FirstSequence);
            head.Seals.CopyFrom(Start);
            head.Begin(buffer, _chain);
        }

        /// <summary>Called when a sector is in use: the keys of the sectors before it are spent.</summary>
        public void SectorOpened()
        {
            _mayHaveSpentKeys = true;
        }

        /// <summary>
        /// Takes key and chain from the newest sector's head in the ring's buffer. If damage destroyed the key there, it is taken from the
        /// sector before, if possible; then the buffer holds that sector and the result is false.
        /// </summary>
        public bool Resume(SectorHead head)
        {
            uint first = head.FirstSequence;
            Start.CopyFrom(head.Seals);
            _chain.Forget();
            bool hasKey = SectorHead.HasSealKey(_log.Sectors.Buffer, 0);
            if (hasKey)
            {
                _chain.Resume(_log.Sectors.Buffer, SectorHead.SealKeyOffset, first, Start.IsBound);
            }
            else if (head.Number > 0 && _log.ReadHead(head.Number - 1) && head.Seals.Same(Start)
                && SectorHead.HasSealKey(_log.Sectors.Buffer, 0))
            {
                _chain.Resume(_log.Sectors.Buffer, SectorHead.SealKeyOffset, head.FirstSequence, Start.IsBound);
                _chain.MoveTo(first);
            }

            byte[] key = new byte[SealChain.KeyBytes];
            _chain.CopyKey(key, 0);
            _past.Resume(key, 0, _chain.Sequence, Start.IsBound);
            _pastSince = Start.Since;
            _mayHaveSpentKeys = true;
            Renew();
            return hasKey;
        }

        /// <summary>Destroys the keys of sectors before the newest, while the lane is idle; true if there was one.</summary>
        public bool DestroySpent()
        {
            bool goesOn = _mayHaveSpentKeys;
            bool destroyed = false;
            _mayHaveSpentKeys = false;
            uint number = _log.NewestNumber;
            while (goesOn && number > 0)
            {
                number--;
                destroyed |= Destroy(number);
                goesOn = _log.Retired.Contains(_log.Sectors.SlotOf(number)); // a sector retired in use still has its key
            }

            return destroyed;
        }

        private static void Open(SealChain chain, byte[] buffer, int offset, uint sequence)
        {
            int at;
            int count = SealedPart.Find(buffer, offset, out at);
            if (count > 0)
            {
                chain.MoveTo(sequence);
                chain.Apply(buffer, offset, at, count);
            }
        }

        private bool Destroy(uint number)
        {
            RingFlash sectors = _log.Sectors;
            bool isThere = sectors.Look(sectors.SlotOf(number)) == SlotLook.Numbered && sectors.NumberSeen == number
                && sectors.Read(number, 0, SectorHead.SealKeyOffset + SectorHead.SealKeyBytes)
                && SectorHead.MayHaveSealKey(sectors.Buffer, 0) && !IsCleared(sectors.Buffer);
            return isThere && sectors.Clear(number, SectorHead.SealKeyOffset, SectorHead.SealKeyBytes);
        }

        private static bool IsCleared(byte[] head)
        {
            for (int i = 0; i < SectorHead.SealKeyBytes; i++)
            {
                if (head[SectorHead.SealKeyOffset + i] != Frame.Cleared)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
