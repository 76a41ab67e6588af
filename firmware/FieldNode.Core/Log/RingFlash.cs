using FieldNode.Core.Ports;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Log
{
    /// <summary>The flash as numbered sectors: sector number s is in slot s mod <see cref="Slots"/>.</summary>
    internal sealed class RingFlash
    {
        /// <summary>One being written, one erased ahead, and one with unacknowledged records.</summary>
        public const int SlotsMin = 3;

        // The end of what the program call that puts a sector into use can write after the prepared part.
        private const int OpeningBytes = SectorHead.BytesMax + Frame.BytesMax;

        private readonly IFlash _flash;
        private readonly SectorHead _prepared = new SectorHead();
        private readonly byte[] _mark = new byte[SectorHead.PreparedBytes];
        private readonly byte[] _zeros = new byte[32];

        public RingFlash(IFlash flash)
        {
            _flash = flash;
            Buffer = new byte[flash.SectorBytes];
            Slots = flash.Bytes / flash.SectorBytes;
            SectorBytes = flash.SectorBytes;
        }

        public int Slots { get; }

        public int SectorBytes { get; }

        /// <summary>The bytes of one sector, shared by all readers; valid until the next read.</summary>
        public byte[] Buffer { get; }

        /// <summary>The number that <see cref="Look"/> found.</summary>
        public uint NumberSeen { get { return _prepared.Number; } }

        public int SlotOf(uint number)
        {
            return (int)(number % (uint)Slots);
        }

        /// <summary>The kind of a slot, by its first bytes; one of <see cref="SlotLook"/>.</summary>
        public byte Look(int slot)
        {
            if (!_flash.Read(slot * SectorBytes, _mark, 0, _mark.Length))
            {
                return SlotLook.Fault;
            }

            if (_prepared.TryReadPrepared(_mark, 0) && SlotOf(_prepared.Number) == slot)
            {
                return SlotLook.Numbered;
            }

            return SectorWalk.AllErased(_mark, 0, _mark.Length) ? SlotLook.Blank : SlotLook.Unreadable;
        }

        /// <summary>Reads part of a sector into the same offsets of <see cref="Buffer"/>.</summary>
        public bool Read(uint number, int offset, int end)
        {
            return ReadSlot(SlotOf(number), offset, end);
        }

        public bool ReadSlot(int slot, int offset, int end)
        {
            return _flash.Read(slot * SectorBytes + offset, Buffer, offset, end - offset);
        }

        /// <summary>Reads the start of a sector, up to the largest size of a head.</summary>
        public bool ReadStart(uint number)
        {
            return Read(number, 0, SectorHead.BytesMax);
        }

        /// <summary>True if a sector is marked as prepared and nothing is written after the mark; reads into
        /// <see cref="Buffer"/>.</summary>
        public bool IsPrepared(uint number)
        {
            return Read(number, 0, OpeningBytes) && _prepared.TryReadPrepared(Buffer, 0) && _prepared.Number == number
                && SectorWalk.AllErased(Buffer, SectorHead.PreparedBytes, OpeningBytes);
        }

        public bool Program(uint number, int offset, byte[] source, int sourceOffset, int count)
        {
            return _flash.Program(SlotOf(number) * SectorBytes + offset, source, sourceOffset, count);
        }

        public bool EraseSlot(int slot)
        {
            return _flash.EraseSector(slot * SectorBytes);
        }

        /// <summary>Begins to erase a sector; polled with <see cref="PollErase"/>.</summary>
        public byte BeginErase(uint number)
        {
            return _flash.BeginErase(SlotOf(number) * SectorBytes);
        }

        public byte PollErase()
        {
            return _flash.PollErase();
        }

        public byte WaitErase()
        {
            return _flash.WaitErase();
        }

        /// <summary>Erases a sector, marks it as the next, and waits until that is done.</summary>
        public bool Prepare(uint number)
        {
            return EraseSlot(SlotOf(number)) && Mark(number);
        }

        /// <summary>Marks an erased sector as the next: the mark proves that the erase finished.</summary>
        public bool Mark(uint number)
        {
            SectorHead.WritePrepared(_mark, number);
            return Program(number, 0, _mark, 0, SectorHead.PreparedBytes);
        }

        /// <summary>
        /// Marks the content of a slot as acknowledged before it is erased for this number. This changes one bit of the old mark, so that a
        /// power cut leaves it either done or not done.
        /// </summary>
        public bool Release(uint number)
        {
            return Program(number, SectorHead.VersionOffset, _zeros, 0, 1);
        }

        /// <summary>Clears a range, so that no later write can complete an unfinished one there.</summary>
        public bool Clear(uint number, int offset, int count)
        {
            bool cleared = true;
            for (int done = 0; done < count; done += _zeros.Length)
            {
                int part = count - done < _zeros.Length ? count - done : _zeros.Length;
                cleared &= Program(number, offset + done, _zeros, 0, part);
            }

            return cleared;
        }

        /// <summary>True if the part still answers: a sector in use never reads as all ones or all zeros, as an unplugged part
        /// does.</summary>
        public bool Answers(uint number)
        {
            if (!_flash.Read(SlotOf(number) * SectorBytes, _mark, 0, _mark.Length))
            {
                return false;
            }

            for (int i = 1; i < _mark.Length; i++)
            {
                if (_mark[i] != _mark[0])
                {
                    return true;
                }
            }

            return _mark[0] != Frame.Erased && _mark[0] != Frame.Cleared;
        }
    }

    /// <summary>Kind of a slot, by its first bytes.</summary>
    internal static class SlotLook
    {
        /// <summary>The mark of a sector that is prepared or in use.</summary>
        public const byte Numbered = 0;

        /// <summary>Erased: never used, or power failed before the mark was written.</summary>
        public const byte Blank = 1;

        /// <summary>Torn, half erased, damaged, or foreign data.</summary>
        public const byte Unreadable = 2;

        /// <summary>The flash did not answer.</summary>
        public const byte Fault = 3;
    }
}
