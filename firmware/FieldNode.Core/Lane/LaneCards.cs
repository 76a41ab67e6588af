using FieldNode.Core.Scan;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    /// <summary>What each control card does to the lane.</summary>
    internal sealed class LaneCards
    {
        private readonly LaneLogic _lane;
        private readonly LaneBags _bags;
        private readonly LaneState _state;
        private readonly LaneWriter _writer;
        private readonly int _categories; // one bit per category that the lane offers
        private readonly Card _card = new Card();
        private readonly ModeSet _mode = new ModeSet();
        private readonly OperatorSet _operator = new OperatorSet();
        private readonly Arrived _arrived = new Arrived();
        private readonly Called _called = new Called();
        private readonly Undone _undone = new Undone();
        private readonly PlaceOpened _placeOpened = new PlaceOpened();
        private readonly PlaceClosed _placeClosed = new PlaceClosed();
        private readonly byte[][] _noPapers = NoPapersReasons();

        private byte _boardCommand;
        private int _boardValue;

        /// <param name="categories">Comma-separated names of the categories that the lane offers; empty for all.</param>
        public LaneCards(LaneLogic lane, LaneBags bags, LaneState state, LaneWriter writer, string categories)
        {
            _lane = lane;
            _bags = bags;
            _state = state;
            _writer = writer;
            _categories = categories.Length == 0 ? ~0 : CategoryBits(categories);
        }

        public byte TakeBoardCommand(out int value)
        {
            byte word = _boardCommand;
            value = _boardValue;
            _boardCommand = 0;
            return word;
        }

        public byte Accept(byte[] code, int offset, int count)
        {
            _card.Read(code, offset, count);
            switch (_card.Word)
            {
                case Card.Undo: return Undo();
                case Card.Close: return _lane.Close((byte)_card.Value);
                case Card.Mode: return SetMode();
                case Card.Arrived: return Arrive((byte)_card.Value);
                case Card.Call: return Call();
                case Card.Badge: return AcceptBadge(code);
                case Card.NoPapers:
                    byte[] reason = _noPapers[_card.Value];
                    return _lane.AcceptPerson(reason, 0, reason.Length, PersonSampled.KindNoPapers);
                case Card.TurnAway:
                    bool again = _state.IsAsked(Asked.PersonTurnedAway, (uint)_card.Value);
                    return again ? _lane.TurnAwayWithoutCode((byte)_card.Value) : _writer.Ask(Asked.PersonTurnedAway, (uint)_card.Value);
                case Card.Place: return OpenPlace(code);
                case Card.Done: return _state.Place.IsOpen ? ClosePlace() : Refusal.NoPlace;
                case Card.Seal: return _bags.Seal();
                case Card.HandOver: return _bags.BeginHandOver();
                case Card.SelfTest:
                case Card.Scanner:
                case Card.Battery:
                case Card.Pace:
                    _boardCommand = _card.Word;
                    _boardValue = _card.Value;
                    return _writer.NoStep();
                default: return Refusal.UnknownCard;
            }
        }

        public byte Arrive(byte people)
        {
            _arrived.People = people;
            return _writer.Append(_arrived);
        }

        public byte Undo()
        {
            _undone.Sequence = _state.UndoTarget;
            return _undone.Sequence == 0 ? Refusal.NothingToUndo : _writer.Append(_undone);
        }

        private byte Call()
        {
            uint waiting = _state.Queue;
            if (waiting == 0)
            {
                return Refusal.NobodyWaiting;
            }

            _called.People = (byte)(waiting < _state.GroupSize ? waiting : _state.GroupSize);
            return _writer.Append(_called);
        }

        private byte AcceptBadge(byte[] code)
        {
            if (_state.AskedWhat == Asked.ReceiverBadge)
            {
                return _bags.HandOver(code, _card.NameOffset, _card.NameCount);
            }

            _operator.SetCode(code, _card.NameOffset, _card.NameCount);
            return _writer.Append(_operator);
        }

        // A mode that is fixed when a tube, a bag or a place is opened cannot change until it is closed.
        private byte SetMode()
        {
            byte kind = _card.ModeKind;
            if (kind == ModeSet.Category || kind == ModeSet.NextCategory)
            {
                return SetCategory(kind);
            }

            bool divides = kind == ModeSet.Round || kind == ModeSet.Training;
            if (_state.TubeStatus == LaneState.TubeOpen && (divides || kind == ModeSet.GroupSize))
            {
                return Refusal.TubeOpen;
            }

            if (divides && _state.Bag.IsOpen)
            {
                return Refusal.BagOpen;
            }

            if (kind == ModeSet.Training && _state.Bag.SealedBags > 0)
            {
                return Refusal.HandOverFirst; // real bags and training bags are never handed over together
            }

            return divides && _state.Place.IsOpen ? Refusal.PlaceOpen : AppendMode(kind);
        }

        // A locked category applies to everyone who follows, so changing it takes two scans of the card.
        private byte SetCategory(byte kind)
        {
            uint value = (uint)_card.Value;
            if ((_categories >> (int)value & 1) == 0)
            {
                return Refusal.CategoryOff;
            }

            bool needsAgain = kind == ModeSet.Category && value != _state.Category && !_state.IsAsked(Asked.CategoryAgain, value);
            return needsAgain ? _writer.Ask(Asked.CategoryAgain, value) : AppendMode(kind);
        }

        private byte AppendMode(byte kind)
        {
            _mode.Mode = kind;
            _mode.Value = (ushort)_card.Value;
            return _writer.Append(_mode);
        }

        // Another place's card closes the open place.
        private byte OpenPlace(byte[] code)
        {
            PlaceState place = _state.Place;
            bool endsAnother = place.IsOpen;
            if (endsAnother)
            {
                bool isSame = place.Kind == _card.Value && place.CodeCount == _card.NameCount
                    && Text.Same(code, _card.NameOffset, place.Code, 0, place.CodeCount);
                byte refusal = isSame ? Refusal.PlaceOpen : ClosePlace();
                if (refusal != Refusal.None)
                {
                    return refusal;
                }
            }

            _placeOpened.EndedAnother = endsAnother;
            _placeOpened.Training = _state.Training;
            _placeOpened.Kind = (byte)_card.Value;
            _placeOpened.SetCode(code, _card.NameOffset, _card.NameCount);
            return _writer.Append(_placeOpened);
        }

        private byte ClosePlace()
        {
            _placeClosed.Place = _state.Place.Sequence;
            _placeClosed.People = (ushort)_state.Place.People;
            return _writer.Append(_placeClosed);
        }

        private static int CategoryBits(string names)
        {
            int bits = 0;
            while (names.Length > 0)
            {
                int comma = names.IndexOf(',');
                string name = comma < 0 ? names : names.Substring(0, comma);
                names = comma < 0 ? "" : names.Substring(comma + 1);
                for (int i = 0; i <= Category.Last; i++)
                {
                    bits |= name == Category.Name(i) ? 1 << i : 0;
                }
            }

            return bits;
        }

        private static byte[][] NoPapersReasons()
        {
            byte[][] reasons = new byte[PersonSampled.NoPapersReasons][];
            for (int i = 0; i < reasons.Length; i++)
            {
                reasons[i] = Text.Ascii(PersonSampled.NoPapersReason(i));
            }

            return reasons;
        }
    }
}
