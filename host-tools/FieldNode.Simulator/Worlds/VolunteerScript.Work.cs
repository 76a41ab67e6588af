using FieldNode.Protocol;

namespace FieldNode.Simulator.Worlds;

// Work other than groups: packing, places, training.
internal sealed partial class VolunteerScript
{
    private IEnumerable<VolunteerStep> Pack()
    {
        var bag = $"BAG{plan.Number:D3}{++_bagNumber:D5}";
        string[] tubes = [.. _tubesToPack];
        _tubesToPack.Clear();
        yield return new VolunteerStep(bag, RecordType.BagOpened);
        foreach (var tube in tubes)
        {
            yield return new VolunteerStep(tube, RecordType.TubePacked);
        }

        yield return new VolunteerStep("FN:HANDOVER", RecordType.Refused) { Refusal = Refusal.NotSealed };
        yield return new VolunteerStep("FN:SEAL", RecordType.Asked) { PauseSeconds = 3 }; // time to count tubes, swabs and people
        yield return new VolunteerStep("FN:SEAL", RecordType.BagSealed);
        yield return new VolunteerStep("FN:HANDOVER", RecordType.Asked);
        var driver = $"driver{plan.Number}";
        yield return new VolunteerStep("FN:BADGE:" + driver,
            RecordType.HandedOver)
        { Done = () => truth.Bags.Add(new PackedBag(plan.Lane, bag, string.Join(' ', tubes), _badge, driver)) };
    }

    private IEnumerable<VolunteerStep> Places(PlaceWork work, string kind)
    {
        var homes = plan.People.Skip(work.Again ? 0 : _nextPerson).GroupBy(person => person.Household).ToList();
        var count = Math.Min(work.Count ?? homes.Count, homes.Count);
        var visits = homes.Take(kind == "home" ? count : homes.Count)
            .Select((home, i) => (home, Stop: kind == "home" ? i : i * count / homes.Count))
            .GroupBy(visit => visit.Stop, visit => visit.home).Select(visit => visit.ToList()).ToList();
        _nextPerson = work.Again ? 0 : _nextPerson;
        for (var i = 0; i < visits.Count; i++)
        {
            var residents = visits[i].SelectMany(home => home).ToList();
            var code = kind == "home" ? visits[i][0].Key : $"Y{plan.Number}-{i + 1}";
            yield return new VolunteerStep($"FN:{kind.ToUpperInvariant()}:{code}", RecordType.PlaceOpened)
            {
                PauseSeconds = 3,
                Done = () => (_placeKind, _place, _placePeople) = (kind, code, 0)
            };
            foreach (var tube in residents.Chunk(work.Size))
            {
                yield return OpenTube();
                foreach (var resident in tube)
                {
                    yield return Sample(resident.Code);
                }

                foreach (var step in EndTube(work.Size, "FN:CLOSE:PLACE", isLast: true))
                {
                    yield return step;
                }
            }

            yield return new VolunteerStep("FN:DONE", RecordType.PlaceClosed)
            {
                Done = () =>
                {
                    truth.Places.Add(new VisitedPlace(plan.Lane, kind, code, _placePeople));
                    _place = "";
                },
            };
            _nextPerson += residents.Count;
        }
    }

    private IEnumerable<VolunteerStep> Train(TrainingWork work)
    {
        yield return new VolunteerStep("FN:TRAINING:ON", RecordType.ModeSet) { Done = () => _training = true };
        for (var i = 0; i < work.Volunteers; i++)
        {
            var badge = $"v{plan.Number}-{i + 1}";
            var right = 0;
            yield return new VolunteerStep("FN:BADGE:" + badge, RecordType.OperatorSet);
            yield return OpenTube();
            for (var person = 0; person < work.People; person++)
            {
                var category = (byte)random.Next(Category.Last + 1);
                var forgets = category != Category.General && random.NextDouble() < work.Mistakes;
                if (category != Category.General && !forgets)
                {
                    yield return new VolunteerStep("FN:NEXT:" + s_categories[category].ToUpperInvariant(), RecordType.ModeSet);
                }

                var code = People.Practice(i * work.People + person, category);
                yield return new VolunteerStep(code, RecordType.PersonSampled)
                {
                    PauseSeconds = plan.SecondsPerPerson,
                    Done = () => right += forgets ? 0 : 1
                };
            }

            yield return new VolunteerStep("FN:CLOSE:SHIFT",
                RecordType.TubeClosed)
            { Done = () => truth.Trained.Add(new TrainedVolunteer(plan.Lane, badge, right)) };
        }

        yield return new VolunteerStep("FN:TRAINING:OFF", RecordType.ModeSet) { Done = () => _training = false };
        yield return new VolunteerStep("FN:BADGE:" + (_badge.Length > 0 ? _badge : "lead"),
            RecordType.OperatorSet)
        { Done = () => _badge = _badge.Length > 0 ? _badge : "lead" };
    }
}
