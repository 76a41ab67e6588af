namespace FieldNode.Host.Projection;

/// <summary>How fast a lane samples, from the people of its last half-hour: by its own ticks, so that no clock is needed.</summary>
internal sealed class PaceFold
{
    private const uint WindowMs = 30 * 60_000;
    private const uint WindowMsMin = 5 * 60_000; // the first people tell little
    private const long HourMs = 3_600_000;

    private readonly Queue<(uint Sequence, uint Ticks)> _people = new();
    private readonly HashSet<uint> _undone = [];

    public void Started()
    {
        _people.Clear();
        _undone.Clear();
    }

    public void Sampled(uint sequence, uint ticks)
    {
        _people.Enqueue((sequence, ticks));
        while (ticks - _people.Peek().Ticks > WindowMs)
        {
            _undone.Remove(_people.Dequeue().Sequence);
        }
    }

    public void Undo(uint sequence)
    {
        if (_people.Count > 0 && sequence >= _people.Peek().Sequence)
        {
            _undone.Add(sequence);
        }
    }

    /// <summary>People an hour up to a record's ticks; 0 before anybody came.</summary>
    public int PerHour(uint ticks)
    {
        var (people, since) = (0, ticks);
        foreach (var (sequence, at) in _people)
        {
            if (ticks - at <= WindowMs && (_undone.Count == 0 || !_undone.Contains(sequence)))
            {
                since = people == 0 ? at : since;
                people++;
            }
        }

        return people == 0 ? 0 : (int)(people * HourMs / Math.Max(WindowMsMin, ticks - since));
    }
}
