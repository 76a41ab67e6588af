using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Lane
{
    /// <summary>The rest of the lane's checkpoint: a u16 of bits, then the parts whose bits are set, in bit order. Omitted entirely if no
    /// bit is set.</summary>
    internal static class LaneCheckpointOptional
    {
        private const int GreenBit = 1 << 0;
        private const int ChainBrokenBit = 1 << 1;
        private const int ClockBit = 1 << 2;     // LaneClock
        private const int PaceBit = 1 << 3;      // Pace
        private const int LastStepBit = 1 << 4;  // LastStep, and the previous badge or place if that step replaced it
        private const int NextBit = 1 << 5;      // next category u8
        private const int AskedBit = 1 << 6;     // what u8, value, sequence; the value is 0 where it would identify a person
        private const int PlanBit = 1 << 7;      // shift, target, sampled before this shift, sampled before the previous shift
        private const int PlaceBit = 1 << 8;     // PlaceState
        private const int BagBit = 1 << 9;       // BagState
        private const int AwayBit = 1 << 10;     // turned away, isolated
        private const int ScoreBit = 1 << 11;    // arrivals and people waiting in training; TrainingScore
        private const int TookBit = 1 << 12;     // u8 per person in the tube: what undoing the person restores
        private const int QueueBit = 1 << 13;    // people waiting, if not arrivals minus sampled
        private const int ForecastBit = 1 << 14; // Forecast

        public static int Write(LaneState state, byte[] buffer, int offset)
        {
            int bits = Bits(state);
            if (bits == 0)
            {
                return offset;
            }

            LittleEndian.WriteUInt16(buffer, offset, (ushort)bits);
            offset += 2;
            offset = (bits & ClockBit) != 0 ? state.Clock.Write(buffer, offset) : offset;
            offset = (bits & PaceBit) != 0 ? state.Pace.Write(buffer, offset) : offset;
            offset = (bits & LastStepBit) != 0 ? WriteLastStep(state, buffer, offset) : offset;
            if ((bits & NextBit) != 0)
            {
                buffer[offset++] = state.NextCategory;
            }

            if ((bits & AskedBit) != 0)
            {
                buffer[offset] = state.AskedWhat;
                offset = WriteTwo(buffer, offset + 1, state.AskedWhat == Asked.PersonAgain ? LaneState.HashUnknown : state.AskedValue,
                    state.AskedSequence);
            }

            offset = (bits & PlanBit) != 0 ? WriteTwo(buffer, WriteTwo(buffer, offset, state.Shift, state.Target), state.SampledBeforeShift,
                state.SampledBeforePreviousShift) : offset;
            offset = (bits & PlaceBit) != 0 ? state.Place.Write(buffer, offset) : offset;
            offset = (bits & BagBit) != 0 ? state.Bag.Write(buffer, offset) : offset;
            offset = (bits & AwayBit) != 0 ? WriteTwo(buffer, offset, state.TurnedAway, state.Isolated) : offset;
            offset = (bits & ScoreBit) != 0
                ? state.Score.Write(buffer, WriteTwo(buffer, offset, state.ArrivalsInTraining, state.WaitingInTraining)) : offset;
            if ((bits & TookBit) != 0)
            {
                System.Array.Copy(state.PersonUndoBits, 0, buffer, offset, state.People);
                offset += state.People;
            }

            offset = (bits & QueueBit) != 0 ? Varint.Write(buffer, offset, state.Waiting) : offset;
            return (bits & ForecastBit) != 0 ? state.Forecast.Write(buffer, offset) : offset;
        }

        public static bool TryRead(LaneState state, byte[] buffer, int offset, int end)
        {
            state.Waiting = DefaultWaiting(state);
            if (offset == end)
            {
                return true;
            }

            int bits = offset + 2 > end ? -1 : LittleEndian.ReadUInt16(buffer, offset);
            if (bits < 0)
            {
                return false;
            }

            offset += 2;
            state.Green = (bits & GreenBit) != 0;
            state.Chain = (bits & ChainBrokenBit) == 0;
            offset = (bits & ClockBit) != 0 ? state.Clock.TryRead(buffer, offset, end) : offset;
            offset = (bits & PaceBit) != 0 ? state.Pace.TryRead(buffer, offset, end) : offset;
            offset = (bits & LastStepBit) != 0 ? ReadLastStep(state, buffer, offset, end) : offset;
            offset = (bits & NextBit) != 0 ? ReadNext(state, buffer, offset, end) : offset;
            offset = (bits & AskedBit) != 0 ? ReadAsked(state, buffer, offset, end) : offset;
            offset = (bits & PlanBit) != 0 ? ReadPlan(state, buffer, offset, end) : offset;
            offset = (bits & PlaceBit) != 0 ? state.Place.TryRead(buffer, offset, end) : offset;
            offset = (bits & BagBit) != 0 ? state.Bag.TryRead(buffer, offset, end) : offset;
            if ((bits & AwayBit) != 0)
            {
                offset = Varint.TryRead(buffer, offset, end, out state.TurnedAway);
                offset = Varint.TryRead(buffer, offset, end, out state.Isolated);
            }

            if ((bits & ScoreBit) != 0)
            {
                offset = Varint.TryRead(buffer, offset, end, out state.ArrivalsInTraining);
                offset = Varint.TryRead(buffer, offset, end, out state.WaitingInTraining);
                offset = state.Score.TryRead(buffer, offset, end);
            }

            offset = (bits & TookBit) != 0 ? ReadTook(state, buffer, offset, end) : offset;
            offset = (bits & QueueBit) != 0 ? Varint.TryRead(buffer, offset, end, out state.Waiting) : offset;
            return ((bits & ForecastBit) != 0 ? state.Forecast.TryRead(buffer, offset, end) : offset) >= 0;
        }

        private static uint DefaultWaiting(LaneState state)
        {
            return state.Arrivals > state.Sampled ? state.Arrivals - state.Sampled : 0;
        }

        private static int Bits(LaneState state)
        {
            bool isArrival = state.LastStep.Type == RecordType.Arrived;
            return (state.Green ? GreenBit : 0)
                | (state.Chain ? 0 : ChainBrokenBit)
                | (state.Clock.IsBlank ? 0 : ClockBit)
                | (state.Pace.IsBlank ? 0 : PaceBit)
                | (state.LastStep.Sequence == 0 || isArrival ? 0 : LastStepBit)
                | (state.NextCategory == LaneState.NoCategory ? 0 : NextBit)
                | (state.AskedWhat == Asked.Nothing ? 0 : AskedBit)
                | (state.Shift == 1 && state.Target == 0 && state.SampledBeforeShift == 0 && state.SampledBeforePreviousShift == 0
                    ? 0 : PlanBit)
                | (state.Place.Status == PlaceState.None ? 0 : PlaceBit)
                | (state.Bag.IsBlank ? 0 : BagBit)
                | (state.TurnedAway == 0 && state.Isolated == 0 ? 0 : AwayBit)
                | (state.Score.IsBlank && state.ArrivalsInTraining == 0 && state.WaitingInTraining == 0 ? 0 : ScoreBit)
                | (state.TubeStatus == LaneState.TubeNone || !HasUndoBits(state) ? 0 : TookBit)
                | (state.Waiting == DefaultWaiting(state) ? 0 : QueueBit)
                | (state.Forecast.IsBlank ? 0 : ForecastBit);
        }

        private static bool HasUndoBits(LaneState state)
        {
            for (int i = 0; i < state.People; i++)
            {
                if (state.PersonUndoBits[i] != 0)
                {
                    return true;
                }
            }

            return false;
        }

        private static int WriteTwo(byte[] buffer, int offset, uint first, uint second)
        {
            return Varint.Write(buffer, Varint.Write(buffer, offset, first), second);
        }

        private static int WriteLastStep(LaneState state, byte[] buffer, int offset)
        {
            offset = state.LastStep.Write(buffer, offset);
            if (state.LastStep.Type == RecordType.OperatorSet)
            {
                return Text.Write(buffer, offset, state.OperatorBefore, state.OperatorBeforeCount);
            }

            return HasPlaceBefore(state) ? state.PlaceBefore.Write(buffer, offset) : offset;
        }

        private static bool HasPlaceBefore(LaneState state)
        {
            return state.LastStep.Type == RecordType.PlaceOpened && state.LastStep.Kind == LaneUndo.EndedAnother;
        }

        private static int ReadLastStep(LaneState state, byte[] buffer, int offset, int end)
        {
            offset = state.LastStep.TryRead(buffer, offset, end);
            if (offset < 0 || state.LastStep.Type != RecordType.OperatorSet)
            {
                return offset >= 0 && HasPlaceBefore(state) ? state.PlaceBefore.TryRead(buffer, offset, end) : offset;
            }

            int count = Text.Count(buffer, offset, end, OperatorSet.BadgeBytesMax);
            if (count < 0)
            {
                return -1;
            }

            state.OperatorBeforeCount = count;
            System.Array.Copy(buffer, offset + 1, state.OperatorBefore, 0, count);
            return offset + 1 + count;
        }

        private static int ReadNext(LaneState state, byte[] buffer, int offset, int end)
        {
            if (offset < 0 || offset >= end)
            {
                return -1;
            }

            state.NextCategory = buffer[offset];
            return offset + 1;
        }

        private static int ReadTook(LaneState state, byte[] buffer, int offset, int end)
        {
            if (offset < 0 || offset + state.People > end)
            {
                return -1;
            }

            System.Array.Copy(buffer, offset, state.PersonUndoBits, 0, state.People);
            return offset + state.People;
        }

        private static int ReadAsked(LaneState state, byte[] buffer, int offset, int end)
        {
            if (offset < 0 || offset >= end)
            {
                return -1;
            }

            state.AskedWhat = buffer[offset];
            offset = Varint.TryRead(buffer, offset + 1, end, out state.AskedValue);
            return Varint.TryRead(buffer, offset, end, out state.AskedSequence);
        }

        private static int ReadPlan(LaneState state, byte[] buffer, int offset, int end)
        {
            uint shift;
            uint target;
            offset = Varint.TryRead(buffer, offset, end, out shift);
            offset = Varint.TryRead(buffer, offset, end, out target);
            offset = Varint.TryRead(buffer, offset, end, out state.SampledBeforeShift);
            offset = Varint.TryRead(buffer, offset, end, out state.SampledBeforePreviousShift);
            state.Shift = (ushort)shift;
            state.Target = (ushort)target;
            return offset;
        }
    }
}
