using FieldNode.Core.Health;
using FieldNode.Core.Lane;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Protocol;

namespace FieldNode.Core
{
    /// <summary>Keeps the screen in step with the state: events are shown for a while, then the lane again. Tells the panel only of changes.</summary>
    internal sealed class NodeScreen
    {
        private readonly NodeSettings _settings;
        private readonly RingLog _log;
        private readonly LaneState _state;
        private readonly HostLink _host;
        private readonly NodeHealth _health;
        private readonly IPanel _panel;

        private byte _logResult;
        private bool _testShown;
        private uint _testAt;
        private bool _eventShown;
        private uint _eventAt;
        private bool _dirty = true;

        public NodeScreen(NodeSettings settings, RingLog log, LaneState state, HostLink host, NodePorts ports)
        {
            _settings = settings;
            _log = log;
            _state = state;
            _host = host;
            _health = ports.Health;
            _panel = ports.Panel;
            Screen.Lane = settings.Lane;
        }

        public Screen Screen { get; } = new Screen();

        /// <param name="logResult">What mounting the log said (<see cref="LogResult"/>).</param>
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

        /// <summary>The log works: a fault at the start is over.</summary>
        public void Works()
        {
            _dirty |= _logResult != LogResult.Ok;
            _logResult = LogResult.Ok;
        }

        /// <summary>A self-test began: it is shown until it has ended, a while longer, or until the next code.</summary>
        public void Testing(uint now)
        {
            _dirty = true;
            _eventShown = false;
            _testShown = true;
            _testAt = now;
        }

        /// <summary>A step of the lane was confirmed or refused.</summary>
        public void Handled(Lane.Lane lane, uint now)
        {
            _dirty = true;
            _testShown = false;
            _eventShown = true;
            _eventAt = now;
            Screen.Refusal = lane.LastRefusal;
            if (lane.LastRefusal != Refusal.None)
            {
                Screen.Kind = ScreenKind.Refused;
            }
            else if (lane.LastRecordType == RecordType.PersonSampled)
            {
                Screen.Kind = _state.GroupFull ? ScreenKind.Full : ScreenKind.Confirmed;
            }
            else if (lane.LastRecordType == RecordType.Undone)
            {
                Screen.Kind = ScreenKind.Undone;
            }
            else
            {
                _eventShown = false;
            }
        }

        /// <summary>The host has a message for the lane.</summary>
        public void Told(Reply reply, uint now)
        {
            _dirty = true;
            _eventShown = true;
            _eventAt = now;
            Screen.Kind = ScreenKind.Message;
            Screen.Message = reply.MessageKind[0];
            Screen.NoteCount = reply.MessageTextCount[0];
            System.Array.Copy(reply.MessageText[0], 0, Screen.Note, 0, Screen.NoteCount);
        }

        /// <summary>Takes over what has changed and tells the panel if anything has.</summary>
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

            TakeCounters();
            TakeHealth();
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

        private void ShowLane()
        {
            if (_logResult != LogResult.Ok)
            {
                Screen.Kind = ScreenKind.Fault;
                Screen.LogResult = _logResult;
            }
            else if (_testShown)
            {
                Screen.Kind = ScreenKind.SelfTest;
            }
            else if (_state.TubeStatus != LaneState.TubeOpen)
            {
                Screen.Kind = ScreenKind.Ready;
                Screen.CodeCount = 0;
            }
            else
            {
                Screen.Kind = _state.GroupFull ? ScreenKind.Full : ScreenKind.Lane;
                Screen.SetEnd(_state.TubeCode, 0, _state.TubeCodeCount, 6);
            }
        }

        private void TakeHealth()
        {
            int worst = _health.WorstPart;
            byte state = worst < 0 ? PartState.Ok : _health.StateOf(worst);
            _dirty |= Screen.TroubleState != state || Screen.TroublePart != worst;
            Screen.TroublePart = worst;
            Screen.TroubleState = state;
            Screen.SafeMode = _health.SafeMode;
            for (int part = 0; part < NodePart.TestedCount; part++)
            {
                _dirty |= _testShown && Screen.Parts[part] != _health.StateOf(part);
                Screen.Parts[part] = _health.StateOf(part);
            }
        }

        private void TakeCounters()
        {
            uint done = _state.Training ? _state.SampledInTraining : _state.Sampled;
            bool changed = Screen.Queue != _state.Queue || Screen.Done != done || Screen.Unsent != _log.UnackedRecords
                || Screen.LinkUp != _host.Uploader.LinkUp || Screen.HostState != _health.StateOf(NodePart.Host) || Screen.NearlyFull != _log.NearlyFull
                || Screen.Training != _state.Training || Screen.Group != _state.People;
            _dirty |= changed;
            Screen.Queue = _state.Queue;
            Screen.Done = done;
            Screen.Unsent = _log.UnackedRecords;
            Screen.LinkUp = _host.Uploader.LinkUp;
            Screen.HostState = _health.StateOf(NodePart.Host);
            Screen.NearlyFull = _log.NearlyFull;
            Screen.Training = _state.Training;
            Screen.Round = _state.Round;
            Screen.Group = _state.People;
            Screen.GroupSize = _state.TubeSize;
        }
    }
}
