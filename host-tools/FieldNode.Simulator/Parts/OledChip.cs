namespace FieldNode.Simulator.Parts;

/// <summary>
/// An SSD1306 or SH1106 at the level of its I2C writes, as far as page addressing goes: set page, set column, pixels. An SSD1306 comes out
/// of its set-up in horizontal addressing, in which it does not know those. Memory holds chance when it is switched on. Every byte on the
/// bus is counted, addresses included.
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

    /// <summary>No panel answers.</summary>
    public bool IsMissing { get; set; }

    /// <summary>Bytes on the bus so far.</summary>
    public int BusBytes { get; private set; }

    /// <summary>Writes that such a controller does not understand.</summary>
    public List<string> Mistakes { get; } = [];

    /// <summary>The panel lost its supply and has it again: dark, and its memory is chance.</summary>
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

    /// <summary>What can be seen: a byte for each column of each page, as in a canvas; nothing while it is off.</summary>
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
