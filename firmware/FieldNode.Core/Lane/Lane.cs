using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Scan;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    /// <summary>
    /// Decides what a scan does to the lane, appends the record, and only then signals. A scan it cannot accept is refused with a reason
    /// and, while the log has room to spare, recorded as refused.
    /// </summary>
    public sealed class Lane
    {
        private readonly RingLog _log;
        private readonly LaneState _state;
        private readonly ISignals _signals;
        private readonly CodeClassifier _classifier;
        private readonly Card _card = new Card();

        private readonly ModeSet _mode = new ModeSet();
        private readonly OperatorSet _operator = new OperatorSet();
        private readonly Arrived _arrived = new Arrived();
        private readonly TubeOpened _opened = new TubeOpened();
        private readonly PersonSampled _person = new PersonSampled();
        private readonly TubeClosed _closed = new TubeClosed();
        private readonly Undone _undone = new Undone();
        private readonly Refused _refused = new Refused();

        private byte _boardWord;
        private byte _boardValue;

        public Lane(RingLog log, LaneState state, ISignals signals, CodeClassifier classifier)
        {
            _log = log;
            _state = state;
            _signals = signals;
            _classifier = classifier;
        }

        /// <summary>Why the last step was refused, or <see cref="Refusal.None"/>.</summary>
        public byte LastRefusal { get; private set; }

        /// <summary>Type of the last step's record when it was confirmed.</summary>
        public byte LastRecordType { get; private set; }

        /// <summary>The refusal was for a passing reason: the same code may come again at once.</summary>
        public bool LastMayRepeat
        {
            get { return LastRefusal == Refusal.FlashFault || LastRefusal == Refusal.FlashFull || LastRefusal == Refusal.Incomplete; }
        }

        /// <summary>Handles one code as the intake delivered it.</summary>
        public void Scan(ScanLine line, uint now)
        {
            byte[] code = line.Bytes;
            if (line.TooLong || line.Incomplete)
            {
                Refuse(line.TooLong ? Refusal.TooLong : Refusal.Incomplete, code, line.Offset, line.Count, line.BytesScanned, now);
                return;
            }

            byte reason = Accept(_classifier.Classify(code, line.Offset, line.Count), code, line.Offset, line.Count, now);
            if (reason != Refusal.None)
            {
                Refuse(reason, code, line.Offset, line.Count, line.BytesScanned, now);
            }
        }

        /// <summary>An enrolment card cannot be taken. Its text, which is secret, is not recorded.</summary>
        public void RefuseCard(byte reason, int bytesScanned, uint now)
        {
            Refuse(reason, _refused.Code, 0, 0, bytesScanned, now);
        }

        /// <summary>What the last scan asks of the board, not of the lane: <see cref="Card.SelfTest"/>, <see cref="Card.Scanner"/> with its value, or 0. Taken once.</summary>
        public byte TakeBoardWord(out byte value)
        {
            byte word = _boardWord;
            value = _boardValue;
            _boardWord = 0;
            return word;
        }

        /// <summary>Somebody joined the queue (button).</summary>
        public void Arrive(uint now)
        {
            Report(AppendArrived(1, now), now);
        }

        /// <summary>Takes the last step back (button or card).</summary>
        public void Undo(uint now)
        {
            Report(AppendUndone(now), now);
        }

        private byte Accept(byte kind, byte[] code, int offset, int count, uint now)
        {
            switch (kind)
            {
                case CodeKind.Card: return AcceptCard(code, offset, count, now);
                case CodeKind.Tube when count <= NodeLimits.TubeBytesMax: return AcceptTube(code, offset, count, now);
                case CodeKind.ResidentId: return AcceptPerson(code, offset, count, PersonSampled.KindResidentId, now);
                case CodeKind.OtherPaper when count <= CodeContent.CodeBytesMax: return AcceptPerson(code, offset, count, PersonSampled.KindOtherPaper, now);
                case CodeKind.WrongCheckDigit: return Refusal.CheckDigit;
                default: return Refusal.UnknownCode;
            }
        }

        private byte AcceptTube(byte[] code, int offset, int count, uint now)
        {
            if (_state.TubeTakesPeople)
            {
                return Refusal.TubeOpen;
            }

            if (_state.IsTubeCode(code, offset, count))
            {
                return Refusal.TubeUsed;
            }

            if (_state.GroupFull)
            {
                byte closed = AppendClosed(TubeClosed.Full, now);
                if (closed != Refusal.None)
                {
                    return closed;
                }
            }

            _opened.Round = _state.Round;
            _opened.GroupSize = _state.GroupSize;
            _opened.Training = _state.Training;
            _opened.SetCode(code, offset, count);
            return Append(_opened, now);
        }

        private byte AcceptPerson(byte[] code, int offset, int count, byte kind, uint now)
        {
            if (_state.TubeStatus != LaneState.TubeOpen)
            {
                return Refusal.NoTube;
            }

            _person.SetCode(code, offset, count);
            ToUpper(_person.Code, count);
            if (_state.IsInTube(LaneState.Hash(_person.Code, 0, count)))
            {
                return Refusal.AlreadyInTube;
            }

            if (_state.GroupFull)
            {
                return Refusal.GroupFull;
            }

            _person.Tube = _state.TubeSequence;
            _person.Position = (byte)(_state.People + 1);
            _person.Round = _state.Round;
            _person.Category = _state.Category;
            _person.Training = _state.Training;
            _person.Kind = kind;
            return Append(_person, now);
        }

        private byte AcceptCard(byte[] code, int offset, int count, uint now)
        {
            _card.Read(code, offset, count);
            switch (_card.Word)
            {
                case Card.Undo: return AppendUndone(now);
                case Card.Close: return Close((byte)_card.Value, now);
                case Card.Mode: return SetMode(now);
                case Card.Arrived: return AppendArrived((byte)_card.Value, now);
                case Card.Badge:
                    _operator.SetCode(code, _card.BadgeOffset, _card.BadgeCount);
                    return Append(_operator, now);
                case Card.SelfTest:
                case Card.Scanner:
                    _boardWord = _card.Word;
                    _boardValue = (byte)_card.Value;
                    LastRefusal = Refusal.None;
                    LastRecordType = 0; // nothing of the lane changes
                    return Refusal.None;
                default: return Refusal.UnknownCard;
            }
        }

        private byte Close(byte reason, uint now)
        {
            if (_state.TubeStatus != LaneState.TubeOpen)
            {
                return Refusal.NoTube;
            }

            if (_state.GroupFull)
            {
                return AppendClosed(reason == TubeClosed.TubeDamaged ? reason : TubeClosed.Full, now);
            }

            return reason == TubeClosed.Full ? Refusal.NeedsReason : AppendClosed(reason, now);
        }

        // What is fixed when a tube is opened may not change before the tube is closed.
        private byte SetMode(uint now)
        {
            if (_state.TubeStatus == LaneState.TubeOpen && _card.ModeKind != ModeSet.Category)
            {
                return Refusal.TubeOpen;
            }

            _mode.Mode = _card.ModeKind;
            _mode.Value = (ushort)_card.Value;
            return Append(_mode, now);
        }

        private byte AppendArrived(byte people, uint now)
        {
            _arrived.People = people;
            return Append(_arrived, now);
        }

        private byte AppendUndone(uint now)
        {
            _undone.Sequence = _state.UndoTarget;
            return _undone.Sequence == 0 ? Refusal.NothingToUndo : Append(_undone, now);
        }

        private byte AppendClosed(byte reason, uint now)
        {
            _closed.Tube = _state.TubeSequence;
            _closed.People = (byte)_state.People;
            _closed.Reason = reason;
            return Append(_closed, now);
        }

        private byte Append(RecordContent content, uint now)
        {
            byte refusal = AppendToLog(content, now);
            if (refusal == Refusal.None)
            {
                LastRefusal = Refusal.None;
                LastRecordType = content.Type;
                _signals.Confirmed(content.Type, _log.LastSequence);
                if (content.Type == RecordType.PersonSampled && _state.GroupFull)
                {
                    _signals.GroupFull();
                }
            }

            return refusal;
        }

        private byte AppendToLog(RecordContent content, uint now)
        {
            int end = content.Write(_log.ContentBuffer, RingLog.ContentOffset);
            byte result = _log.Append(content.Type, now, end - RingLog.ContentOffset);
            if (result == LogResult.Ok)
            {
                return Refusal.None;
            }

            return result == LogResult.Full ? Refusal.FlashFull : Refusal.FlashFault;
        }

        private void Report(byte refusal, uint now)
        {
            if (refusal != Refusal.None)
            {
                Refuse(refusal, _refused.Code, 0, 0, 0, now);
            }
        }

        // Refusals stop being recorded before they could take the last space from people.
        private void Refuse(byte reason, byte[] code, int offset, int count, int scanned, uint now)
        {
            LastRefusal = reason;
            if (!_log.NearlyFull && reason != Refusal.FlashFault)
            {
                _refused.Reason = reason;
                _refused.SetScan(code, offset, count, scanned);
                AppendToLog(_refused, now);
            }

            _signals.Refused(reason);
        }

        private static void ToUpper(byte[] code, int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (code[i] >= 'a' && code[i] <= 'z')
                {
                    code[i] -= 0x20;
                }
            }
        }
    }
}
