using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Scan
{
    /// <summary>
    /// A control card: <c>FN:word</c> or <c>FN:word:value</c>, in upper or lower case. <see cref="CardWords"/> lists the fixed cards; the
    /// others carry a number, a name or a place's code. Tests compare docs/lane-language.md with both.
    /// </summary>
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

        /// <summary>Opens a household or stop; <see cref="Value"/> is one of <see cref="PlaceOpened"/>'s kinds.</summary>
        public const byte Place = 8;

        /// <summary>Closes the household or stop.</summary>
        public const byte Done = 9;

        /// <summary>Turns away the next person; the value is one of <see cref="TurnedAway"/>'s reasons.</summary>
        public const byte TurnAway = 10;

        /// <summary>Samples a person without papers; the value is the index of a <see cref="PersonSampled.NoPapersReason"/>.</summary>
        public const byte NoPapers = 11;
        public const byte Seal = 12;
        public const byte HandOver = 13;

        /// <summary>Calls the next people in the queue.</summary>
        public const byte Call = 14;

        /// <summary>Shows pace, wait and forecast.</summary>
        public const byte Pace = 15;

        /// <summary>Battery voltage as a multimeter shows it; the value is in millivolts.</summary>
        public const byte Battery = 16;

        private const int ArrivedMax = 99;
        private const int MillivoltsMin = 2500; // of a lithium cell
        private const int MillivoltsMax = 4500;

        private byte[] _code = new byte[0];
        private int _end;

        /// <summary>What the card asks for.</summary>
        public byte Word { get; private set; }

        /// <summary>For <see cref="Mode"/>: the kind of mode, one of <see cref="ModeSet"/>'s.</summary>
        public byte ModeKind { get; private set; }

        /// <summary>The mode's value, people arrived, or the reason for closing (0 = none given).</summary>
        public int Value { get; private set; }

        /// <summary>Offset of the badge or of the place's code in the card.</summary>
        public int NameOffset { get; private set; }

        public int NameCount { get; private set; }

        /// <summary>Reads a code that begins with FN:. An unknown card becomes <see cref="Unknown"/>.</summary>
        public void Read(byte[] code, int offset, int count)
        {
            _code = code;
            _end = offset + count;
            Value = 0;
            ModeKind = 0;
            Word = Unknown;
            offset += 3;
            int fixedWord = CardWords.Find(code, offset, _end - offset);
            if (fixedWord >= 0)
            {
                Word = CardWords.WordOf(fixedWord);
                ModeKind = CardWords.ModeOf(fixedWord);
                Value = CardWords.ValueOf(fixedWord);
                return;
            }

            int value = offset;
            while (value < _end && code[value] != ':')
            {
                value++;
            }

            if (value < _end)
            {
                ReadValue(offset, value, value + 1);
            }
        }

        private void ReadValue(int offset, int end, int value)
        {
            if (Is("BADGE", offset, end))
            {
                ReadName(Badge, value, OperatorSet.BadgeBytesMax, 0);
            }
            else if (Is("HOME", offset, end))
            {
                ReadName(Place, value, LaneLimits.PlaceBytesMax, PlaceOpened.Home);
            }
            else if (Is("STOP", offset, end))
            {
                ReadName(Place, value, LaneLimits.PlaceBytesMax, PlaceOpened.Stop);
            }
            else if (Is("CATEGORY", offset, end))
            {
                ReadCategory(ModeSet.Category, value);
            }
            else if (Is("NEXT", offset, end))
            {
                ReadCategory(ModeSet.NextCategory, value);
            }
            else if (Is("ARRIVED", offset, end) && ReadNumber(value, 1, ArrivedMax))
            {
                Word = Arrived;
            }
            else if (Is("BATTERY", offset, end) && ReadNumber(value, MillivoltsMin, MillivoltsMax))
            {
                Word = Battery;
            }
            else if (Is("SIZE", offset, end) && ReadNumber(value, 1, LaneLimits.GroupSizeMax))
            {
                SetMode(ModeSet.GroupSize);
            }
            else if (Is("ROUND", offset, end) && ReadNumber(value, 1, 65535))
            {
                SetMode(ModeSet.Round);
            }
            else if (Is("SHIFT", offset, end) && ReadNumber(value, 1, 65535))
            {
                SetMode(ModeSet.Shift);
            }
            else if (Is("TARGET", offset, end) && ReadNumber(value, 0, 65535))
            {
                SetMode(ModeSet.Target);
            }
        }

        private void ReadName(byte word, int offset, int max, int value)
        {
            NameOffset = offset;
            NameCount = _end - offset;
            Word = NameCount >= 1 && NameCount <= max ? word : Unknown;
            Value = value;
        }

        private void ReadCategory(byte mode, int value)
        {
            for (byte i = 0; i <= Category.Last; i++)
            {
                if (Is(Category.Name(i), value, _end))
                {
                    Value = i;
                    SetMode(mode);
                }
            }
        }

        private void SetMode(byte kind)
        {
            Word = Mode;
            ModeKind = kind;
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
            return CardWords.Same(word, _code, offset, end - offset);
        }
    }
}
