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
            if (!_log.Flash.Read(_log.AddressOf(_log.NewestNumber), sector, 0, sector.Length)
                || !_state.TryRestore(sector, SectorHead.StateOffset, head.StateCount))
            {
                return LogResult.Fault;
            }

            _log.AcknowledgedUpTo = head.AcknowledgedUpTo;
            SectorWalk walk = new SectorWalk(sector, head.Bytes, sector.Length, _log.Epoch, head.FirstSequence);
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
            _log.DamagedPlaces = walk.DamagedPlaces;
            _log.WriteOffset = walk.EndOffset;
            return ClearTornTail(walk.EndOffset) ? LogResult.Ok : LogResult.Fault;
        }

        private void TakeAcknowledgement(byte[] sector, int offset)
        {
            uint upTo = LittleEndian.ReadUInt32(sector, offset + Frame.HeadBytes);
            if (Frame.Type(sector, offset) == RecordType.Acknowledged && Frame.ContentCount(sector, offset) >= 4 && upTo > _log.AcknowledgedUpTo)
            {
                _log.AcknowledgedUpTo = upTo;
            }
        }

        private bool ClearTornTail(int offset)
        {
            byte[] sector = _log.SectorBuffer;
            int end = sector.Length;
            while (end > offset && sector[end - 1] == Frame.Erased)
            {
                end--;
            }

            _log.ClearedBytes = end - offset;
            _log.WriteOffset = end;
            return end == offset || _log.ClearRange(_log.AddressOf(_log.NewestNumber) + offset, end - offset);
        }
    }
}
