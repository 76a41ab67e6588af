using FieldNode.Simulator.Flash;

namespace FieldNode.Simulator.Parts;

/// <summary>
/// Files of a drive like the device's LittleFS: what is written shows after a power cut only if the file was closed; the close itself
/// happens or does not. Each written byte is a step, so is each close and each removal.
/// </summary>
public sealed class CommitOnCloseDrive
{
    private readonly SortedDictionary<int, byte[]> _files = [];
    private bool _isOff;

    public long Steps { get; private set; }

    /// <summary>The step at which power goes; below zero: never.</summary>
    public long CutAtStep { get; set; } = -1;

    /// <summary>A copy with the same files.</summary>
    public CommitOnCloseDrive Copy()
    {
        var copy = new CommitOnCloseDrive();
        foreach (var (name, content) in _files)
        {
            copy._files[name] = content; // contents are replaced whole, never changed
        }

        return copy;
    }

    public void PowerOn()
    {
        _isOff = false;
        CutAtStep = -1;
    }

    public int Length(int name)
    {
        CheckOn();
        return _files.TryGetValue(name, out var content) ? content.Length : 0;
    }

    public bool Read(int name, int position, byte[] buffer, int offset, int count)
    {
        CheckOn();
        _files[name].AsSpan(position, count).CopyTo(buffer.AsSpan(offset));
        return true;
    }

    public bool Write(int name, int position, byte[] buffer, int offset, int count)
    {
        CheckOn();
        var old = _files.GetValueOrDefault(name, []);
        var written = new byte[Math.Max(old.Length, position + count)];
        Array.Fill(written, (byte)0xFF);
        old.CopyTo(written, 0);
        for (var i = 0; i < count; i++)
        {
            Step();
            written[position + i] = buffer[offset + i];
        }

        Step();
        _files[name] = written; // closed
        return true;
    }

    public bool Delete(int name)
    {
        CheckOn();
        Step();
        _files.Remove(name);
        return true;
    }

    private void Step()
    {
        if (Steps == CutAtStep)
        {
            _isOff = true;
            throw new PowerCutException();
        }

        Steps++;
    }

    private void CheckOn()
    {
        if (_isOff)
        {
            throw new PowerCutException();
        }
    }
}
