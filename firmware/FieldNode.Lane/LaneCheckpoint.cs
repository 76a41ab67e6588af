using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;

namespace FieldNode.Lane
{
    /// <summary>
    /// The lane's state as stored at the head of a sector. It is kept small because every sector head repeats it.
    /// <code>
    ///   0       1       2       3          4
    ///   +-------+-------+-------+----------+-------+-------+---------+----------+----------+-------+----------+------------+
    ///   | vers. | flags | group | category | boots | round | sampled | sampled  | arrivals | tubes | refusals | a, badge   |
    ///   | 2     | u8    | size  | u8       |       |       |         | training |          |       |          | u8 + a     |
    ///   +-------+-------+-------+----------+-------+-------+---------+----------+----------+-------+----------+------------+
    ///   if flags say so: an arrival that can be undone            if flags say so: a tube, open or closed
    ///   +----------+-----------+      +----------+---------+---------+---------------+------+-----------------------------+
    ///   | sequence | people u8 |      | sequence | size u8 | b, code | closed: steps | gaps | person: steps if a gap      |
    ///   +----------+-----------+      +----------+---------+---------+---------------+------+-----------------------------+
    /// </code>
    /// Followed by <see cref="LaneCheckpointOptional"/> if the lane does more than tubes of people. Numbers without a size are varints.
    /// Flags: bit 0 training, bits 1..2 tube status, bits 3..7 people in the tube. The arrival is present if bit 7 of the group size is
    /// set. Steps are the distance in sequence numbers from the tube's record, or from the previous person's. A person's bit in gaps is set
    /// if the person's steps are not 1. Nothing here identifies a person; version 1 stored a check value (u32) for each.
    /// </summary>
    internal static class LaneCheckpoint
    {
        private const byte Version = 2;
        private const byte Version1 = 1;
        private const int FixedBytes = 4;
        private const byte ArrivalBit = 0x80;

        // Two bytes as a varint, so that the checkpoint stays within its size limit. No tube stays open over more records than this; a
        // longer step is stored as this value.
        private const uint StepMax = 0x3FFF;

        public static int Write(LaneState state, byte[] buffer, int offset)
        {
            buffer[offset] = Version;
            buffer[offset + 1] = (byte)((state.Training ? 1 : 0) | state.TubeStatus << 1
                | (state.TubeStatus == LaneState.TubeNone ? 0 : state.People) << 3);
            buffer[offset + 2] = (byte)(state.GroupSize | (HasArrival(state) ? ArrivalBit : 0));
            buffer[offset + 3] = state.Category;
            offset = Varint.Write(buffer, offset + FixedBytes, state.BootCount);
            offset = Varint.Write(buffer, offset, state.Round);
            offset = Varint.Write(buffer, offset, state.Sampled);
            offset = Varint.Write(buffer, offset, state.SampledInTraining);
            offset = Varint.Write(buffer, offset, state.Arrivals);
            offset = Varint.Write(buffer, offset, state.Tubes);
            offset = Varint.Write(buffer, offset, state.Refusals);
            offset = Text.Write(buffer, offset, state.Operator, state.OperatorCount);
            if (HasArrival(state))
            {
                offset = Varint.Write(buffer, offset, state.LastStep.Sequence);
                buffer[offset++] = (byte)state.LastStep.Before;
            }

            offset = state.TubeStatus == LaneState.TubeNone ? offset : WriteTube(state, buffer, offset);
            return LaneCheckpointOptional.Write(state, buffer, offset);
        }

        public static bool TryRead(LaneState state, byte[] buffer, int offset, int count)
        {
            int end = offset + count;
            if (count < FixedBytes || count > SectorHead.StateBytesMax || (buffer[offset] != Version && buffer[offset] != Version1))
            {
                return false;
            }

            int hashBytes = buffer[offset] == Version1 ? 4 : 0;
            byte flags = buffer[offset + 1];
            state.Training = (flags & 1) != 0;
            state.TubeStatus = (byte)(flags >> 1 & 3);
            state.People = state.TubeStatus == LaneState.TubeNone ? 0 : flags >> 3;
            state.GroupSize = (byte)(buffer[offset + 2] & ~ArrivalBit);
            state.Category = buffer[offset + 3];
            bool hasArrival = (buffer[offset + 2] & ArrivalBit) != 0;
            offset = ReadCounters(state, buffer, offset + FixedBytes, end);
            state.OperatorCount = offset < 0 ? -1 : Text.Count(buffer, offset, end, OperatorSet.BadgeBytesMax);
            if (state.OperatorCount < 0 || state.People > LaneLimits.GroupSizeMax)
            {
                return false;
            }

            System.Array.Copy(buffer, offset + 1, state.Operator, 0, state.OperatorCount);
            offset = hasArrival ? ReadArrival(state, buffer, offset + 1 + state.OperatorCount, end) : offset + 1 + state.OperatorCount;
            offset = state.TubeStatus == LaneState.TubeNone ? offset : ReadTube(state, buffer, offset, end, hashBytes);
            bool isRead = offset >= 0 && LaneCheckpointOptional.TryRead(state, buffer, offset, end);
            state.LastStep.ChainBefore |= hasArrival && state.Chain;
            return isRead;
        }

        private static bool HasArrival(LaneState state)
        {
            return state.LastStep.Sequence != 0 && state.LastStep.Type == RecordType.Arrived;
        }

        private static int WriteTube(LaneState state, byte[] buffer, int offset)
        {
            offset = Varint.Write(buffer, offset, state.TubeSequence);
            buffer[offset++] = state.TubeSize;
            offset = Text.Write(buffer, offset, state.TubeCode, state.TubeCodeCount);
            if (state.TubeStatus >= LaneState.TubeClosed)
            {
                offset = Varint.Write(buffer, offset, state.ClosedSequence - state.TubeSequence);
            }

            offset = Varint.Write(buffer, offset, Gaps(state));
            for (int i = 0; i < state.People; i++)
            {
                uint step = Step(state, i);
                offset = step == 1 ? offset : Varint.Write(buffer, offset, step < StepMax ? step : StepMax);
            }

            return offset;
        }

        private static uint Step(LaneState state, int person)
        {
            return state.PersonSequence[person] - (person == 0 ? state.TubeSequence : state.PersonSequence[person - 1]);
        }

        // One bit per person, set if the record does not directly follow the previous one.
        private static uint Gaps(LaneState state)
        {
            uint gaps = 0;
            for (int i = 0; i < state.People; i++)
            {
                gaps |= Step(state, i) == 1 ? 0u : 1u << i;
            }

            return gaps;
        }

        // Returns the offset after the counters, or -1.
        private static int ReadCounters(LaneState state, byte[] buffer, int offset, int end)
        {
            uint round;
            offset = Varint.TryRead(buffer, offset, end, out state.BootCount);
            offset = Varint.TryRead(buffer, offset, end, out round);
            offset = Varint.TryRead(buffer, offset, end, out state.Sampled);
            offset = Varint.TryRead(buffer, offset, end, out state.SampledInTraining);
            offset = Varint.TryRead(buffer, offset, end, out state.Arrivals);
            offset = Varint.TryRead(buffer, offset, end, out state.Tubes);
            state.Round = (ushort)round;
            return Varint.TryRead(buffer, offset, end, out state.Refusals);
        }

        private static int ReadArrival(LaneState state, byte[] buffer, int offset, int end)
        {
            offset = Varint.TryRead(buffer, offset, end, out state.LastStep.Sequence);
            if (offset < 0 || offset >= end)
            {
                return -1;
            }

            state.LastStep.Type = RecordType.Arrived;
            state.LastStep.Before = buffer[offset];
            return offset + 1;
        }

        // Returns the offset after the tube, or -1.
        private static int ReadTube(LaneState state, byte[] buffer, int offset, int end, int hashBytes)
        {
            offset = Varint.TryRead(buffer, offset, end, out state.TubeSequence);
            int count = offset < 0 ? -1 : Text.Count(buffer, offset + 1, end, LaneLimits.TubeBytesMax);
            if (count < 0)
            {
                return -1;
            }

            state.TubeSize = buffer[offset];
            state.TubeCodeCount = count;
            System.Array.Copy(buffer, offset + 2, state.TubeCode, 0, count);
            offset += 2 + count;
            if (state.TubeStatus >= LaneState.TubeClosed)
            {
                uint steps;
                offset = Varint.TryRead(buffer, offset, end, out steps);
                state.ClosedSequence = state.TubeSequence + steps;
            }

            uint before = state.TubeSequence;
            uint gaps;
            offset = Varint.TryRead(buffer, offset, end, out gaps);
            for (int i = 0; i < state.People; i++)
            {
                uint step = 1;
                if ((gaps >> i & 1) != 0)
                {
                    offset = Varint.TryRead(buffer, offset, end, out step);
                }

                if (offset < 0 || offset + hashBytes > end)
                {
                    return -1;
                }

                before += step;
                state.PersonSequence[i] = before;
                state.PersonHash[i] = LaneState.HashUnknown;
                offset += hashBytes;
            }

            return offset;
        }
    }
}
