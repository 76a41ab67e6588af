using FieldNode.Core.Health;
using FieldNode.Core.Lane;
using FieldNode.Core.Log;
using FieldNode.Core.Screens;
using FieldNode.Core.Settings;
using FieldNode.Lane;
using FieldNode.Protocol;

namespace FieldNode.Core
{
    /// <summary>Updates the facts on a screen and reports whether any has changed.</summary>
    internal sealed class ScreenFacts
    {
        private const int DayMinutes = 1440;
        private const uint BatteryDoubtMillivolts = 40;

        private readonly Screen _screen;
        private readonly NodeSettings _settings;
        private readonly RingLog _log;
        private readonly LaneState _state;
        private readonly LaneMemory _memory;
        private readonly HostLink _host;
        private readonly NodeHealth _health;

        private bool _changed;
        private bool _wasCurrent;
        private uint _second;
        private uint _sequence;

        public ScreenFacts(Screen screen, NodeSettings settings, RingLog log, LaneState state, LaneMemory memory, HostLink host,
            NodeHealth health)
        {
            _screen = screen;
            _settings = settings;
            _log = log;
            _state = state;
            _memory = memory;
            _host = host;
            _health = health;
        }

        /// <param name="testShown">Whether the self-test is shown. Only then do changes of parts or of the free heap count.</param>
        /// <param name="takeScore">Whether to update the training's result from the state.</param>
        public bool Take(uint now, bool testShown, bool takeScore)
        {
            _changed = false;
            Set(ref _screen.Unsent, _log.UnackedRecords);
            Set(ref _screen.LinkUp, _host.Uploader.LinkUp);
            Set(ref _screen.NearlyFull, _log.NearlyFull);
            Set(ref _screen.HostState, _health.StateOf(NodePart.Host));
            TakeHealth(testShown);

            // The rest changes only with a record or as time passes.
            uint second = now / 1000;
            if (_sequence != _log.LastSequence || _second != second || _wasCurrent != _memory.IsCurrent)
            {
                _sequence = _log.LastSequence;
                _second = second;
                _wasCurrent = _memory.IsCurrent;
                TakeLane();
                TakePlaceAndBag();
                TakeTime(now);
                if (takeScore)
                {
                    Set(ref _screen.ScorePeople, _state.Score.People);
                    Set(ref _screen.ScorePercent, _state.Score.Percent);
                    Set(ref _screen.ScorePerHour, _state.Score.PerHour);
                }
            }

            return _changed;
        }

        private void TakeHealth(bool testShown)
        {
            int worst = _health.WorstPart;
            Set(ref _screen.TroublePart, worst);
            Set(ref _screen.TroubleState, worst < 0 ? PartState.Ok : _health.StateOf(worst));
            Set(ref _screen.BatteryLevel, BatteryLevel());
            _screen.SafeMode = _health.SafeMode;
            int heap = (int)(_health.HeapFree >> 10);
            _changed |= testShown && _screen.HeapKilobytes != heap;
            _screen.HeapKilobytes = heap;
            for (int part = 0; part < NodePart.TestedCount; part++)
            {
                _changed |= testShown && _screen.Parts[part] != _health.StateOf(part);
                _screen.Parts[part] = _health.StateOf(part);
            }
        }

        // From the open-circuit voltage of a lithium-ion cell; coarse on purpose. So that it does not flicker, the shown level falls only
        // when the voltage is more than 40 mV below the level's border.
        private int BatteryLevel()
        {
            byte state = _health.StateOf(NodePart.Battery);
            if (state != PartState.Ok)
            {
                return state == PartState.Low ? 0 : -1;
            }

            uint millivolts = _health.DetailOf(NodePart.Battery);
            int level = LevelOf(millivolts);
            return level != _screen.BatteryLevel && LevelOf(millivolts + BatteryDoubtMillivolts) == _screen.BatteryLevel
                ? _screen.BatteryLevel : level;
        }

        private static int LevelOf(uint millivolts)
        {
            return millivolts >= 3950 ? 3 : millivolts >= 3750 ? 2 : 1;
        }

        private void TakeLane()
        {
            Set(ref _screen.Queue, _state.Queue);
            Set(ref _screen.Done, _state.Training ? _state.SampledInTraining : _state.Sampled);
            Set(ref _screen.Training, _state.Training);
            Set(ref _screen.Round, _state.Round);
            Set(ref _screen.Group, _state.People);
            Set(ref _screen.GroupSize, _state.TubeSize);
            Set(ref _screen.Green, _state.Green);
            Set(ref _screen.Category, _state.Category);
            Set(ref _screen.NextCategory, _state.NextCategory);
            Set(ref _screen.Target, _state.Target);
            Set(ref _screen.Asked, _state.AskedWhat);
            Set(ref _screen.AskedValue, _state.AskedValue);
        }

        private void TakePlaceAndBag()
        {
            PlaceState place = _state.Place;
            Set(ref _screen.PlaceKind, place.IsOpen ? place.Kind : (byte)0);
            Set(ref _screen.PlacePeople, place.People);
            _screen.PlaceCodeCount = place.CodeCount < Screen.CodeBytesMax ? place.CodeCount : Screen.CodeBytesMax;
            System.Array.Copy(place.Code, place.CodeCount - _screen.PlaceCodeCount, _screen.PlaceCode, 0, _screen.PlaceCodeCount);

            BagState bag = _state.Bag;
            bool isHandover = _state.AskedWhat == Protocol.Records.Asked.ReceiverBadge;
            bool isHandedOver = _state.LastStep.Type == RecordType.HandedOver;
            Set(ref _screen.BagOpen, bag.IsOpen);
            Set(ref _screen.Bags, isHandedOver ? _state.LastStep.Before >> 16 : bag.SealedBags);
            Set(ref _screen.BagTubes, isHandedOver ? _state.LastStep.Before & 0xFFFF : isHandover ? bag.SealedTubes : bag.Tubes);
            Set(ref _screen.BagPeople, bag.People);
            Set(ref _screen.BagUnknown, bag.Unknown);
        }

        private void TakeTime(uint now)
        {
            uint laneSecond = _state.Clock.At(now);
            uint pace = _state.Pace.PerHour(laneSecond);
            Set(ref _screen.Pace, pace);
            Set(ref _screen.WaitMinutes, pace == 0 ? -1 : (int)(_screen.Queue * 60 / pace));
            int minute = _state.Clock.IsUtcKnown
                ? (int)(_state.Clock.UtcAt(now) / 60 % DayMinutes + DayMinutes + _settings.ZoneMinutes) % DayMinutes : -1;
            Set(ref _screen.ClockMinute, minute);
            int inShift = (int)(_state.Sampled - _state.SampledBeforeShift);
            Set(ref _screen.ShiftDone, inShift);
            int left = _state.Target > inShift ? _state.Target - inShift : 0;
            int minutesLeft = _state.Forecast.MinutesFor(left);
            Set(ref _screen.FinishMinute, minute < 0 || pace == 0 || left == 0 || minutesLeft < 0 ? -1
                : (minute + minutesLeft) % DayMinutes);
            uint oldest = _memory.OldestTube;
            Set(ref _screen.TubeAgeMinutes, oldest == 0 || laneSecond < oldest ? 0 : (int)((laneSecond - oldest) / 60));
        }

        private void Set(ref int fact, int value)
        {
            _changed |= fact != value;
            fact = value;
        }

        private void Set(ref uint fact, uint value)
        {
            _changed |= fact != value;
            fact = value;
        }

        private void Set(ref byte fact, byte value)
        {
            _changed |= fact != value;
            fact = value;
        }

        private void Set(ref bool fact, bool value)
        {
            _changed |= fact != value;
            fact = value;
        }
    }
}
