using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Log
{
    /// <summary>
    /// Seals the personal codes of one log's records (<see cref="SealChain"/>). The key of a sector's first record lies in its head; once
    /// the next sector is in use it is destroyed, so that the flash opens what was recorded since the newest sector began, and nothing
    /// before.
    /// </summary>
    internal sealed class LogSeals
    {
        private readonly RingLog _log;
        private readonly ISealRoots _roots;
        private readonly SealChain _chain;
        private readonly byte[] _plain = new byte[CodeContent.CodeBytesMax];

        // What was in the newest sector when it was mounted can be remembered (LaneMemory): from a key in memory alone.
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

        /// <summary>The chain that the newest records are of.</summary>
        public SealStart Start { get; } = new SealStart();

        /// <summary>The next record is to begin a chain: there is another key, or none.</summary>
        public bool IsDue { get { return _isDue || IsLost; } }

        /// <summary>Damage took the key: nothing can be sealed before a chain is begun.</summary>
        public bool IsLost { get { return _chain.Sequence == 0; } }

        /// <summary>There is another key than that of <see cref="Start"/>.</summary>
        public void Renew()
        {
            _isDue = _roots.Key != Start.Key || _roots.Check != Start.Check;
        }

        /// <summary>Begins a chain with a record that opens a sector; false when the next root cannot be had.</summary>
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

        /// <summary>Puts back what <see cref="Seal"/> took: the lane reads on in the frame.</summary>
        public void Restore(byte[] frame)
        {
            int at;
            int count = SealedPart.Find(frame, 0, out at);
            System.Array.Copy(_plain, 0, frame, at, count);
        }

        /// <summary>Opens a frame of the newest sector while it is folded, one after another.</summary>
        public void Open(byte[] sector, int offset, uint sequence)
        {
            Open(_chain, sector, offset, sequence);
        }

        /// <summary>Opens a frame that is read again; false when its key is gone, as that of all before the newest sector is.</summary>
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

        /// <summary>Writes the key of a sector's first record, and the chain, into its head.</summary>
        public void BeginHead(SectorHead head, byte[] buffer)
        {
            _chain.MoveTo(head.FirstSequence);
            head.Seals.CopyFrom(Start);
            head.Begin(buffer, _chain);
        }

        /// <summary>A sector is in use: the keys of those before it are spent.</summary>
        public void SectorOpened()
        {
            _mayHaveSpentKeys = true;
        }

        /// <summary>
        /// Takes key and chain from the newest sector's head, which is in the ring's buffer; from the one before when damage took them, and
        /// then the buffer holds that. False when the key is lost.
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

        /// <summary>Destroys the keys of sectors before the newest, while the lane is idle; true when there was one.</summary>
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
                goesOn = _log.Retired.Contains(_log.Sectors.SlotOf(number)); // one that was retired in use has the key of its time
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
