using FieldNode.Protocol;

namespace FieldNode.Core.Lane
{
    /// <summary>Under what a lane's memory keeps a code: another in each round, and in each training.</summary>
    internal static class SeenKey
    {
        /// <summary>Label of what is on no roster: a bag, a practice person.</summary>
        public const byte NoPerson = 0;

        private const uint TrainingSalt = 0x5BD1E995;
        private const uint RoundSalt = 2654435761;

        /// <param name="hash">Check value of the code.</param>
        /// <param name="session">Tells one training from another; 0 outside.</param>
        public static uint Of(uint hash, byte type, ushort round, bool training, uint session)
        {
            return hash ^ (round * RoundSalt) ^ (type == RecordType.BagOpened ? ~TrainingSalt : 0) ^ (training
                ? TrainingSalt ^ (session * RoundSalt) : 0);
        }

        /// <summary>Label of a person of a round; rounds that are 255 apart have the same.</summary>
        public static byte LabelOf(ushort round, bool training)
        {
            return training ? NoPerson : (byte)(round % 255 + 1);
        }
    }
}
