using FieldNode.Simulator.Flash;

namespace FieldNode.Simulator.Parts;

/// <summary>Files on a drive like the device's LittleFS: written data survives a power cut only if the file was closed, and the close is
/// atomic. Each written byte is a step, and so is each close and each delete.</summary>
public sealed class CommitOnCloseDrive
{
    private readonly SortedDictionary<int, byte[]> _files = [];
    private bool _isOff;

    public long Steps { get; private set; }

    /// <summary>Total number of steps after which power is cut; below 0 for never.</summary>
    public long CutAtStep { get; set; } = -1;

    /// <summary>Creates a copy with the same files.</summary>
    public CommitOnCloseDrive Copy()
    {
        var copy = new CommitOnCloseDrive();
        foreach (var (name, content) in _files)
        {
            copy._files[name] = content; // contents are replaced as a whole, never modified
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
