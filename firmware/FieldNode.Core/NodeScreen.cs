using FieldNode.Core.Health;
using FieldNode.Core.Lane;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Core.Settings;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core
{
    /// <summary>Keeps the screen in step with the state: shows an event for a while, then the lane again. Notifies the panel only of
    /// changes.</summary>
    internal sealed class NodeScreen
    {
        private const int BagCharacters = 3;

        private readonly NodeSettings _settings;
        private readonly LaneState _state;
        private readonly NodeHealth _health;
        private readonly IPanel _panel;
        private readonly ScreenFacts _facts;

        private byte _logResult;
        private bool _testShown;
        private uint _testAt;
        private bool _eventShown;
        private uint _eventAt;
        private bool _dirty = true;

        public NodeScreen(NodeSettings settings, RingLog log, LaneState state, LaneMemory memory, HostLink host, NodePorts ports)
        {
            _settings = settings;
            _state = state;
            _health = ports.Health;
            _panel = ports.Panel;
            _facts = new ScreenFacts(Screen, settings, log, state, memory, host, ports.Health);
            Screen.Lane = settings.Lane;
        }

        public Screen Screen { get; } = new Screen();

        /// <param name="logResult">Result of mounting the log (<see cref="LogResult"/>).</param>
        public void Started(byte logResult, uint now)
        {
            _logResult = logResult;
            if (_health.Board.Length > 0)
            {
                Testing(now);
            }

            _dirty = true;
            Refresh(now);
        }

        /// <summary>The log works now: clears a fault from the start.</summary>
        public void Works()
        {
            _dirty |= _logResult != LogResult.Ok;
            _logResult = LogResult.Ok;
        }

        /// <summary>Shows the self-test that has begun, until it ends and the time of an event has passed, or until the next
        /// code.</summary>
        public void Testing(uint now)
        {
            _dirty = true;
            _eventShown = false;
            _testShown = true;
            _testAt = now;
        }

        /// <summary>Shows pace, wait and forecast.</summary>
        public void ShowPace(uint now)
        {
            Show(ScreenKind.Pace, now);
        }

        /// <summary>Shows a step of the lane that was confirmed or refused.</summary>
        public void Handled(Lane.LaneLogic lane, uint now)
        {
            _testShown = false;
            _dirty = true;
            _eventShown = false;
            Screen.Refusal = lane.LastRefusal;
            if (lane.LastRefusal != Refusal.None)
            {
                Show(ScreenKind.Refused, now);
                return;
            }

            switch (lane.LastRecordType)
            {
                case RecordType.PersonSampled:
                    Show(_state.GroupFull ? ScreenKind.Full : ScreenKind.Confirmed, now);
                    break;
                case RecordType.Undone:
                    Show(ScreenKind.Undone, now);
                    break;
                case RecordType.Asked:
                    Show(ScreenKind.Ask, now);
                    break;
                case RecordType.ModeSet:
                    HandledMode(now);
                    break;
                case RecordType.OperatorSet:
                    Screen.Mode = 0;
                    Screen.NoteCount = _state.OperatorCount;
                    System.Array.Copy(_state.Operator, 0, Screen.Note, 0, _state.OperatorCount);
                    Show(_state.Training && Screen.ScorePeople > 0 ? ScreenKind.Score : ScreenKind.Mode, now);
                    break;
                case RecordType.TurnedAway:
                    Screen.Value = _state.LastStep.Kind;
                    Show(ScreenKind.TurnedAway, now);
                    break;
                case RecordType.Called:
                    Screen.Value = (int)_state.LastStep.Before;
                    Show(ScreenKind.Called, now);
                    break;
                default:
                    HandledPlaceOrBag(lane.LastRecordType, now);
                    break;
            }
        }

        /// <summary>Shows a message from the host.</summary>
        public void Told(Reply reply, uint now)
        {
            Screen.Message = reply.MessageKind[0];
            Screen.NoteCount = reply.MessageTextCount[0];
            System.Array.Copy(reply.MessageText[0], 0, Screen.Note, 0, Screen.NoteCount);
            Show(ScreenKind.Message, now);
        }

        /// <summary>Updates the screen, and notifies the panel if anything has changed.</summary>
        public void Refresh(uint now)
        {
            if (_eventShown && now - _eventAt >= _settings.EventShownMs)
            {
                _eventShown = false;
                _dirty = true;
            }

            if (_testShown && !_health.IsTesting && now - _testAt >= _settings.EventShownMs)
            {
                _testShown = false;
                _dirty = true;
            }

            // A training's result stays on the screen while it is shown, even if the next training has begun.
            _dirty |= _facts.Take(now, _testShown, !(_eventShown && Screen.Kind == ScreenKind.Score));
            if (_dirty)
            {
                if (!_eventShown)
                {
                    ShowLane();
                }

                _dirty = false;
                _panel.Show(Screen);
            }
        }

        private void Show(byte kind, uint now)
        {
            Screen.Kind = kind;
            _dirty = true;
            _eventShown = true;
            _eventAt = now;
        }

        private void HandledMode(uint now)
        {
            Screen.Mode = _state.LastStep.Kind;
            switch (Screen.Mode)
            {
                case ModeSet.GroupSize: Screen.Value = _state.GroupSize; break;
                case ModeSet.Category: Screen.Value = _state.Category; break;
                case ModeSet.NextCategory: Screen.Value = _state.NextCategory; break;
                case ModeSet.LaneKind: Screen.Value = _state.Green ? ModeSet.LaneGreen : ModeSet.LaneFixed; break;
                case ModeSet.Round: Screen.Value = _state.Round; break;
                case ModeSet.Shift: Screen.Value = _state.Shift; break;
                case ModeSet.Target: Screen.Value = _state.Target; break;
                default: Screen.Value = _state.Training ? 1 : 0; break;
            }

            bool isTrainingOver = Screen.Mode == ModeSet.Training && !_state.Training;
            Show(isTrainingOver ? ScreenKind.Score : ScreenKind.Mode, now);
        }

        private void HandledPlaceOrBag(byte type, uint now)
        {
            switch (type)
            {
                case RecordType.PlaceOpened:
                    Screen.Missing = 0;
                    Show(ScreenKind.PlaceOpened, now);
                    break;
                case RecordType.PlaceClosed:
                    Show(ScreenKind.PlaceClosed, now);
                    break;
                case RecordType.BagOpened:
                case RecordType.TubePacked:
                    Screen.SetEnd(_state.Bag.Code, 0, _state.Bag.CodeCount, BagCharacters);
                    Show(ScreenKind.Bag, now);
                    break;
                case RecordType.BagSealed:
                    Show(ScreenKind.Sealed, now);
                    break;
                case RecordType.HandedOver:
                    Show(ScreenKind.HandedOver, now);
                    break;
                default:
                    break; // an arrival, or a tube opened or closed: the lane screen shows it
            }
        }

        private void ShowLane()
        {
            Screen.CodeCount = 0;
            if (_logResult != LogResult.Ok)
            {
                Screen.Kind = ScreenKind.Fault;
                Screen.LogResult = _logResult;
            }
            else if (_testShown)
            {
                Screen.Kind = ScreenKind.SelfTest;
            }
            else if (_state.AskedWhat != Asked.Nothing)
            {
                Screen.Kind = ScreenKind.Ask;
            }
            else if (_state.TubeStatus == LaneState.TubeOpen)
            {
                Screen.Kind = _state.GroupFull ? ScreenKind.Full : ScreenKind.Lane;
                Screen.SetEnd(_state.TubeCode, 0, _state.TubeCodeCount, 6);
            }
            else
            {
                Screen.Kind = _state.Bag.IsOpen ? ScreenKind.Bag : ScreenKind.Ready;
                Screen.SetEnd(_state.Bag.Code, 0, _state.Bag.IsOpen ? _state.Bag.CodeCount : 0, BagCharacters);
            }
        }
    }
}
