using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Worlds;

namespace FieldNode.Cli.Simulate;

/// <summary>Results of a scenario as figures that <see cref="Scenario.Expect"/> can name; docs/scenarios.md lists them.</summary>
internal static class Figures
{
    public static Dictionary<string, double> Compute(World world, Scenario scenario, HostStore store, IReadOnlyList<RosterPerson> roster,
        LaneWatch watch)
    {
        var days = new MergedLog(store).Days().Select(day => day.With(store.Vault.Open)).ToList();
        var people = days.SelectMany(day => day.People).ToList();
        var counting = people.Where(row => PersonState.Counts(row.State)).ToList();
        var figures = new Dictionary<string, double>();
        AddPeople(figures, people, counting);
        AddLanes(figures, world, store, days);
        AddTransport(figures, days, people);
        AddTraining(figures, days, counting);
        AddTruth(figures, world, days, counting);
        AddRoster(figures, scenario, roster, counting, days);
        var hours = world.WorkEndedMs / 3_600_000d;
        figures["hours"] = Math.Round(hours, 2);
        figures["peoplePerHour"] = hours > 0 ? Math.Round(counting.Count / hours) : 0;
        figures["secondsPerTube"] = world.Truth.Tubes > 0 ? Math.Round(world.WorkEndedMs / 1000d / world.Truth.Tubes * world.Lanes.Count, 1)
            : 0;
        figures["scans"] = world.Truth.Scans;
        figures["paceError"] = Math.Round(watch.PaceError, 3);
        figures["forecasts"] = watch.Forecasts;
        figures["forecastErrorMinutes"] = Math.Round(watch.ForecastErrorMinutes, 1);
        figures["advices"] = watch.Advices;
        figures["advicesWrong"] = watch.WrongAdvices;
        figures["strangersPassed"] = watch.StrangersPassed;
        figures["powerCuts"] = world.Lanes.Sum(lane => lane.Board.PowerCuts);
        figures["hostKills"] = world.HostKills;
        return figures;
    }

    private static void AddPeople(Dictionary<string, double> figures, List<PersonRow> people, List<PersonRow> counting)
    {
        figures["people"] = counting.Count;
        figures["rounds"] = counting.Select(row => row.Round).Distinct().Count();
        figures["peopleTwiceInARound"] = counting.Where(row => row.Papers != "none").GroupBy(row => (row.Person, row.Round))
            .Count(group => group.Count() > 1);
        figures["differentPeople"] = counting.Select(MergedPeople.AsSeen).Select(person => person.Code).Distinct().Count();
        figures["undone"] = people.Count(row => row.State == PersonState.Undone);
        figures["noPapers"] = counting.Count(row => row.Papers == "none");
        figures["otherPapers"] = counting.Count(row => row.Papers == "other");
        figures["withoutBadge"] = counting.Count(row => row.Operator.Length == 0);
        figures["operators"] = counting.Select(row => row.Operator).Distinct().Count();
        figures["green"] = counting.Count(row => row.LaneKind == "green");
        figures["greenWithoutCategory"] = counting.Count(row => row.LaneKind == "green" && row.Category == "general");
        figures["withCategory"] = counting.Count(row => row.Category != "general");
        figures["atHome"] = counting.Count(row => row.LaneKind == "home");
        figures["atStops"] = counting.Count(row => row.LaneKind == "stop");
        figures["largestTube"] = counting.Select(row => row.Position).DefaultIfEmpty(0).Max();
        figures["tubes"] = counting.Select(row => (row.Node, row.Epoch, row.Tube, row.Round)).Distinct().Count();
        figures["positionsBroken"] = counting.GroupBy(row => (row.Node, row.Epoch, row.Tube, row.Round))
            .Count(tube => !tube.Select(row => row.Position).Order().SequenceEqual(Enumerable.Range(1, tube.Count())));
        figures["timeUnknown"] = counting.Count(row => row.Time.At is null);
    }

    private static void AddLanes(Dictionary<string, double> figures, World world, HostStore store, List<EpochDay> days)
    {
        var fleet = Fleet.Read(store);
        var epochs = new LogStatus(store).Epochs();
        figures["lanesInPlace"] = fleet.Nodes.Count(node => node.IsInPlace);
        figures["lanesMissing"] = fleet.Nodes.Count(node => !node.IsInPlace);
        figures["sites"] = days.Select(day => day.Site).Distinct().Count();
        figures["nodes"] = days.Count;
        figures["records"] = epochs.Sum(epoch => epoch.Records);
        figures["gaps"] = epochs.Sum(epoch => epoch.Gaps.Count);
        figures["conflicts"] = epochs.Sum(epoch => epoch.Conflicts);
        figures["notUploaded"] = world.Lanes.Sum(lane => lane.Board.Node?.Log.UnackedRecords ?? 0);
        figures["arrivals"] = days.Sum(day => day.Arrivals);
        figures["stillWaiting"] = world.Lanes.Sum(lane => lane.Board.Node?.State.Queue ?? 0);
        figures["calls"] = days.Sum(day => day.Calls);
        figures["fever"] = days.Sum(day => day.TurnedAway.Count(row => row.Reason == TurnedAway.Temperature));
        figures["isolated"] = days.Sum(day => day.TurnedAway.Count(row => row.Reason == TurnedAway.Isolation));
        foreach (var refusal in days.SelectMany(day => day.Now.Refusals).GroupBy(pair => pair.Key))
        {
            figures["refused." + Refusal.Name(refusal.Key)] = refusal.Sum(pair => pair.Value);
        }
    }

    private static void AddTransport(Dictionary<string, double> figures, List<EpochDay> days, List<PersonRow> people)
    {
        var bags = days.SelectMany(day => day.Bags).ToList();
        figures["bags"] = bags.Count;
        figures["bagsHandedOver"] = bags.Count(bag => bag.Receiver.Length > 0);
        figures["bagsLeftUnsealed"] = bags.Count(bag => !bag.IsSealed);
        figures["bagsWithOneBadge"] = bags.Count(bag => bag.Receiver.Length > 0 && (bag.Giver.Length == 0 || bag.Giver == bag.Receiver));
        figures["tubesPacked"] = bags.Sum(bag => bag.Tubes.Count);
        figures["tubesInTwoBags"] = bags.SelectMany(bag => bag.Tubes.Select(tube => (bag.Round, tube.Code))).GroupBy(tube => tube)
            .Count(tube => tube.Count() > 1);
        var opened = people.Where(row => row.Time.At is not null).GroupBy(row => row.Tube)
            .ToDictionary(tube => tube.Key, tube => tube.Min(row => row.Time.At!.Value));
        figures["oldestTubeMinutes"] = Math.Round(bags.Where(bag => bag.HandedOver.At is not null)
            .SelectMany(bag => bag.Tubes.Where(tube => opened.ContainsKey(tube.Code))
                .Select(tube => (bag.HandedOver.At!.Value - opened[tube.Code]).TotalMinutes)).DefaultIfEmpty(0).Max(), 1);
    }

    private static void AddTraining(Dictionary<string, double> figures, List<EpochDay> days, List<PersonRow> counting)
    {
        var training = days.SelectMany(day => day.Training).Where(row => row.Badge.Length > 0).ToList(); // even with nothing right
        figures["volunteersTrained"] = training.Select(row => row.Badge).Distinct().Count();
        figures["trainingAccuracy"] = training.Count == 0 ? 0 : Math.Round(training.Average(row => row.Percent), 1);
        figures["trainingPerHour"] = training.Count == 0 ? 0 : Math.Round(training.Average(row => row.PerHour));
        // codes of practice people
        figures["trainingInRealTotals"] = counting.Count(row => row.Person.StartsWith("00000018", StringComparison.Ordinal));
    }

    private static void AddTruth(Dictionary<string, double> figures, World world, List<EpochDay> days, List<PersonRow> counting)
    {
        var truth = world.Truth.Compare(counting.Select(MergedPeople.AsSeen));
        figures["truth"] = truth.Truth;
        figures["lost"] = truth.Lost;
        figures["doubled"] = truth.Doubled;
        figures["extra"] = truth.Extra;
        figures["wrong"] = truth.Wrong;
        figures["placesWrong"] = Differences(world.Truth.Places,
            days.SelectMany(day => day.Places.Where(place => place.IsClosed)
            .Select(place => new VisitedPlace(day.Lane, place.Kind, place.Code, place.People))));
        figures["bagsWrong"] = Differences(world.Truth.Bags,
            days.SelectMany(day => day.Bags.Where(bag => bag.Receiver.Length > 0)
            .Select(bag => new PackedBag(day.Lane, bag.Code, string.Join(' ', bag.Tubes.Select(tube => tube.Code)), bag.Giver,
            bag.Receiver))));
        figures["turnedAwayWrong"] = Differences(world.Truth.TurnedAway,
            days.SelectMany(day => day.TurnedAway.Select(row => new TurnedAwayPerson(day.Lane, row.Person, row.ReasonName))));
        figures["trainingWrong"] = Differences(world.Truth.Trained,
            days.SelectMany(day => day.Training.Where(row => row.Badge.Length > 0).GroupBy(row => row.Badge)
            .Select(turns => new TrainedVolunteer(day.Lane, turns.Key, turns.Sum(turn => turn.People)))));
        var byLane = counting.CountBy(row => row.Lane).ToDictionary();
        figures["screensWrong"] =
            world.Lanes.Count(lane => lane.Board.Node is { } node && node.State.Sampled != (uint)byLane.GetValueOrDefault(lane.Plan.Lane));
    }

    // Size of the symmetric difference of two multisets.
    private static int Differences<T>(IEnumerable<T> truth, IEnumerable<T> merged)
        where T : notnull
    {
        var counts = truth.CountBy(item => item).ToDictionary();
        foreach (var item in merged)
        {
            counts[item] = counts.GetValueOrDefault(item) - 1;
        }

        return counts.Values.Sum(Math.Abs);
    }

    private static void AddRoster(Dictionary<string, double> figures, Scenario scenario, IReadOnlyList<RosterPerson> roster,
        List<PersonRow> counting, List<EpochDay> days)
    {
        var homes = days.SelectMany(day => day.Places).Where(place => place.Kind == "home").Select(place => place.Code).Distinct().Count();
        figures["homes"] = homes;
        figures["stops"] = days.SelectMany(day => day.Places).Count(place => place.Kind == "stop");
        figures["placesLeftOpen"] = days.SelectMany(day => day.Places).Count(place => !place.IsClosed);
        if (scenario.Households == 0)
        {
            return;
        }

        var coverage = Coverage.Compute(roster, counting, 1);
        figures["expected"] = roster.Count;
        figures["missing"] = coverage.Missing.Count;
        figures["householdsIncomplete"] = coverage.IncompleteHouseholds;
        figures["homesToVisit"] = scenario.Households - homes;
        figures["notListed"] = coverage.NotListed.Count;
        figures["buildingsComplete"] = coverage.Buildings.GroupBy(building => building.Building)
            .Count(building => building.All(part => part.IsComplete));
        figures["nextBuilding"] = coverage.NextToCall is { } next
            ? double.Parse(next.Building, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }
}
