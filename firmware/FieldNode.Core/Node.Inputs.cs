#nullable disable // some parts may be absent, and the device's compilation has no "?" for references
using FieldNode.Core.Ports;
using FieldNode.Core.Scan;
using FieldNode.Protocol;

namespace FieldNode.Core
{
    // Input from people: buttons, codes, cards.
    public sealed partial class Node
    {
        private void TakeButtons(uint now)
        {
            byte button = _ports.Buttons.Take();
            if (button == Button.None)
            {
                return;
            }

            _silence.Pressed(now);
            _screen.Screen.CodeCount = 0;
            if (button == Button.Arrived)
            {
                _lane.Arrive(now);
            }
            else
            {
                _lane.Undo(now); // a continuous scanner still on the undone code repeats it: that is not a new scan
            }

            _screen.Handled(_lane, now);
        }

        private void TakeScans(uint now)
        {
            int count = _ports.Scanner.Read(_input, 0, _input.Length);
            int used = 0;
            while (used < count)
            {
                _silence.Scanned(now);
                used += _line.Feed(_input, used, count - used, now);
                HandleCode(now);
            }

            if (count == 0)
            {
                _line.Idle(now);
                HandleCode(now);
            }
        }

        private void HandleCode(uint now)
        {
            if (!_line.Ready)
            {
                return;
            }

            if (!_line.TooLong && !_line.Incomplete && CardParts.IsCard(_line.Bytes, _line.Offset, _line.Count))
            {
                TakeCard(now);
                return;
            }

            _screen.Screen.SetMasked(_line.Bytes, _line.Offset, _line.Count); // signals may need the code
            _lane.Scan(_line, now);
            if (_adviser != null && _adviser.Advise(_lane, _screen.Screen))
            {
                _ports.Signals.Attention();
            }

            int value;
            byte word = _lane.TakeBoardCommand(out value);
            byte refusal = SetBoard(word, value);
            if (refusal != Refusal.None)
            {
                _lane.RefuseCard(refusal, _line.Count, now);
                word = 0;
            }

            if (word == Card.Pace)
            {
                _screen.ShowPace(now);
                _ports.Signals.Attention();
            }
            else if (word != 0)
            {
                _ports.Health.BeginTest(now);
                _screen.Testing(now);
                _ports.Signals.Attention();
            }
            else
            {
                _screen.Handled(_lane, now);
            }

            if (_lane.LastMayRepeat)
            {
                _line.ForgetLast();
            }

            _line.Clear();
        }

        // Applies a technician's card to the board; returns a refusal if it cannot.
        private byte SetBoard(byte word, int value)
        {
            switch (word)
            {
                case Card.Scanner:
                    return _ports.ScannerSetup != null && _ports.ScannerSetup.SetUp((byte)value) ? Refusal.None : Refusal.ScannerNotSet;
                case Card.Battery:
                    return _ports.BatteryGauge != null && _ports.BatteryGauge.Calibrate(value) ? Refusal.None : Refusal.BatteryDiffers;
                default:
                    return Refusal.None;
            }
        }

        private void TakeCard(uint now)
        {
            byte refusal = _ports.Enrolment == null ? Refusal.UnknownCard
                : _ports.Enrolment.Take(_line.Bytes, _line.Offset, _line.Count, _log.UnackedRecords, now);
            if (refusal != Refusal.None)
            {
                _lane.RefuseCard(refusal, _line.Count, now);
                _screen.Handled(_lane, now);
            }

            _line.ForgetLast(); // scanning the same card again confirms it
            _line.Clear();
        }
    }
}
