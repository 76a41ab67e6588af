using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Core.Lane
{
    /// <summary>
    /// The lane's state at the head of a sector.
    /// <code>
    ///   0    1        5       7        8          9       10        14        18       22      26       30      34
    ///   +----+--------+-------+--------+----------+-------+---------+---------+--------+-------+--------+-------+
    ///   | 1  | boots  | round | group  | category | flags | sampled | sampled | arri-  | tubes | refu-  | tube's|
    ///   |    | u32    | u16   | size u8| u8       | u8    | u32     | training| vals   | u32   | sals   | seq.  |
    ///   +----+--------+-------+--------+----------+-------+---------+---------+--------+-------+--------+-------+
    ///   34        38       39        43       44        45+a          46+a+b      46+a+b+6p
    ///   +---------+--------+---------+--------+---------+-------------+------------+
    ///   | closed  | tube   | arrived | people | a, op-  | b, tube     | p people:  |   p stands in bits 3..7 of flags
    ///   | seq.u32 | size   | seq.u32 | u8     | erator  | code        | u16, u32   |
    ///   +---------+--------+---------+--------+---------+-------------+------------+
    /// </code>
    /// The first byte is the version. Flags: bit 0 training, bits 1..2 tube status, bits 3..7 people in the tube. A person is the
    /// distance of its sequence number from the tube's (u16) and its check value (u32).
    /// </summary>
    internal static class LaneCheckpoint
    {
        private const byte Version = 1;
        private const int FixedBytes = 44;
        private const int PersonBytes = 6;

        public static int Write(LaneState state, byte[] buffer, int offset)
        {
            buffer[offset] = Version;
            LittleEndian.WriteUInt32(buffer, offset + 1, state.BootCount);
            LittleEndian.WriteUInt16(buffer, offset + 5, state.Round);
            buffer[offset + 7] = state.GroupSize;
            buffer[offset + 8] = state.Category;
            buffer[offset + 9] = (byte)((state.Training ? 1 : 0) | state.TubeStatus << 1 | state.People << 3);
            LittleEndian.WriteUInt32(buffer, offset + 10, state.Sampled);
            LittleEndian.WriteUInt32(buffer, offset + 14, state.SampledInTraining);
            LittleEndian.WriteUInt32(buffer, offset + 18, state.Arrivals);
            LittleEndian.WriteUInt32(buffer, offset + 22, state.Tubes);
            LittleEndian.WriteUInt32(buffer, offset + 26, state.Refusals);
            LittleEndian.WriteUInt32(buffer, offset + 30, state.TubeSequence);
            LittleEndian.WriteUInt32(buffer, offset + 34, state.ClosedSequence);
            buffer[offset + 38] = state.TubeSize;
            LittleEndian.WriteUInt32(buffer, offset + 39, state.ArrivedSequence);
            buffer[offset + 43] = state.ArrivedPeople;
            offset = Text.Write(buffer, offset + FixedBytes, state.Operator, state.OperatorCount);
            offset = Text.Write(buffer, offset, state.TubeCode, state.TubeCodeCount);
            for (int i = 0; i < state.People; i++)
            {
                LittleEndian.WriteUInt16(buffer, offset, (ushort)(state.PersonSequence[i] - state.TubeSequence));
                LittleEndian.WriteUInt32(buffer, offset + 2, state.PersonHash[i]);
                offset += PersonBytes;
            }

            return offset;
        }

        public static bool TryRead(LaneState state, byte[] buffer, int offset, int count)
        {
            int end = offset + count;
            if (count < FixedBytes + 2 || count > SectorHead.StateBytesMax || buffer[offset] != Version)
            {
                return false;
            }

            int operatorCount = Text.Count(buffer, offset + FixedBytes, end, NodeLimits.BadgeBytesMax);
            int tubeOffset = offset + FixedBytes + 1 + operatorCount;
            int tubeCount = operatorCount < 0 ? -1 : Text.Count(buffer, tubeOffset, end, NodeLimits.TubeBytesMax);
            int people = buffer[offset + 9] >> 3;
            int peopleOffset = tubeOffset + 1 + tubeCount;
            if (tubeCount < 0 || people > NodeLimits.GroupSizeMax || peopleOffset + people * PersonBytes > end)
            {
                return false;
            }

            ReadFixed(state, buffer, offset);
            state.OperatorCount = operatorCount;
            System.Array.Copy(buffer, offset + FixedBytes + 1, state.Operator, 0, operatorCount);
            state.TubeCodeCount = tubeCount;
            System.Array.Copy(buffer, tubeOffset + 1, state.TubeCode, 0, tubeCount);
            state.People = people;
            for (int i = 0; i < people; i++)
            {
                state.PersonSequence[i] = state.TubeSequence + LittleEndian.ReadUInt16(buffer, peopleOffset + i * PersonBytes);
                state.PersonHash[i] = LittleEndian.ReadUInt32(buffer, peopleOffset + i * PersonBytes + 2);
            }

            return true;
        }

        private static void ReadFixed(LaneState state, byte[] buffer, int offset)
        {
            state.BootCount = LittleEndian.ReadUInt32(buffer, offset + 1);
            state.Round = LittleEndian.ReadUInt16(buffer, offset + 5);
            state.GroupSize = buffer[offset + 7];
            state.Category = buffer[offset + 8];
            state.Training = (buffer[offset + 9] & 1) != 0;
            state.TubeStatus = (byte)(buffer[offset + 9] >> 1 & 3);
            state.Sampled = LittleEndian.ReadUInt32(buffer, offset + 10);
            state.SampledInTraining = LittleEndian.ReadUInt32(buffer, offset + 14);
            state.Arrivals = LittleEndian.ReadUInt32(buffer, offset + 18);
            state.Tubes = LittleEndian.ReadUInt32(buffer, offset + 22);
            state.Refusals = LittleEndian.ReadUInt32(buffer, offset + 26);
            state.TubeSequence = LittleEndian.ReadUInt32(buffer, offset + 30);
            state.ClosedSequence = LittleEndian.ReadUInt32(buffer, offset + 34);
            state.TubeSize = buffer[offset + 38];
            state.ArrivedSequence = LittleEndian.ReadUInt32(buffer, offset + 39);
            state.ArrivedPeople = buffer[offset + 43];
        }
    }
}
