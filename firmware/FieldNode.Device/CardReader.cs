using FieldNode.Core.Settings;
using FieldNode.Core.Log;
using FieldNode.Core.Scan;
using FieldNode.Core.Screens;
using FieldNode.Protocol;

namespace FieldNode.Device
{
    /// <summary>For a node that cannot work yet: shows what it needs, and reads enrolment cards until one is accepted.</summary>
    internal sealed class CardReader
    {
        private readonly Board _board;
        private readonly EnrolmentDesk _desk;
        private readonly ScanLine _line;
        private readonly Screen _screen = new Screen();
        private readonly byte[] _input = new byte[64];
        private readonly uint _shownMs;
        private readonly byte _logResult;

        private uint _eventAt;
        private bool _eventShown;

        /// <param name="logResult">Ok if the node has no card. Otherwise the reason why its log cannot be used; the card of the node that
        /// owns the log recovers it.</param>
        public CardReader(Board board, EnrolmentDesk desk, byte logResult)
        {
            NodeSettings settings = new NodeSettings();
            _board = board;
            _desk = desk;
            _logResult = logResult;
            _line = new ScanLine(settings.IdleGapMs, 0);
            _shownMs = settings.EventShownMs;
            Show();
        }

        public void Step(uint now)
        {
            int count = _board.Scanner.Read(_input, 0, _input.Length);
            int used = 0;
            while (used < count)
            {
                used += _line.Feed(_input, used, count - used, now);
                Take(now);
            }

            if (count == 0)
            {
                _line.Idle(now);
                Take(now);
            }

            if (_eventShown && now - _eventAt >= _shownMs)
            {
                _eventShown = false;
                Show();
            }
        }

        private void Take(uint now)
        {
            if (!_line.Ready)
            {
                return;
            }

            byte refusal = _line.TooLong || _line.Incomplete ? Refusal.CardDamaged
                : _desk.TakeFirst(_line.Bytes, _line.Offset, _line.Count);
            _line.Clear();
            _eventAt = now;
            _eventShown = refusal != Refusal.None;
            if (refusal != Refusal.None)
            {
                _screen.Kind = ScreenKind.Refused;
                _screen.Refusal = refusal;
                _board.Signals.Refused(refusal);
                _board.Panel.Show(_screen);
                return;
            }

            _board.Signals.Confirmed(0, 0);
            if (!_desk.CardTaken)
            {
                Show(); // how many codes of a multi-code card were read
            }
        }

        private void Show()
        {
            _screen.Kind = _logResult == LogResult.Ok ? ScreenKind.Enrol : ScreenKind.Fault;
            _screen.LogResult = _logResult;
            _screen.CardParts = _desk.Parts;
            _screen.CardPartsRead = _desk.PartsRead;
            _board.Panel.Show(_screen);
        }
    }
}
