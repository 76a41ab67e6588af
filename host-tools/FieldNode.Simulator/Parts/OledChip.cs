namespace FieldNode.Simulator.Parts;

/// <summary>
/// An SSD1306 or SH1106 at the level of I2C writes, limited to page addressing: set page, set column, pixels. After initialization an
/// SSD1306 is in horizontal addressing, where it does not accept these commands. Memory is random at power-on. Every byte on the bus is
/// counted, including addresses.
/// </summary>
public sealed class OledChip(int columns = 128, int columnsLeftOfGlass = 0)
{
    private const int Pages = 8;
    private const int GlassColumns = 128;

    private readonly byte[] _memory = Noise(columns * Pages);
    private int _page;
    private int _column;
    private bool _isOn;
    private bool _isHorizontal;
    private bool _modeFollows;

    /// <summary>True if no panel answers.</summary>
    public bool IsMissing { get; set; }

    /// <summary>Number of bytes on the bus so far.</summary>
    public int BusBytes { get; private set; }

    /// <summary>Writes that a real controller would not understand.</summary>
    public List<string> Mistakes { get; } = [];

    /// <summary>Simulates a power loss and return: the panel is dark and its memory random.</summary>
    public void PowerOn()
    {
        _isOn = false;
        Noise(_memory.Length).CopyTo(_memory, 0);
    }

    public bool Start()
    {
        _isOn = !IsMissing;
        _isHorizontal = columnsLeftOfGlass == 0;
        return _isOn;
    }

    public bool Write(byte[] bytes, int count)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        BusBytes += 1 + (IsMissing ? 0 : count);
        if (IsMissing)
        {
            return false;
        }

        for (var i = 1; i < count; i++)
        {
            Take(bytes[0], bytes[i]);
        }

        return true;
    }

    /// <summary>The visible pixels: one byte per column of each page, as in a canvas; all 0 while off.</summary>
    public byte[] Glass()
    {
        var glass = new byte[GlassColumns * Pages];
        for (var page = 0; _isOn && page < Pages; page++)
        {
            _memory.AsSpan(page * columns + columnsLeftOfGlass, GlassColumns).CopyTo(glass.AsSpan(page * GlassColumns));
        }

        return glass;
    }

    private void Take(byte control, byte value)
    {
        if (_modeFollows)
        {
            _isHorizontal = value != 2;
            _modeFollows = false;
        }
        else if (control == 0 && value == 0x20 && columnsLeftOfGlass == 0)
        {
            _modeFollows = true;
        }
        else if (_isHorizontal)
        {
            Mistakes.Add($"control {control:X2}, {value:X2} in horizontal addressing");
        }
        else if (control == 0x40)
        {
            _memory[_page * columns + _column] = value;
            _column = (_column + 1) % columns; // page addressing: the page stays
        }
        else if (control == 0 && value is >= 0xB0 and <= 0xB7)
        {
            _page = value & 7;
        }
        else if (control == 0 && value <= 0x0F)
        {
            _column = (_column & 0xF0) | value;
        }
        else if (control == 0 && value is >= 0x10 and <= 0x1F && ((value & 0xF) << 4 | (_column & 0xF)) < columns)
        {
            _column = (value & 0xF) << 4 | (_column & 0xF);
        }
        else
        {
            Mistakes.Add($"control {control:X2}, {value:X2}");
        }
    }

    private static byte[] Noise(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
