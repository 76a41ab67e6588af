using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>Finds the newest sector and folds it into the state. Unreadable places are counted, never formatted.</summary>
    internal sealed class RingMount
    {
        // An erase that has begun has reached at least these bytes.
        private const int FirstFramesEnd = 256;

        private readonly RingLog _log;
        private readonly RingFlash _sectors;
        private readonly ILogState _state;
        private readonly Acknowledgement _acknowledgement = new Acknowledgement();

        public RingMount(RingLog log, ILogState state)
        {
            _log = log;
            _sectors = log.Sectors;
            _state = state;
        }

        public byte Run(ulong nodeId)
        {
            NewestSearch search = new NewestSearch(_sectors);
            if (search.TryBinary())
            {
                byte result = MountFrom(search.Number, nodeId);
                bool mayGoOn = result == LogResult.Ok && _log.Next.Number != _log.NewestNumber + 1;
                if (result != LogResult.NotALog && !mayGoOn)
                {
                    return result;
                }
            }

            // The slots are out of order, the end found has no readable sector, or a retired slot after it may hide more.
            byte found = search.RunLinear();
            return found == LogResult.Ok ? MountFrom(search.Number, nodeId) : found;
        }

        // The highest number may be only prepared. Before it there may be retired slots, or one with a damaged head.
        private byte MountFrom(uint highest, ulong nodeId)
        {
            bool isPrepared = _sectors.IsPrepared(highest);
            bool isOpen = IsOpen(highest);
            uint oldest = highest > RetiredSectors.Max + 2 ? highest - RetiredSectors.Max - 2 : 0;
            for (uint behind = isOpen ? 0u : 1u; behind <= highest - oldest; behind++)
            {
                uint number = highest - behind;
                if (!_sectors.Read(number, 0, _sectors.SectorBytes))
                {
                    return LogResult.Fault;
                }

                if (IsOpen(number))
                {
                    return _log.Head.NodeId == nodeId ? FoldNewest(highest, isPrepared) : LogResult.OtherNode;
                }
            }

            return LogResult.NotALog;
        }

        private bool IsOpen(uint number)
        {
            return _log.Head.TryReadOpen(_sectors.Buffer, 0) && _log.Head.Number == number;
        }

        private byte FoldNewest(uint highest, bool isPrepared)
        {
            SectorHead head = _log.Head;
            if (_sectors.Slots - head.Retired.Count < RingFlash.SlotsMin
                || !_state.TryRestore(_sectors.Buffer, head.StateOffset, head.StateCount))
            {
                return LogResult.Fault;
            }

            _log.NodeId = head.NodeId;
            _log.Epoch = head.Epoch;
            _log.NewestNumber = head.Number;
            _log.AcknowledgedUpTo = head.AcknowledgedUpTo;
            _log.UnackedNumber = head.UnackedNumber;
            _log.UnackedNumberOnFlash = head.UnackedNumber;
            _log.UnackedOffset = head.UnackedNumber == head.Number ? head.Bytes : head.UnackedOffset;
            _log.Retired.CopyFrom(head.Retired);
            _log.DamagedPlaces = 0;
            _log.ClearedBytes = 0;
            if (!_log.Seals.Resume(head) && !(_sectors.Read(_log.NewestNumber, 0, _sectors.SectorBytes) && IsOpen(_log.NewestNumber)))
            {
                return LogResult.Fault;
            }

            SettleTail(Fold(head.Bytes, head.FirstSequence));
            bool nextIsPrepared = isPrepared && highest == _log.Next.Number;
            if (!nextIsPrepared && !FoldHeadless())
            {
                return LogResult.Fault;
            }

            _log.Next.IsPrepared = nextIsPrepared;
            CheckUnacked();
            uint next = _log.Next.Number;
            if (LacksAcknowledgement(next) && (nextIsPrepared || WasErased(next)))
            {
                AcknowledgeByErase(next);
            }

            return LogResult.Ok;
        }

        // Values of a head or an acknowledgement have passed a CRC, but are accepted only if they are possible.
        private void CheckUnacked()
        {
            if (_log.AcknowledgedUpTo > _log.LastSequence)
            {
                _log.AcknowledgedUpTo = _log.LastSequence;
            }

            if (_log.NewestNumber - _log.UnackedNumber >= (uint)_sectors.Slots || _log.UnackedOffset > _sectors.SectorBytes)
            {
                _log.UnackedNumber = _log.NumberOf(_log.AcknowledgedUpTo + 1);
                _log.UnackedOffset = 0;
            }
        }

        // A full sector may be followed by one with an unreadable head. Its first frame is verified by its number; a sector whose head is
        // only torn has no frame.
        private bool FoldHeadless()
        {
            byte[] sector = _sectors.Buffer;
            uint number = _log.Next.Number;
            if (_log.WriteOffset + Frame.BytesMax <= sector.Length)
            {
                return true;
            }

            if (!_sectors.Read(number, 0, sector.Length))
            {
                return false;
            }

            for (int offset = SectorHead.PreparedBytes; offset < SectorHead.BytesMax; offset++)
            {
                if (Frame.Check(sector, offset, sector.Length, _log.Epoch, _log.LastSequence + 1) > 0)
                {
                    _log.NewestNumber = number;
                    _log.DamagedPlaces++;
                    SettleTail(Fold(offset, _log.LastSequence + 1));
                    AcknowledgeByErase(number);
                    break;
                }
            }

            return true;
        }

        // Applies the frames of the sector in the buffer; returns where they end.
        private int Fold(int offset, uint firstSequence)
        {
            byte[] sector = _sectors.Buffer;
            SectorWalk walk = new SectorWalk(sector, offset, sector.Length, _log.Epoch, firstSequence);
            while (walk.Next())
            {
                if (walk.IsLocal)
                {
                    TakeLocal(sector, walk.FrameOffset);
                }
                else
                {
                    _log.Seals.Open(sector, walk.FrameOffset, walk.Sequence);
                    _state.Apply(walk.Sequence, sector, walk.FrameOffset);
                }
            }

            _log.LastSequence = walk.NextSequence - 1;
            _log.DamagedPlaces += walk.DamagedPlaces;
            return walk.EndOffset;
        }

        private void TakeLocal(byte[] sector, int offset)
        {
            if (Frame.Type(sector, offset) == RecordType.SectorRetired)
            {
                _log.Next.TakeRetired((int)(Frame.Ticks(sector, offset) % (uint)_sectors.Slots));
            }
            else if (_acknowledgement.TryRead(sector, offset) && _acknowledgement.UpTo > _log.AcknowledgedUpTo)
            {
                _log.AcknowledgedUpTo = _acknowledgement.UpTo;
                _log.UnackedNumber = _log.NewestNumber - _acknowledgement.SectorsBehind;
                _log.UnackedNumberOnFlash = _log.UnackedNumber;
                _log.UnackedOffset = _acknowledgement.Offset;
            }
        }

        // A torn write is at most one frame long and is cleared. Anything longer is damage and stays as it is: the numbers that its frames
        // may have had are skipped, and the next record goes into the next sector.
        private void SettleTail(int offset)
        {
            byte[] sector = _sectors.Buffer;
            int end = sector.Length;
            while (end > offset && sector[end - 1] == Frame.Erased)
            {
                end--;
            }

            _log.WriteOffset = end;
            int torn = end - offset;
            if (torn > Frame.BytesMax)
            {
                _log.DamagedPlaces++;
                _log.LastSequence += (uint)torn / Frame.OverheadBytes;
                _log.WriteOffset = sector.Length;
                return;
            }

            _log.ClearedBytes += torn;
            if (torn > 0 && !_sectors.Clear(_log.NewestNumber, offset, torn))
            {
                _log.CloseNewest(offset, torn);
            }
        }

        // An acknowledgement that found no room in a full sector is not on flash until the next head is written. But the released mark and
        // the erase that it allowed prove it, even an interrupted erase: the content of that slot was acknowledged, up to the first record
        // of the sector after it. If that slot was retired by then, the next one counts.
        private void AcknowledgeByErase(uint number)
        {
            if (!LacksAcknowledgement(number))
            {
                return;
            }

            uint follower = number - (uint)_sectors.Slots + 1;
            while (!_log.ReadHead(follower) && _log.Retired.Contains(_sectors.SlotOf(follower)))
            {
                follower++;
            }

            if (_log.IsHeadOf(follower, _sectors.Buffer) && _log.Head.FirstSequence - 1 > _log.AcknowledgedUpTo)
            {
                _log.AcknowledgedUpTo = _log.Head.FirstSequence - 1;
            }

            _log.UnackedNumber = follower;
            _log.UnackedOffset = 0;
        }

        private bool LacksAcknowledgement(uint number)
        {
            return number >= (uint)_sectors.Slots && _log.UnackedNumber <= number - (uint)_sectors.Slots;
        }

        // A sector whose head is only damaged still has its first frames; an erase that has begun leaves none of them.
        private bool WasErased(uint number)
        {
            byte look = _sectors.Look(_sectors.SlotOf(number));
            if (look == SlotLook.Numbered || look == SlotLook.Fault || !_sectors.Read(number, 0, FirstFramesEnd + Frame.BytesMax))
            {
                return look == SlotLook.Numbered && _sectors.NumberSeen == number;
            }

            return SectorHead.IsReleased(_sectors.Buffer, number - (uint)_sectors.Slots)
                || !SectorWalk.HasFrames(_sectors.Buffer, SectorHead.PreparedBytes, FirstFramesEnd,
                    FirstFramesEnd + Frame.BytesMax, _log.Epoch);
        }
    }
}
