using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Scan;
using FieldNode.Core.Settings;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    /// <summary>
    /// Decides what a scan does to the lane, appends the record, and only then signals. A scan that cannot be accepted is refused with a
    /// reason; the refusal is recorded while the log has spare room. People and tubes are handled here, cards in <see cref="LaneCards"/>,
    /// bags in <see cref="LaneBags"/>.
    /// </summary>
    public sealed class LaneLogic
    {
        private readonly LaneState _state;
        private readonly LaneMemory _memory;
        private readonly LaneWriter _writer;
        private readonly LaneBags _bags;
        private readonly LaneCards _cards;
        private readonly CodeClassifier _classifier;

        private readonly TubeOpened _opened = new TubeOpened();
        private readonly PersonSampled _person = new PersonSampled();
        private readonly TubeClosed _closed = new TubeClosed();
        private readonly TurnedAway _turnedAway = new TurnedAway();

        public LaneLogic(RingLog log, LaneState state, LaneMemory memory, ISignals signals, NodeSettings settings)
        {
            _state = state;
            _memory = memory;
            _writer = new LaneWriter(log, state, memory, signals);
            _bags = new LaneBags(this, state, memory, _writer);
            _cards = new LaneCards(this, _bags, state, _writer, settings.Categories);
            _classifier = new CodeClassifier(settings.TubeForms, settings.BagForms, settings.PaperForms);
        }

        /// <summary>Why the last step was refused, or <see cref="Refusal.None"/>.</summary>
        public byte LastRefusal { get { return _writer.LastRefusal; } }

        /// <summary>Record type of the last confirmed step; 0 if it needed no record.</summary>
        public byte LastRecordType { get { return _writer.LastRecordType; } }

        /// <summary>Check value of the code if the last step was about a person, for the roster; else 0.</summary>
        public uint LastPerson { get; private set; }

        /// <summary>The refusal is temporary: the same code may be scanned again at once.</summary>
        public bool LastMayRepeat
        {
            get { return LastRefusal == Refusal.FlashFault || LastRefusal == Refusal.FlashFull || LastRefusal == Refusal.Incomplete; }
        }

        /// <summary>Handles one code from the scan line.</summary>
        public void Scan(ScanLine line, uint now)
        {
            byte[] code = line.Bytes;
            _writer.Now = now;
            LastPerson = 0;
            byte reason = line.TooLong ? Refusal.TooLong : line.Incomplete ? Refusal.Incomplete
                : Accept(_classifier.Classify(code, line.Offset, line.Count), code, line.Offset, line.Count);
            if (reason != Refusal.None)
            {
                _writer.Refuse(reason, code, line.Offset, line.Count, line.BytesScanned);
            }
        }

        /// <summary>Refuses a card without recording its text, because the text of an enrolment card is secret.</summary>
        public void RefuseCard(byte reason, int bytesScanned, uint now)
        {
            _writer.Now = now;
            _writer.Refuse(reason, bytesScanned);
        }

        /// <summary>What the last scan asks of the board or the screen rather than the lane: <see cref="Card.SelfTest"/>,
        /// <see cref="Card.Pace"/>, <see cref="Card.Scanner"/> or <see cref="Card.Battery"/> with its value, or 0. Reading it clears
        /// it.</summary>
        public byte TakeBoardCommand(out int value)
        {
            return _cards.TakeBoardCommand(out value);
        }

        /// <summary>One person joined the queue (button).</summary>
        public void Arrive(uint now)
        {
            _writer.Now = now;
            Report(_cards.Arrive(1));
        }

        /// <summary>Undoes the last step (button or card).</summary>
        public void Undo(uint now)
        {
            _writer.Now = now;
            Report(_cards.Undo());
        }

        /// <summary>Closes the open tube for a reason; returns the refusal if it cannot.</summary>
        internal byte Close(byte reason)
        {
            if (_state.TubeStatus != LaneState.TubeOpen)
            {
                return Refusal.NoTube;
            }

            if (_state.GroupFull)
            {
                return AppendClosed(reason == TubeClosed.TubeDamaged ? reason : TubeClosed.Full);
            }

            return reason == TubeClosed.Full ? Refusal.NeedsReason : AppendClosed(reason);
        }

        /// <summary>Samples a person at the next position, or turns the person away if a card asked for that.</summary>
        internal byte AcceptPerson(byte[] code, int offset, int count, byte kind)
        {
            _person.SetCode(code, offset, count);
            ToUpper(_person.Code, count, kind);
            uint hash = LaneState.Hash(_person.Code, 0, count);
            bool isInTube = kind != PersonSampled.KindNoPapers && _state.IsInTube(hash);
            if (_state.AskedWhat == Asked.PersonTurnedAway)
            {
                return isInTube ? Refusal.AlreadyInTube : TurnAway((byte)_state.AskedValue);
            }

            byte refusal = CheckPerson(isInTube);
            if (refusal != Refusal.None)
            {
                return refusal;
            }

            bool isKnown = kind != PersonSampled.KindNoPapers && _memory.HasPerson(hash);
            if (isKnown && !_state.IsAsked(Asked.PersonAgain, hash))
            {
                return _writer.Ask(Asked.PersonAgain, hash);
            }

            LastPerson = kind == PersonSampled.KindNoPapers ? 0 : hash;
            _person.Tube = _state.TubeSequence;
            _person.Position = (byte)(_state.People + 1);
            _person.Round = _state.Round;
            _person.Category = _state.CategoryNow;
            _person.Training = _state.Training;
            _person.Green = _state.Green;
            _person.Warned = isKnown;
            _person.Place = _state.Place.IsOpen ? _state.Place.Sequence : 0;
            _person.Kind = kind;
            return _writer.AppendPerson(_person, hash);
        }

        /// <summary>Turns away the person just scanned, or a person without a code.</summary>
        internal byte TurnAway(byte reason)
        {
            _turnedAway.Reason = reason;
            _turnedAway.Round = _state.Round;
            _turnedAway.Training = _state.Training;
            _turnedAway.SetCode(_person.Code, 0, _person.CodeCount);
            return _writer.Append(_turnedAway);
        }

        /// <summary>Turns away a person without a code.</summary>
        internal byte TurnAwayWithoutCode(byte reason)
        {
            _person.CodeCount = 0;
            return TurnAway(reason);
        }

        private byte Accept(byte kind, byte[] code, int offset, int count)
        {
            switch (kind)
            {
                case CodeKind.Card: return _cards.Accept(code, offset, count);
                case CodeKind.Bag when count <= LaneLimits.TubeBytesMax: return _bags.Open(code, offset, count);
                case CodeKind.Tube when count <= LaneLimits.TubeBytesMax: return AcceptTube(code, offset, count);
                case CodeKind.ResidentId: return AcceptPerson(code, offset, count, PersonSampled.KindResidentId);
                case CodeKind.OtherPaper
                    when count <= CodeContent.CodeBytesMax:
                    return AcceptPerson(code, offset, count, PersonSampled.KindOtherPaper);
                case CodeKind.WrongCheckDigit: return Refusal.CheckDigit;
                default: return Refusal.UnknownCode;
            }
        }

        private byte AcceptTube(byte[] code, int offset, int count)
        {
            if (_state.Bag.IsOpen)
            {
                return _bags.Pack(code, offset, count);
            }

            if (_state.TubeTakesPeople)
            {
                return Refusal.TubeOpen;
            }

            if (_state.IsTubeCode(code, offset, count) || _memory.FindTube(LaneState.Hash(code, offset, count)) >= 0)
            {
                return Refusal.TubeUsed;
            }

            byte closed = _state.GroupFull ? AppendClosed(TubeClosed.Full) : Refusal.None;
            if (closed != Refusal.None)
            {
                return closed;
            }

            _opened.Round = _state.Round;
            _opened.GroupSize = _state.GroupSize;
            _opened.Training = _state.Training;
            _opened.SetCode(code, offset, count);
            return _writer.Append(_opened);
        }

        private byte CheckPerson(bool isInTube)
        {
            if (_state.TubeStatus != LaneState.TubeOpen)
            {
                return Refusal.NoTube;
            }

            if (isInTube)
            {
                return Refusal.AlreadyInTube;
            }

            if (_state.GroupFull)
            {
                return Refusal.GroupFull;
            }

            return _state.Green && _state.CategoryNow == Category.General ? Refusal.NeedsCategory : Refusal.None;
        }

        private byte AppendClosed(byte reason)
        {
            _closed.Tube = _state.TubeSequence;
            _closed.People = (byte)_state.People;
            _closed.Reason = reason;
            return _writer.Append(_closed);
        }

        private void Report(byte refusal)
        {
            LastPerson = 0;
            if (refusal != Refusal.None)
            {
                _writer.Refuse(refusal, 0);
            }
        }

        // In a resident ID, only the last character can be a letter.
        private static void ToUpper(byte[] code, int count, byte kind)
        {
            for (int i = kind == PersonSampled.KindResidentId ? count - 1 : 0; i < count; i++)
            {
                if (code[i] >= 'a' && code[i] <= 'z')
                {
                    code[i] -= 0x20;
                }
            }
        }
    }
}
