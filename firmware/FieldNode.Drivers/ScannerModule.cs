namespace FieldNode.Drivers
{
    /// <summary>
    /// Configures a scanner module of the GM65 and GM861 kind over its serial line: frames <c>7E 00 type length address data CRC</c>,
    /// answers <c>02 00 status length data CRC</c>, CRC-CCITT (0x1021, initial value 0) without the two head bytes. Settings are bytes at
    /// addresses ("zone bits" in the makers' manuals). For a technician, before the lane opens: each call waits for its answer. A scanner
    /// that does not answer is left unchanged.
    /// </summary>
    public sealed class ScannerModule
    {
        private const ushort ModeAddress = 0x0000;
        private const ushort TailAddress = 0x0060;
        private const ushort AimAddress = 0x00D0;

        private const byte ModeMask = 0x03;
        private const byte TailMask = 0x61; // bits 5 and 6 select CR, bit 0 appends it
        private const byte TailCr = 0x01;
        private const byte AimMask = 0x80;

        private const byte ReadType = 0x07;
        private const byte WriteType = 0x08;
        private const byte SaveType = 0x09;
        private const byte Succeeded = 0x00;

        /// <summary>Length of the answer to a one-byte read.</summary>
        public const int AnswerBytes = 7;

        /// <summary>Reads the mode byte, without changing anything.</summary>
        public static readonly byte[] Question = MakeQuestion();

        private const uint AnswerMsMax = 300;

        private readonly ISerialLine _line;
        private readonly byte[] _frame = new byte[9];
        private readonly byte[] _answer = new byte[AnswerBytes];

        public ScannerModule(ISerialLine line)
        {
            _line = line;
        }

        /// <summary>True if such a module answers at the line's baud rate.</summary>
        public bool IsPresent()
        {
            byte mode;
            return TryRead(ModeAddress, out mode);
        }

        /// <summary>Sets the reading mode, a <see cref="FieldNode.Core.Ports.ScannerMode"/>.</summary>
        public bool SetMode(byte mode)
        {
            return Change(ModeAddress, ModeMask, mode);
        }

        /// <summary>Ends each code with CR.</summary>
        public bool SetTerminator()
        {
            return Change(TailAddress, TailMask, TailCr);
        }

        /// <summary>Enables or disables the AIM identifier (<c>]C1</c>) before each code.</summary>
        public bool SetAimPrefix(bool sends)
        {
            return Change(AimAddress, AimMask, sends ? AimMask : (byte)0);
        }

        /// <summary>Saves the settings, so that they survive a loss of power.</summary>
        public bool Save()
        {
            byte ignored;
            return Ask(SaveType, 0, 0, out ignored);
        }

        /// <summary>The modules' CRC: CRC-CCITT, polynomial 0x1021, initial value 0.</summary>
        public static ushort Crc(byte[] bytes, int offset, int count)
        {
            uint crc = 0;
            for (int i = offset; i < offset + count; i++)
            {
                crc ^= (uint)bytes[i] << 8;
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
                }
            }

            return (ushort)crc;
        }

        /// <summary>True if the bytes are a valid answer or, if incomplete, may become one.</summary>
        public static bool MayBeAnswer(byte[] bytes, int offset, int count)
        {
            bool fits = bytes[offset] == 0x02 && (count < 2 || bytes[offset + 1] == 0x00) && (count < 3 || bytes[offset + 2] == Succeeded)
                && (count < 4 || bytes[offset + 3] == 1);
            return fits && (count < AnswerBytes || (bytes[offset + 5] << 8 | bytes[offset + 6]) == Crc(bytes, offset + 2, 3));
        }

        private static byte[] MakeQuestion()
        {
            byte[] frame = { 0x7E, 0x00, ReadType, 1, (byte)(ModeAddress >> 8), (byte)ModeAddress, 1, 0, 0 };
            ushort crc = Crc(frame, 2, 5);
            frame[7] = (byte)(crc >> 8);
            frame[8] = (byte)crc;
            return frame;
        }

        // Preserves the other bits of the byte and reads back what it wrote.
        private bool Change(ushort address, byte mask, byte bits)
        {
            byte value;
            if (!TryRead(address, out value))
            {
                return false;
            }

            byte wanted = (byte)((value & ~mask) | (bits & mask));
            byte ignored;
            return wanted == value || (Ask(WriteType, address, wanted, out ignored) && TryRead(address, out value) && value == wanted);
        }

        private bool TryRead(ushort address, out byte value)
        {
            return Ask(ReadType, address, 1, out value);
        }

        private bool Ask(byte type, ushort address, byte data, out byte value)
        {
            _frame[0] = 0x7E;
            _frame[1] = 0x00;
            _frame[2] = type;
            _frame[3] = 1;
            _frame[4] = (byte)(address >> 8);
            _frame[5] = (byte)address;
            _frame[6] = data;
            ushort crc = Crc(_frame, 2, 5);
            _frame[7] = (byte)(crc >> 8);
            _frame[8] = (byte)crc;
            value = 0;
            if (!_line.Write(_frame, _frame.Length) || !ReceiveAnswer())
            {
                return false;
            }

            value = _answer[4];
            return true;
        }

        // Scanned codes may precede the answer, which is found by its head and CRC. These codes are lost; the lane is closed.
        private bool ReceiveAnswer()
        {
            uint start = _line.Now;
            int count = 0;
            while (_line.Now - start < AnswerMsMax)
            {
                int read = _line.Read(_answer, count, 1);
                if (read < 0)
                {
                    return false;
                }

                if (read == 0)
                {
                    _line.Pause(1);
                    continue;
                }

                count++;
                if (count < AnswerBytes)
                {
                    continue;
                }

                if (MayBeAnswer(_answer, 0, AnswerBytes))
                {
                    return true;
                }

                System.Array.Copy(_answer, 1, _answer, 0, AnswerBytes - 1);
                count--;
            }

            return false;
        }
    }
}
