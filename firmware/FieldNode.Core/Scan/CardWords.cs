using FieldNode.Core.Ports;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Scan
{
    /// <summary>Every card whose text after FN: is fixed, and its meaning.</summary>
    public static class CardWords
    {
        private static readonly string[] s_texts =
        {
            "UNDO", "CLOSE", "CLOSE:EMPTY", "CLOSE:SHIFT", "CLOSE:PLACE", "CLOSE:DAMAGED", "CALL", "PACE", "TEMPERATURE", "ISOLATE",
            "NOPAPERS:LOST", "NOPAPERS:CHILD", "NOPAPERS:FOREIGN", "NOPAPERS:OTHER", "SEAL", "HANDOVER", "DONE", "LANE:FIXED", "LANE:GREEN",
            "TRAINING:ON", "TRAINING:OFF", "SELFTEST", "SCANNER:CONTINUOUS", "SCANNER:COMMAND",
        };

        // Word, mode and value of each, in the same order.
        private static readonly byte[] s_meanings =
        {
            Card.Undo, 0, 0,
            Card.Close, 0, TubeClosed.Full,
            Card.Close, 0, TubeClosed.QueueEmpty,
            Card.Close, 0, TubeClosed.ShiftEnd,
            Card.Close, 0, TubeClosed.PlaceDone,
            Card.Close, 0, TubeClosed.TubeDamaged,
            Card.Call, 0, 0,
            Card.Pace, 0, 0,
            Card.TurnAway, 0, TurnedAway.Temperature,
            Card.TurnAway, 0, TurnedAway.Isolation,
            Card.NoPapers, 0, 0,
            Card.NoPapers, 0, 1,
            Card.NoPapers, 0, 2,
            Card.NoPapers, 0, 3,
            Card.Seal, 0, 0,
            Card.HandOver, 0, 0,
            Card.Done, 0, 0,
            Card.Mode, ModeSet.LaneKind, (byte)ModeSet.LaneFixed,
            Card.Mode, ModeSet.LaneKind, (byte)ModeSet.LaneGreen,
            Card.Mode, ModeSet.Training, 1,
            Card.Mode, ModeSet.Training, 0,
            Card.SelfTest, 0, 0,
            Card.Scanner, 0, ScannerMode.Continuous,
            Card.Scanner, 0, ScannerMode.Command,
        };

        public static int Count { get { return s_texts.Length; } }

        public static string TextOf(int index)
        {
            return s_texts[index];
        }

        public static byte WordOf(int index)
        {
            return s_meanings[index * 3];
        }

        public static byte ModeOf(int index)
        {
            return s_meanings[index * 3 + 1];
        }

        public static byte ValueOf(int index)
        {
            return s_meanings[index * 3 + 2];
        }

        /// <summary>Index of the card, or -1.</summary>
        public static int Find(byte[] code, int offset, int count)
        {
            for (int i = 0; i < s_texts.Length; i++)
            {
                if (Same(s_texts[i], code, offset, count))
                {
                    return i;
                }
            }

            return -1;
        }

        /// <summary>True if the bytes are this word, in upper or lower case.</summary>
        public static bool Same(string word, byte[] code, int offset, int count)
        {
            if (count != word.Length)
            {
                return false;
            }

            for (int i = 0; i < count; i++)
            {
                int value = code[offset + i];
                int letter = word[i] >= 'a' && word[i] <= 'z' ? word[i] - 0x20 : word[i];
                if (value != letter && (value < 'a' || value > 'z' || value - 0x20 != letter))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
