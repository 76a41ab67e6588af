using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Log.Store;

namespace FieldNode.Cli.Simulate.City;

// The figures of the run.
internal sealed partial class CityRun
{
    private Dictionary<string, double> Figures(HostStore store, double drainSeconds)
    {
        var stored = new LogStatus(store).Epochs().ToDictionary(epoch => epoch.Epoch);
        var expected = _lanes.Select((lane, i) => (Epoch: (uint)i + 1, lane.Records)).ToList();
        var coverage = CoverageAnswer.Compute(store, Fleet.Read(store), 1, site: null, buildingsMax: 0);
        var twice = Enumerable.Range(1, _city.Nodes).Count(_city.HasDuplicatePerson);
        return new Dictionary<string, double>
        {
            ["nodes"] = _city.Nodes,
            ["hosts"] = _hosts.Count,
            ["people"] = _city.People,
            ["records"] = expected.Sum(lane => (double)lane.Records),
            ["compressedBy"] = CompressedBy,
            ["waitingMost"] = _moments.Max(moment => moment.Waiting),
            ["drainSeconds"] = Math.Round(drainSeconds, 1),
            ["acknowledgedPerSecond"] = Math.Round(expected.Sum(lane => (double)lane.Records) / _clock.Elapsed.TotalSeconds),
            ["acknowledgedPerSecondMost"] = Math.Round(PerSecondMost()),
            ["refused"] = _uploads[(int)Upload.Refused],
            ["unanswered"] = _uploads[(int)Upload.Unanswered],
            ["answersLost"] = _uploads[(int)Upload.AnswerLost],
            ["hostMb"] = Math.Round(_hosts.Max(host => host.MostMb)),
            ["lost"] = expected.Sum(lane =>
                Math.Max(0, (double)lane.Records - (stored.TryGetValue(lane.Epoch, out var epoch) ? epoch.AcknowledgedUpTo : 0))),
            ["extra"] = stored.Values.Sum(epoch => (double)epoch.Records) - expected.Sum(lane => (double)lane.Records) is var more
                && more > 0 ? more : 0,
            ["doubled"] = Math.Abs(coverage.Sampled - _city.People),
            ["conflicts"] = stored.Values.Sum(epoch => (double)epoch.Conflicts),
            ["twice"] = coverage.Twice,
            ["twiceWrong"] = Math.Abs(coverage.Twice - twice),
        };
    }

    // The highest rate over five seconds.
    private double PerSecondMost()
    {
        var (most, from) = (0.0, 0);
        for (var to = 0; to < _moments.Count; to++)
        {
            while (_moments[to].Seconds - _moments[from].Seconds > 5)
            {
                from++;
            }

            most = to > from ? Math.Max(most,
                (_moments[to].Acknowledged - _moments[from].Acknowledged) / Math.Max(1, _moments[to].Seconds - _moments[from].Seconds))
                : most;
        }

        return most;
    }

    private static Check CheckOf(Dictionary<string, double> figures, string figure, string text)
    {
        var expectation = FieldNode.Simulator.Worlds.Expectation.Parse(text);
        return figures.TryGetValue(figure, out var actual) ? new Check(figure, expectation.ToString(), actual, expectation.Holds(actual))
            : throw new HostFault("unknown-figure", ExitCode.Usage,
                $"the city expects a value of '{figure}', which is not a figure; figures are {string.Join(' ', figures.Keys)}",
                $"城市场景要求的 '{figure}' 不是指标：{string.Join(' ', figures.Keys)}");
    }
}
