#nullable disable // a board may have no roster, and the device's compilation has no "?" for references
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Lane
{
    // Reads records into the memory: from the log after a start, then as they are appended.
    public sealed partial class LaneMemory
    {
        private void Take(uint sequence, byte[] frame, int offset, bool isOpen)
        {
            _upTo = sequence;
            int content = offset + Frame.HeadBytes;
            int count = Frame.ContentCount(frame, offset);
            byte type = Frame.Type(frame, offset);
            if (type == RecordType.Lost)
            {
                AddGap(_state.Round);
                return; // a Lost frame has no ticks
            }

            if (type == RecordType.Booted)
            {
                _clock.Booted();
            }

            uint ticks = Frame.Ticks(frame, offset);
            _clock.Record(ticks);
            switch (type)
            {
                case RecordType.ClockSet when _clockSet.TryRead(frame, content, count):
                    _clock.Set(_clockSet.UtcMs, ticks);
                    break;
                case RecordType.ModeSet when _mode.TryRead(frame, content, count):
                    _session = _mode.Mode == ModeSet.Training && _mode.Value != 0 ? sequence : _session; // each training is separate
                    break;
                case RecordType.PersonSampled when _person.TryRead(frame, content, count) && _person.Kind != PersonSampled.KindNoPapers:
                    TakePerson(sequence, isOpen);
                    break;
                case RecordType.Undone when _undone.TryRead(frame, content, count):
                    Forget(_undone.Sequence);
                    break;
                case RecordType.BagOpened when _bag.TryRead(frame, content, count):
                    _round = _bag.Round;
                    _training = _bag.Training;
                    Remember(sequence, Key(LaneState.Hash(_bag.Code, 0, _bag.CodeCount), type, _bag.Round, _bag.Training), person: 0,
                        SeenKey.NoPerson);
                    break;
                default:
                    TakeTube(type, sequence, frame, content, count);
                    break;
            }
        }

        private void TakePerson(uint sequence, bool isOpen)
        {
            if (isOpen)
            {
                uint person = LaneState.Hash(_person.Code, 0, _person.CodeCount);
                Remember(sequence, Key(person, RecordType.PersonSampled, _person.Round, _person.Training), person,
                    SeenKey.LabelOf(_person.Round, _person.Training));
            }
            else if (!_person.Training)
            {
                AddGap(_person.Round);
            }
        }

        private void AddGap(ushort round)
        {
            _gapRound = round > _gapRound ? round : _gapRound;
        }

        private void TakeTube(byte type, uint sequence, byte[] frame, int content, int count)
        {
            switch (type)
            {
                case RecordType.TubeOpened when _opened.TryRead(frame, content, count):
                    uint key = Key(LaneState.Hash(_opened.Code, 0, _opened.CodeCount), type, _opened.Round, _opened.Training);
                    _tubes.Open(sequence, key, _opened.Training ? 0 : Now);
                    break;
                case RecordType.TubeClosed when _closed.TryRead(frame, content, count):
                    _tubes.Close(sequence, _closed.Tube, _closed.People, _closed.Reason == TubeClosed.TubeDamaged);
                    if (_closed.Reason == TubeClosed.TubeDamaged)
                    {
                        _damaged = sequence;
                        _damagedTube = _closed.Tube;
                        SetDamaged(true);
                    }

                    break;
                case RecordType.TubePacked when _packed.TryRead(frame, content, count):
                    uint packed = Key(LaneState.Hash(_packed.Code, 0, _packed.CodeCount), RecordType.TubeOpened, _round, _training);
                    _tubes.Pack(sequence, packed);
                    break;
                case RecordType.BagSealed:
                    _usesBags |= !_training;
                    _tubes.Seal(sequence);
                    break;
                case RecordType.HandedOver:
                    _tubes.HandOver(sequence);
                    break;
                default:
                    break;
            }
        }
    }
}
