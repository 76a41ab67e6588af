using FieldNode.Protocol;

namespace FieldNode.Core.Scan
{
    /// <summary>
    /// Turns a scanner's raw bytes into codes. A code ends at CR, LF, CRLF or TAB, or when the line has been idle for a while. Symbology
    /// prefixes, surrounding spaces and NULs (line breaks on a UART read as NUL) are removed. A code that a continuous scanner reads again
    /// within the repeat window is reported once. Once a scanner has sent a terminator, a code cut off by silence is
    /// <see cref="Incomplete"/>: half a number must not pass for another number.
    /// </summary>
    public sealed class ScanLine
    {
        /// <summary>Bytes kept of one code; a longer code is counted and refused.</summary>
        public const int BytesMax = 256;

        private const int CountMax = 0x7FFFFFFF;

        /// <summary>After this many consecutive codes without a terminator, the scanner is assumed to send none, so that the lane does not
        /// stay blocked.</summary>
        private const int TerminatorTrustMax = 2;

        private static readonly byte[][] s_prefixes =
        {
            Text.Ascii("CODE_128,"), Text.Ascii("CODE_39,"), Text.Ascii("CODE_93,"), Text.Ascii("QR_CODE,"), Text.Ascii("DATA_MATRIX,"),
            Text.Ascii("PDF_417,"), Text.Ascii("EAN_13,"), Text.Ascii("ITF,"),
        };

        private readonly byte[] _line = new byte[BytesMax];
        private readonly byte[] _last = new byte[BytesMax];
        private readonly uint _idleGapMs;
        private readonly uint _repeatWindowMs;

        private int _count;
        private uint _lastByteAt;
        private int _terminatorTrust;
        private int _lastCount;
        private uint _lastAt;
        private bool _settling;

        public ScanLine(uint idleGapMs, uint repeatWindowMs)
        {
            _idleGapMs = idleGapMs;
            _repeatWindowMs = repeatWindowMs;
        }

        /// <summary>A code has begun and not ended: other work must not delay it. An endless stream does not count as a code.</summary>
        public bool IsReceiving { get { return _count > 0 && _count <= BytesMax; } }

        /// <summary>A code is waiting in <see cref="Bytes"/>; take it and call <see cref="Clear"/>.</summary>
        public bool Ready { get; private set; }

        public byte[] Bytes { get { return _line; } }

        public int Offset { get; private set; }

        public int Count { get; private set; }

        /// <summary>All bytes of the code, including those beyond <see cref="BytesMax"/>.</summary>
        public int BytesScanned { get; private set; }

        /// <summary>The code ended by silence, although this scanner uses a terminator.</summary>
        public bool Incomplete { get; private set; }

        public bool TooLong { get { return BytesScanned > BytesMax; } }

        /// <summary>Consumes bytes up to the end of a code; returns how many. Stops early when <see cref="Ready"/>.</summary>
        public int Feed(byte[] buffer, int offset, int count, uint now)
        {
            for (int i = 0; i < count; i++)
            {
                byte value = buffer[offset + i];
                if (_settling)
                {
                    Settle(value, now);
                }
                else if (value == '\r' || value == '\n' || value == '\t')
                {
                    if (_count > 0)
                    {
                        _terminatorTrust = TerminatorTrustMax;
                        if (Complete(now, false))
                        {
                            return i + 1;
                        }
                    }
                }
                else if (value != 0)
                {
                    _lastByteAt = now;
                    Take(value);
                }
            }

            return count;
        }

        /// <summary>
        /// Drops what comes before the first terminator or silence, because the node may have started in the middle of a code. The tail of
        /// an ID number can have the form of a tube code.
        /// </summary>
        public void DropFirstPart(uint now)
        {
            _settling = true;
            _lastByteAt = now;
        }

        /// <summary>Ends a code after the scanner fell silent; call it when nothing more has arrived.</summary>
        public void Idle(uint now)
        {
            _settling = _settling && now - _lastByteAt < _idleGapMs;
            if (_count > 0 && now - _lastByteAt >= _idleGapMs)
            {
                bool incomplete = _terminatorTrust > 0;
                _terminatorTrust -= incomplete ? 1 : 0;
                Complete(now, incomplete);
            }
        }

        /// <summary>Marks the waiting code as handled.</summary>
        public void Clear()
        {
            Ready = false;
        }

        /// <summary>Forgets the last code, so that reading it again is not a repeat.</summary>
        public void ForgetLast()
        {
            _lastCount = 0;
        }

        private void Settle(byte value, uint now)
        {
            _settling = value != '\r' && value != '\n' && value != '\t';
            _lastByteAt = now;
        }

        private void Take(byte value)
        {
            if (_count < BytesMax)
            {
                _line[_count] = value;
            }

            if (_count < CountMax)
            {
                _count++;
            }
        }

        private bool Complete(uint now, bool incomplete)
        {
            BytesScanned = _count;
            Incomplete = incomplete;
            int end = _count < BytesMax ? _count : BytesMax;
            _count = 0;
            Offset = PrefixBytes(end);
            while (Offset < end && _line[Offset] == ' ')
            {
                Offset++;
            }

            while (end > Offset && _line[end - 1] == ' ')
            {
                end--;
            }

            Count = end - Offset;
            Ready = Count > 0 && !IsRepeat(now);
            return Ready;
        }

        private int PrefixBytes(int end)
        {
            int offset = 0;
            if (end > 3 && _line[0] == ']' && IsLetter(_line[1]) && _line[2] >= '0' && _line[2] <= '9')
            {
                offset = 3;
            }

            // Most codes are numbers, which have no such prefix.
            for (int i = 0; offset < end && IsLetter(_line[offset]) && i < s_prefixes.Length; i++)
            {
                if (Text.StartsWith(_line, offset, end - offset, s_prefixes[i]))
                {
                    return offset + s_prefixes[i].Length;
                }
            }

            return offset;
        }

        private static bool IsLetter(byte value)
        {
            int upper = value & 0xDF;
            return upper >= 'A' && upper <= 'Z';
        }

        private bool IsRepeat(uint now)
        {
            bool repeat = Count == _lastCount && now - _lastAt <= _repeatWindowMs && Text.Same(_line, Offset, _last, 0, Count);
            if (!repeat)
            {
                System.Array.Copy(_line, Offset, _last, 0, Count);
                _lastCount = Count;
            }

            _lastAt = now;
            return repeat;
        }
    }
}
