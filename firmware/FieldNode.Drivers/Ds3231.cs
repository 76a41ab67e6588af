namespace FieldNode.Drivers
{
    /// <summary>A DS3231 real-time clock: registers 00h–06h hold the time in BCD; bit 7 of the status register (0Fh) is set if the
    /// oscillator has stopped (data sheet 19-5170, tables 1 and "Status Register"). The time is then invalid.</summary>
    public sealed class Ds3231
    {
        private const byte TimeRegister = 0x00;
        private const byte StatusRegister = 0x0F;
        private const byte OscillatorStopped = 0x80;
        private const int TimeBytes = 7;

        private readonly II2cPart _part;
        private readonly byte[] _written = new byte[1 + TimeBytes];
        private readonly byte[] _read = new byte[TimeBytes];

        public Ds3231(II2cPart part)
        {
            _part = part;
        }

        /// <summary>Seconds since 1970-01-01 UTC; false if the part does not answer, its oscillator has stopped, or the time is
        /// invalid.</summary>
        public bool TryRead(out ulong seconds)
        {
            seconds = 0;
            _written[0] = StatusRegister;
            if (!_part.Transfer(_written, 1, _read, 1) || (_read[0] & OscillatorStopped) != 0)
            {
                return false;
            }

            _written[0] = TimeRegister;
            if (!_part.Transfer(_written, 1, _read, TimeBytes))
            {
                return false;
            }

            int second = FromBcd(_read[0]);
            int minute = FromBcd(_read[1]);
            int hour = (_read[2] & 0x40) == 0 ? FromBcd(_read[2]) : -1; // this driver writes 24-hour format only
            int day = FromBcd(_read[4]);
            int month = FromBcd((byte)(_read[5] & 0x1F));
            int year = FromBcd(_read[6]);
            if (second > 59 || minute > 59 || hour > 23 || day < 1 || day > 31 || month < 1 || month > 12
                || (second | minute | hour | year) < 0)
            {
                return false;
            }

            seconds = (ulong)Calendar.DaysTo(2000 + year, month, day) * 86400 + (ulong)(hour * 3600 + minute * 60 + second);
            return true;
        }

        /// <summary>Sets the time; false if the year is not 2000 to 2099 or the part does not answer.</summary>
        public bool Set(ulong seconds)
        {
            int year;
            int month;
            int day;
            Calendar.DateOf((int)(seconds / 86400), out year, out month, out day);
            int ofDay = (int)(seconds % 86400);
            _written[0] = TimeRegister;
            _written[1] = ToBcd(ofDay % 60);
            _written[2] = ToBcd(ofDay / 60 % 60);
            _written[3] = ToBcd(ofDay / 3600);
            _written[4] = 1;
            _written[5] = ToBcd(day);
            _written[6] = ToBcd(month);
            _written[7] = ToBcd(year % 100);
            if (year < 2000 || year > 2099 || !_part.Transfer(_written, 1 + TimeBytes, _read, 0))
            {
                return false;
            }

            _written[0] = StatusRegister;
            _written[1] = 0;
            return _part.Transfer(_written, 2, _read, 0);
        }

        private static int FromBcd(byte value)
        {
            int tens = value >> 4;
            int ones = value & 15;
            return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
        }

        private static byte ToBcd(int value)
        {
            return (byte)(value / 10 << 4 | value % 10);
        }
    }
}
