#nullable disable // nobody may follow, and the device's compilation has no "?" for references
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    // Records and acknowledgements on their way to flash.
    public sealed partial class RingLog
    {
        /// <summary>
        /// Writes the record whose content the caller put into <see cref="ContentBuffer"/>, and folds it into the state. One program call;
        /// in a new sector the head goes out in the same call. A place that does not take the record retires its sector, and the record
        /// goes into the next. Once full, it takes nothing, not even what would fit, until room was made: what a start records comes first.
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
        /// The host holds everything up to a sequence number: their space may be used again. Durable at once while the sector has room,
        /// else with the next sector's head; a lost acknowledgement only means that records are sent again.
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

        /// <summary>A reader has come to this record, so that it need not be looked for when those before it are acknowledged.</summary>
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

        /// <summary>A place of the newest sector no longer takes what is programmed: clears it, and uses the sector no more.</summary>
        internal void CloseNewest(int offset, int bytes)
        {
            Sectors.Clear(NewestNumber, offset, bytes);
            WriteOffset = Sectors.SectorBytes;
            if (Sectors.Answers(NewestNumber))
            {
                Next.TakeRetired(Sectors.SlotOf(NewestNumber)); // durable with the next sector's head; what it holds stays readable
            }
        }

        // Other seals begin with a sector: its head tells.
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

        /// <summary>Tells in the newest sector, if it has room, that a slot is used no more; the next head tells it in any case.</summary>
        internal void NoteRetired(int slot)
        {
            if (WriteOffset + Frame.OverheadBytes <= Sectors.SectorBytes)
            {
                ProgramFrame(_local, Frame.Seal(_local, 0, Epoch, LastSequence + 1, RecordType.SectorRetired, (uint)slot, 0));
            }
        }
    }
}
