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
        var recent = _people.Where(person => ticks - person.Ticks <= WindowMs && !_undone.Contains(person.Sequence)).ToList();
        return recent.Count == 0 ? 0 : (int)(recent.Count * HourMs / Math.Max(WindowMsMin, ticks - recent[0].Ticks));
    }
}
