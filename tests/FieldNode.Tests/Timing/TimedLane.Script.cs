using System.Globalization;
using FieldNode.Answers.Roster;
using FieldNode.Host.Cards;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Timing;

// The script of events at the lane.
internal sealed partial class TimedLane
{
    // Each step returns the moment, in µs, from which the next is due.
    private IEnumerable<double> Script()
    {
        var card = EnrolmentCards.NewNode("lane-9", "S", "L9");
        new NodeRegistry(_host.Store, TimeProvider.System).Add(card);
        var scheme = _run.OverTls ? "https" : "http";
        var network = new CardNetwork(_run.HasNoHost ? "https://host.example:8443" : $"{scheme}://{_host.Address.Authority}", "Site-WLAN",
            "secret12", "zh", []);
        foreach (var code in EnrolmentCards.Codes(EnrolmentCards.Text(card, _host.Store.HostId, network)))
        {
            yield return _line.Send(code + "\r", _time.Us) + 800_000;
        }

        while (_program.Node is not { Works: true } || (_program.Node.Claimed is null && !_run.HasNoHost))
        {
            yield return _time.Us + 100_000;
        }

        yield return _time.Us + 35_000_000; // until the start counts as successful
        var (tube, next) = (0, 0);
        foreach (var trouble in _run.Troubles)
        {
            _trouble = trouble;
            _beeps[trouble] = [];
            Calm();
            for (var scan = 0; scan < _run.Scans / _run.Troubles.Length; scan++)
            {
                _stopsBefore = _isMeasuring ? _stopsBefore : _http.Stops;
                _isMeasuring = true;
                var isTube = _program.Node!.State.TubeStatus != FieldNode.Lane.LaneState.TubeOpen || _program.Node.State.GroupFull;
                var code = isTube ? string.Create(CultureInfo.InvariantCulture, $"ZZ{++tube:D8}") : _people[next++ % _people.Count];
                foreach (var due in ScanOne(code))
                {
                    yield return due;
                }

                // People wait until the sound ends.
                var isLong = _program.Node.State.GroupFull || _program.Node.Screen.Refusal != Refusal.None;
                yield return _time.Us + (isLong ? 2_600_000 : _random.Next(900_000, 3_500_000));
            }
        }

        _isMeasuring = false;
        Calm();
        for (var i = 0; i < 900 && !_run.HasNoHost && _program.Node!.Log.UnackedRecords > 0; i++)
        {
            yield return _time.Us + 1_000_000;
        }
    }

    private IEnumerable<double> ScanOne(string code)
    {
        var hasTerminator = _trouble != Trouble.NoTerminator && (_trouble != Trouble.Mixed || _random.Next(4) > 0);
        var sequence = _program.Node!.Log.LastSequence;
        // The code arrives at any moment of a loop round.
        var end = _line.Send(code + (hasTerminator ? "\r" : ""), _time.Us + _random.Next(300_000)) + (hasTerminator ? 0 : GapUs);
        while (_program.Node.Log.LastSequence == sequence)
        {
            if (_time.Us - end > 20_000_000)
            {
                throw new InvalidOperationException($"{code} was not confirmed: {_trouble}, {_program.Node.Log.LastSequence} records, "
                    + $"screen {_program.Node.Screen.Kind}, refusal {_program.Node.Screen.Refusal}, {_starts} starts");
            }

            yield return _time.Us;
        }

        // Only a beep in the loop round that made the record counts; a later sound belongs to a rhythm that was already playing.
        if (_buzzer.OnAt >= _roundBegan)
        {
            _beeps[_trouble].Add((_buzzer.OnAt - end) / 1000);
        }
        else
        {
            _unheard++;
        }
    }

    private void Calm()
    {
        (_flash.ProgramUs, _flash.EraseUs) = (700, 45_000);
        (_network.IsOn, _http.Host, _panelBus.IsStuck) = (true, TimedHost.Real, _trouble == Trouble.StuckPanel && _isMeasuring);
    }

    // Changes conditions every half minute.
    private void Worsen(double now)
    {
        if (now - _changedAt < 30_000_000)
        {
            return;
        }

        _changedAt = now;
        var isMixed = _trouble == Trouble.Mixed;
        if (_trouble == Trouble.Network || isMixed)
        {
            _network.IsOn = _random.Next(3) > 0;
            _http.Host = (TimedHost)_random.Next(3);
        }

        if (_trouble == Trouble.Flash || (isMixed && _random.Next(2) == 0))
        {
            (_flash.ProgramUs, _flash.EraseUs) = (3_000, 400_000);
        }
        else if (isMixed)
        {
            (_flash.ProgramUs, _flash.EraseUs) = (700, 45_000);
        }

        if (_random.Next(_trouble == Trouble.Roster ? 8 : 16) == 0 && (_trouble == Trouble.Roster || isMixed))
        {
            new Rosters(_host.Store).Set("S", SampleRoster.RosterOf(SampleRoster.Residents.Where(_ => _random.Next(50) > 0)));
        }
    }
}
