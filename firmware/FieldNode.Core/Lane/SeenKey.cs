using FieldNode.Protocol;

namespace FieldNode.Core.Lane
{
    /// <summary>The key of a code in a lane's memory; it differs for each round and each training.</summary>
    internal static class SeenKey
    {
        /// <summary>Label of entries that are not on a roster: bags and people in training.</summary>
        public const byte NoPerson = 0;

        private const uint TrainingSalt = 0x5BD1E995;
        private const uint RoundSalt = 2654435761;

        /// <param name="hash">Check value of the code.</param>
        /// <param name="session">Distinguishes one training from another; used only in training.</param>
        public static uint Make(uint hash, byte type, ushort round, bool training, uint session)
        {
            return hash ^ (round * RoundSalt) ^ (type == RecordType.BagOpened ? ~TrainingSalt : 0) ^ (training
                ? TrainingSalt ^ (session * RoundSalt) : 0);
        }

        /// <summary>Label of a person in a round; rounds that are 255 apart share a label.</summary>
        public static byte LabelOf(ushort round, bool training)
        {
            return training ? NoPerson : (byte)(round % 255 + 1);
        }
    }
}
