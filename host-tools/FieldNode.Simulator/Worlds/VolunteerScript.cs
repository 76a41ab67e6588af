using System.Globalization;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Simulator.Worlds;

/// <summary>Turns a lane's plan into steps, one at a time: the next is requested once the last is confirmed. Tracks the lane state that the
/// volunteer expects, and adds each confirmed result to the ground truth.</summary>
internal sealed partial class VolunteerScript(LanePlan plan, Random random, GroundTruth truth)
{
    private static readonly string[] s_categories = [.. Enumerable.Range(0, Category.Last + 1).Select(i => Category.Name(i))];

    private readonly List<string> _tubesToPack = [];
    private string _tube = "";
    private int _position;
    private int _tubeNumber;
    private int _bagNumber;
    private int _nextPerson;
    private int _round = 1;
    private string _category = "general";
    private string? _nextCategory;
    private bool _green;
    private bool _training;
    private string _badge = "";
    private string _placeKind = "";
    private string _place = "";
    private int _placePeople;

    /// <summary>Number of people confirmed, excluding training.</summary>
    public int Sampled { get; private set; }

    public IEnumerable<VolunteerStep> Steps()
    {
        return plan.Work.SelectMany(Steps);
    }

    private IEnumerable<VolunteerStep> Steps(WorkItem item)
    {
        return item switch
        {
            { Scan: { } code } => [Scan(code, item)],
            { WaitSeconds: { } seconds } => [new VolunteerStep("", 0) { PauseSeconds = seconds }],
            { Groups: { } groups } => Groups(groups),
            { Homes: { } homes } => Places(homes, "home"),
            { Stops: { } stops } => Places(stops, "stop"),
            { Training: { } training } => Train(training),
            _ => [],
        };
    }

    private VolunteerStep Scan(string template, WorkItem item)
    {
        var code = template.Replace("{lane}", plan.Number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{site}", plan.Site, StringComparison.Ordinal);
        if (item.Refused is not null)
        {
            return new VolunteerStep(code, RecordType.Refused) { Refusal = ScenarioFile.ReasonOf(item.Refused) };
        }

        return item.Asked ? new VolunteerStep(code, RecordType.Asked)
            : new VolunteerStep(code, ConfirmationOf(code)) { Done = () => Believe(code) };
    }

    private static byte ConfirmationOf(string code)
    {
        var word = code.StartsWith("FN:", StringComparison.Ordinal) ? code.Split(':')[1] : "";
        return word switch
        {
            "UNDO" => RecordType.Undone,
            "CLOSE" => RecordType.TubeClosed,
            "ARRIVED" => RecordType.Arrived,
            "BADGE" => RecordType.OperatorSet,
            "HOME" or "STOP" => RecordType.PlaceOpened,
            "DONE" => RecordType.PlaceClosed,
            "CALL" => RecordType.Called,
            "SEAL" => RecordType.BagSealed,
            "HANDOVER" or "TEMPERATURE" or "ISOLATE" => RecordType.Asked,
            "PACE" or "SELFTEST" => 0,
            "" => code.StartsWith("BAG", StringComparison.Ordinal) ? RecordType.BagOpened : code.Length == 18 ? RecordType.PersonSampled
                : RecordType.TubeOpened,
            _ => RecordType.ModeSet,
        };
    }

    private void Believe(string code)
    {
        var parts = code.Split(':', 3);
        switch (parts.Length > 1 ? parts[1] : "")
        {
            case "BADGE": _badge = parts[2]; break;
            case "ROUND": _round = int.Parse(parts[2], CultureInfo.InvariantCulture); break;
            case "LANE": _green = parts[2] == "GREEN"; break;
            case "CATEGORY": _category = Lower(parts[2]); break;
            case "NEXT": _nextCategory = Lower(parts[2]); break;
            case "TRAINING": _training = parts[2] == "ON"; break;
            default: break;
        }
    }

    private static string Lower(string name) => s_categories.First(category => category.Equals(name, StringComparison.OrdinalIgnoreCase));

    private IEnumerable<VolunteerStep> Groups(GroupWork work)
    {
        var from = work.Again ? 0 : _nextPerson;
        var count = Math.Min(work.People ?? int.MaxValue, plan.People.Count - from);
        for (var done = 0; done < count;)
        {
            var size = Math.Min(work.Size, count - done);
            if (work.Call)
            {
                yield return new VolunteerStep($"FN:ARRIVED:{size}", RecordType.Arrived);
                yield return new VolunteerStep("FN:CALL", RecordType.Called);
            }
            else
            {
                yield return new VolunteerStep($"FN:ARRIVED:{size}", RecordType.Arrived);
            }

            yield return OpenTube();
            for (var i = 0; i < size; i++, done++)
            {
                foreach (var step in Person(work, from + done))
                {
                    yield return step;
                }
            }

            foreach (var step in EndTube(work.Size, "FN:CLOSE:EMPTY", isLast: done == count || work.BagEvery > 0))
            {
                yield return step;
            }

            if (work.BagEvery > 0 && (_tubesToPack.Count >= work.BagEvery || done == count))
            {
                foreach (var step in Pack())
                {
                    yield return step;
                }
            }
        }

        _nextPerson = Math.Max(_nextPerson, from + count);
    }

    private VolunteerStep OpenTube()
    {
        var code = $"{plan.TubePrefix}{++_tubeNumber:D5}";
        return new VolunteerStep(code,
            RecordType.TubeOpened)
        { Done = () => (_tube, _position, truth.Tubes) = (code, 0, truth.Tubes + (_training ? 0 : 1)) };
    }

    // The next tube closes a full one, unless it is the last or goes into a bag.
    private IEnumerable<VolunteerStep> EndTube(int size, string card, bool isLast)
    {
        _tubesToPack.Add(_tube);
        if (_position < size)
        {
            yield return new VolunteerStep(card, RecordType.TubeClosed);
        }
        else if (isLast)
        {
            yield return new VolunteerStep("FN:CLOSE", RecordType.TubeClosed);
        }
    }

    private IEnumerable<VolunteerStep> Person(GroupWork work, int index)
    {
        var number = index + 1;
        var code = work.StrangerEvery > 0 && number % work.StrangerEvery == 0 ? People.Generate(random) : plan.People[index].Code;
        if (IsDue(work.FeverEvery, number) || IsDue(work.IsolateEvery, number))
        {
            var reason = IsDue(work.FeverEvery, number) ? TurnedAway.Temperature : TurnedAway.Isolation;
            yield return new VolunteerStep(reason == TurnedAway.Temperature ? "FN:TEMPERATURE" : "FN:ISOLATE", RecordType.Asked);
            yield return new VolunteerStep(code, RecordType.TurnedAway)
            {
                PauseSeconds = plan.SecondsPerPerson,
                Done = () => truth.TurnedAway.Add(new TurnedAwayPerson(plan.Lane, code, TurnedAway.Name(reason)))
            };
            yield break;
        }

        if (IsDue(work.NextEvery, number))
        {
            yield return new VolunteerStep("FN:NEXT:" + work.NextCategory.ToUpperInvariant(),
                RecordType.ModeSet)
            { Done = () => _nextCategory = work.NextCategory };
        }

        if (random.NextDouble() < plan.WrongPeople)
        {
            yield return new VolunteerStep(People.Generate(random), RecordType.PersonSampled) { PauseSeconds = 1.5 };
            yield return new VolunteerStep("", RecordType.Undone) { PauseSeconds = 1.5 };
        }

        if (IsDue(work.NoPapersEvery, number))
        {
            yield return new VolunteerStep("FN:NOPAPERS:LOST", RecordType.PersonSampled)
            {
                PauseSeconds = plan.SecondsPerPerson,
                Done = () => Confirm(() => $"LOST@{_tube}/{_position}")
            };
            yield break;
        }

        code = IsDue(work.BookingEvery, number) ? $"B{plan.Number:D4}{_round:D2}{number:D7}" : code;
        yield return Sample(code);
    }

    private static bool IsDue(int every, int number) => every > 0 && number % every == 0;

    private VolunteerStep Sample(string code)
    {
        return new VolunteerStep(code, RecordType.PersonSampled) { IsPerson = true, Done = () => Confirm(() => code) };
    }

    private void Confirm(Func<string> code)
    {
        _position++;
        var category = _nextCategory ?? _category;
        _nextCategory = null;
        _placePeople++;
        if (_training)
        {
            return;
        }

        Sampled++;
        truth.Add(new SampledPerson(code(), plan.Site, plan.Lane, _tube, _position, _round)
        {
            Category = category,
            Operator = _badge,
            Place = _place,
            LaneKind = _place.Length > 0 ? _placeKind : _green ? "green" : "fixed",
        });
    }
}
