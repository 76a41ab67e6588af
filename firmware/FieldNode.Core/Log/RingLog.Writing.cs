#nullable disable // Follower may be null, and the device's compilation has no "?" for references
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    // Writes records and acknowledgements to flash.
    public sealed partial class RingLog
    {
        /// <summary>
        /// Writes the record whose content the caller put into <see cref="ContentBuffer"/>, and applies it to the state. One program call;
        /// in a new sector, the same call writes the head. If the flash does not accept the record, its sector is retired and the record
        /// goes into the next one. A full log accepts nothing, not even a record that would fit, until there is room again: the record of a
        /// start comes first.
        /// </summary>
        public byte Append(byte type, uint ticks, int contentCount)
        {
            byte begun = Seals.IsDue ? BeginSeals() : LogResult.Ok;
            if (begun != LogResult.Ok && Seals.IsLost)
            {
                _lastAppend = begun;
                return begun;
            }

            Frame.WriteHead(_frame, 0, type, ticks, contentCount);
            Seals.Seal(_frame, LastSequence + 1);
            int bytes = Frame.Seal(_frame, 0, Epoch, LastSequence + 1, type, ticks, contentCount);
            bool written = _lastAppend != LogResult.Full && WriteOffset + bytes <= Sectors.SectorBytes && ProgramFrame(_frame, bytes);
            byte result = written ? LogResult.Ok : AppendToNext(bytes);
            _lastAppend = result;
            Seals.Restore(_frame);
            if (result == LogResult.Ok)
            {
                LastSequence++;
                _state.Apply(LastSequence, _frame, 0);
                if (Follower != null)
                {
                    Follower.Appended(LastSequence, _frame);
                }
            }

            return result;
        }

        /// <summary>
        /// Notes that the host holds every record up to a sequence number, so that their space can be reused. Durable at once if the sector
        /// has room, else with the head of the next sector. A lost acknowledgement only means that records are sent again.
        /// </summary>
        public byte Acknowledge(uint upTo)
        {
            if (upTo <= AcknowledgedUpTo || upTo > LastSequence)
            {
                return LogResult.Ok;
            }

            FindUnacked(upTo + 1);
            AcknowledgedUpTo = upTo;
            if (WriteOffset + Acknowledgement.FrameBytes <= Sectors.SectorBytes)
            {
                _acknowledgement.UpTo = upTo;
                _acknowledgement.SectorsBehind = (ushort)(NewestNumber - UnackedNumber);
                _acknowledgement.Offset = (ushort)UnackedOffset;
                _acknowledgement.Seal(_local, Epoch, LastSequence + 1);
                if (ProgramFrame(_local, Acknowledgement.FrameBytes))
                {
                    UnackedNumberOnFlash = UnackedNumber;
                }
            }

            return LogResult.Ok;
        }

        /// <summary>Notes the position where a reader found this record, so that acknowledging the records before it needs no
        /// search.</summary>
        internal void NotePlace(uint sequence, uint number, int offset)
        {
            _placeSequence = sequence;
            _placeNumber = number;
            _placeOffset = offset;
        }

        private byte AppendToNext(int bytes)
        {
            Seals.DestroySpent();
            while (true)
            {
                bool onDemand = !Next.IsPrepared;
                byte made = onDemand ? Next.Make() : LogResult.Ok;
                if (made != LogResult.Ok)
                {
                    return made;
                }

                ErasesOnDemand += onDemand ? 1 : 0;
                uint number = Next.Number;
                if (Next.Open(number, _frame, bytes))
                {
                    return LogResult.Ok;
                }

                if (!Next.Retire(number))
                {
                    return LogResult.Fault;
                }
            }
        }

        private bool ProgramFrame(byte[] frame, int bytes)
        {
            int offset = WriteOffset;
            WriteOffset += bytes;
            if (Sectors.Program(NewestNumber, offset, frame, 0, bytes))
            {
                return true;
            }

            CloseNewest(offset, bytes);
            return false;
        }

        /// <summary>Clears a range of the newest sector that failed to program, and stops using the sector.</summary>
        internal void CloseNewest(int offset, int bytes)
        {
            Sectors.Clear(NewestNumber, offset, bytes);
            WriteOffset = Sectors.SectorBytes;
            if (Sectors.Answers(NewestNumber))
            {
                Next.TakeRetired(Sectors.SlotOf(NewestNumber)); // durable with the next sector's head; its records stay readable
            }
        }

        // A new seal chain begins with a new sector, whose head names it.
        private byte BeginSeals()
        {
            byte made = Next.IsPrepared ? LogResult.Ok : Next.Make();
            if (made != LogResult.Ok)
            {
                return made;
            }

            if (!Seals.Begin(Epoch, LastSequence + 1))
            {
                return LogResult.Fault;
            }

            WriteOffset = Sectors.SectorBytes;
            return LogResult.Ok;
        }

        /// <summary>Records a retired slot in the newest sector, if it has room; the next head lists it in any case.</summary>
        internal void NoteRetired(int slot)
        {
            if (WriteOffset + Frame.OverheadBytes <= Sectors.SectorBytes)
            {
                ProgramFrame(_local, Frame.Seal(_local, 0, Epoch, LastSequence + 1, RecordType.SectorRetired, (uint)slot, 0));
            }
        }
    }
}
