using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>Finds the newest sector and folds it into the state. What cannot be read is counted, never formatted.</summary>
    internal sealed class RingMount
    {
        private readonly RingLog _log;
        private readonly ILogState _state;

        public RingMount(RingLog log, ILogState state)
        {
            _log = log;
            _state = state;
        }

        public byte Run(ulong nodeId)
        {
            _log.DamagedPlaces = 0;
            _log.ClearedBytes = 0;
            byte found = FindNewest();
            if (found != LogResult.Ok)
            {
                return found;
            }

            if (_log.Head.NodeId != nodeId)
            {
                return LogResult.OtherNode;
            }

            _log.NodeId = nodeId;
            return FoldNewest();
        }

        // The first sector after a format that was cut short may be torn; then no other slot holds anything, nor does the rest of this one.
        private byte FindNewest()
        {
            SectorHead head = _log.Head;
            byte[] buffer = _log.SectorBuffer;
            bool any = false;
            bool allErased = true;
            uint newest = 0;
            for (int slot = 0; slot < _log.Slots; slot++)
            {
                if (!_log.Flash.Read(slot * _log.Flash.SectorBytes, buffer, 0, SectorHead.BytesMax))
                {
                    return LogResult.Fault;
                }

                if (head.TryReadOpen(buffer, 0) && head.Number % (uint)_log.Slots == (uint)slot && (!any || head.Number > newest))
                {
                    any = true;
                    newest = head.Number;
                    _log.Epoch = head.Epoch;
                }

                allErased &= slot == 0 || SectorWalk.AllErased(buffer, 0, SectorHead.BytesMax);
            }

            if (any)
            {
                _log.NewestNumber = newest;
                return _log.ReadHead(newest) ? LogResult.Ok : LogResult.Fault;
            }

            return allErased && FirstHoldsNoFrames() ? LogResult.Blank : LogResult.NotALog;
        }

        private bool FirstHoldsNoFrames()
        {
            return _log.Flash.Read(0, _log.SectorBuffer, 0, _log.Flash.SectorBytes)
                && SectorWalk.AllErased(_log.SectorBuffer, SectorHead.BytesMax, _log.Flash.SectorBytes);
        }

        private byte FoldNewest()
        {
            byte[] sector = _log.SectorBuffer;
            SectorHead head = _log.Head;
            if (!ReadSector(_log.NewestNumber) || !_state.TryRestore(sector, SectorHead.StateOffset, head.StateCount))
            {
                return LogResult.Fault;
            }

            _log.AcknowledgedUpTo = head.AcknowledgedUpTo;
            int offset = Fold(head.Bytes, head.FirstSequence);
            return SettleTail(offset) && FoldHeadless() ? LogResult.Ok : LogResult.Fault;
        }

        // The next slot may hold the newest sector behind a head that can no longer be read. Its frames prove themselves by the numbers
        // that follow; a head that was merely torn has none.
        private bool FoldHeadless()
        {
            byte[] sector = _log.SectorBuffer;
            uint number = _log.NewestNumber + 1;
            if (!ReadSector(number))
            {
                return false;
            }

            SectorWalk probe = new SectorWalk(sector, SectorHead.PreparedBytes, sector.Length, _log.Epoch, _log.LastSequence + 1);
            if (!probe.Next())
            {
                return true;
            }

            _log.NewestNumber = number;
            return SettleTail(Fold(SectorHead.PreparedBytes, _log.LastSequence + 1));
        }

        private bool ReadSector(uint number)
        {
            return _log.Flash.Read(_log.AddressOf(number), _log.SectorBuffer, 0, _log.SectorBuffer.Length);
        }

        // Applies the frames of the sector in memory; returns where they end.
        private int Fold(int offset, uint firstSequence)
        {
            byte[] sector = _log.SectorBuffer;
            SectorWalk walk = new SectorWalk(sector, offset, sector.Length, _log.Epoch, firstSequence);
            while (walk.Next())
            {
                if (walk.IsLocal)
                {
                    TakeAcknowledgement(sector, walk.FrameOffset);
                }
                else
                {
                    _state.Apply(walk.Sequence, sector, walk.FrameOffset);
                }
            }

            _log.LastSequence = walk.NextSequence - 1;
            _log.DamagedPlaces += walk.DamagedPlaces;
            return walk.EndOffset;
        }

        private void TakeAcknowledgement(byte[] sector, int offset)
        {
            uint upTo = LittleEndian.ReadUInt32(sector, offset + Frame.HeadBytes);
            if (Frame.Type(sector, offset) == RecordType.Acknowledged && Frame.ContentCount(sector, offset) >= 4 && upTo > _log.AcknowledgedUpTo)
            {
                _log.AcknowledgedUpTo = upTo;
            }
        }

        // A torn write is at most one frame long: it is cleared. More than that is damage, which is left as it is; the numbers that its
        // frames may have had are not given again, and the next record goes into the next sector.
        private bool SettleTail(int offset)
        {
            byte[] sector = _log.SectorBuffer;
            int end = sector.Length;
            while (end > offset && sector[end - 1] == Frame.Erased)
            {
                end--;
            }

            _log.WriteOffset = end;
            if (end - offset > Frame.BytesMax)
            {
                _log.DamagedPlaces++;
                _log.LastSequence += (uint)(end - offset) / Frame.OverheadBytes;
                _log.WriteOffset = sector.Length;
                return true;
            }

            _log.ClearedBytes += end - offset;
            return end == offset || _log.ClearRange(_log.AddressOf(_log.NewestNumber) + offset, end - offset);
        }
    }
}
