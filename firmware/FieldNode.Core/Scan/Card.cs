using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Scan
{
    /// <summary>A control card: <c>FN:word</c> or <c>FN:word:value</c>. Letters count in either case. The words are listed in docs/lane-language.md.</summary>
    public sealed class Card
    {
        public const byte Unknown = 0;
        public const byte Undo = 1;
        public const byte Close = 2;
        public const byte Mode = 3;
        public const byte Badge = 4;
        public const byte Arrived = 5;
        public const byte SelfTest = 6;

        /// <summary>How the scanner module reads; the value is one of <see cref="Ports.ScannerMode"/>.</summary>
        public const byte Scanner = 7;

        private const int ArrivedMax = 99;

        private static readonly string[] s_closeWords = { "EMPTY", "SHIFT", "PLACE", "DAMAGED" };
        private static readonly byte[] s_closeReasons = { TubeClosed.QueueEmpty, TubeClosed.ShiftEnd, TubeClosed.PlaceDone, TubeClosed.TubeDamaged };

        private byte[] _code = new byte[0];
        private int _end;

        /// <summary>What the card asks for.</summary>
        public byte Word { get; private set; }

        /// <summary>For <see cref="Mode"/>: which; one of <see cref="ModeSet"/>'s.</summary>
        public byte ModeKind { get; private set; }

        /// <summary>Mode's value, people arrived, or the reason for closing (0 = none given).</summary>
        public int Value { get; private set; }

        public int BadgeOffset { get; private set; }

        public int BadgeCount { get; private set; }

        /// <summary>Reads a code that begins with FN:. What it does not know becomes <see cref="Unknown"/>.</summary>
        public void Read(byte[] code, int offset, int count)
        {
            _code = code;
            _end = offset + count;
            Value = 0;
            Word = Unknown;
            int wordOffset = offset + 3;
            int wordEnd = wordOffset;
            while (wordEnd < _end && code[wordEnd] != ':')
            {
                wordEnd++;
            }

            ReadWord(wordOffset, wordEnd);
        }

        private void ReadWord(int offset, int end)
        {
            int value = end < _end ? end + 1 : _end;
            bool bare = end == _end;
            if (Is("UNDO", offset, end) && bare)
            {
                Word = Undo;
            }
            else if (Is("SELFTEST", offset, end) && bare)
            {
                Word = SelfTest;
            }
            else if (Is("SCANNER", offset, end))
            {
                bool isContinuous = Is("CONTINUOUS", value, _end);
                Word = isContinuous || Is("COMMAND", value, _end) ? Scanner : Unknown;
                Value = isContinuous ? Ports.ScannerMode.Continuous : Ports.ScannerMode.Command;
            }
            else if (Is("CLOSE", offset, end))
            {
                ReadClose(value, bare);
            }
            else if (Is("BADGE", offset, end) && _end - value >= 1 && _end - value <= OperatorSet.BadgeBytesMax)
            {
                Word = Badge;
                BadgeOffset = value;
                BadgeCount = _end - value;
            }
            else if (Is("ARRIVED", offset, end) && ReadNumber(value, 1, ArrivedMax))
            {
                Word = Arrived;
            }
            else
            {
                ReadMode(offset, end, value);
            }
        }

        private void ReadMode(int offset, int end, int value)
        {
            if (Is("SIZE", offset, end) && ReadNumber(value, 1, NodeLimits.GroupSizeMax))
            {
                SetMode(ModeSet.GroupSize, Value);
            }
            else if (Is("ROUND", offset, end) && ReadNumber(value, 1, 65535))
            {
                SetMode(ModeSet.Round, Value);
            }
            else if (Is("TRAINING", offset, end) && (Is("ON", value, _end) || Is("OFF", value, _end)))
            {
                SetMode(ModeSet.Training, Is("ON", value, _end) ? 1 : 0);
            }
            else if (Is("CATEGORY", offset, end))
            {
                for (byte i = 0; i <= Category.Last; i++)
                {
                    if (Is(Category.Name(i), value, _end))
                    {
                        SetMode(ModeSet.Category, i);
                    }
                }
            }
        }

        private void ReadClose(int value, bool bare)
        {
            if (bare)
            {
                Word = Close;
                return;
            }

            for (int i = 0; i < s_closeWords.Length; i++)
            {
                if (Is(s_closeWords[i], value, _end))
                {
                    Word = Close;
                    Value = s_closeReasons[i];
                }
            }
        }

        private void SetMode(byte kind, int value)
        {
            Word = Mode;
            ModeKind = kind;
            Value = value;
        }

        private bool ReadNumber(int offset, int min, int max)
        {
            int value = 0;
            if (offset == _end || _end - offset > 5)
            {
                return false;
            }

            for (int i = offset; i < _end; i++)
            {
                if (_code[i] < '0' || _code[i] > '9')
                {
                    return false;
                }

                value = value * 10 + _code[i] - '0';
            }

            Value = value;
            return value >= min && value <= max;
        }

        private bool Is(string word, int offset, int end)
        {
            if (end - offset != word.Length)
            {
                return false;
            }

            for (int i = 0; i < word.Length; i++)
            {
                if ((_code[offset + i] & 0xDF) != (word[i] & 0xDF))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
