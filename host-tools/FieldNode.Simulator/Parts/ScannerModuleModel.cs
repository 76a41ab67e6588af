namespace FieldNode.Simulator.Parts;

/// <summary>A scanner module of the GM65 kind on its serial line. It sends codes according to its settings, which frames read, write and
/// save. Answers arrive after a delay; noise and codes may precede them.</summary>
public sealed class ScannerModuleModel
{
    private const int AnswerAfterMs = 20;

    private readonly Dictionary<int, byte> _settings = new() { [0x0000] = 0xD1, [0x0060] = 0x02, [0x00D0] = 0x00 };
    private readonly Dictionary<int, byte> _saved = [];
    private readonly List<(uint At, byte Value)> _out = [];

    public uint Now { get; set; }

    /// <summary>True if the line is unplugged.</summary>
    public bool IsUnplugged { get; set; }

    /// <summary>True if the scanner has no such settings and ignores all frames.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>The module's baud rate; at any other rate only garbage arrives.</summary>
    public int Baud { get; set; } = 9600;

    /// <summary>The baud rate at which the line was opened; 0 while closed.</summary>
    public int LineBaud { get; private set; }

    public byte Setting(int address)
    {
        return _settings.GetValueOrDefault(address);
    }

    /// <summary>Simulates a power loss: settings that were not saved are lost.</summary>
    public void PowerOn()
    {
        foreach (var (address, value) in _saved)
        {
            _settings[address] = value;
        }
    }

    public bool Open(int baud)
    {
        LineBaud = IsUnplugged ? 0 : baud;
        return !IsUnplugged;
    }

    public void Close()
    {
        LineBaud = 0;
        _out.Clear();
    }

    /// <summary>Scans a code.</summary>
    public void Scan(string code)
    {
        var prefix = (Setting(0x00D0) & 0x80) != 0 ? "]C1" : "";
        var tail = (Setting(0x0060) & 0x01) != 0 ? "\r" : "";
        Send(System.Text.Encoding.ASCII.GetBytes(prefix + code + tail), afterMs: 0);
    }

    public int Read(byte[] buffer, int offset, int count)
    {
        if (IsUnplugged || LineBaud == 0)
        {
            return -1;
        }

        var ready = _out.TakeWhile(item => item.At <= Now).Take(count).ToList();
        for (var i = 0; i < ready.Count; i++)
        {
            buffer[offset + i] = LineBaud == Baud ? ready[i].Value : (byte)(ready[i].Value * 37 ^ 0x80);
        }

        _out.RemoveRange(0, ready.Count);
        return ready.Count;
    }

    public bool Write(byte[] bytes, int count)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (IsUnplugged)
        {
            return false;
        }

        if (!IsDeaf && LineBaud == Baud && count == 9 && bytes[0] == 0x7E && bytes[1] == 0x00
            && Crc(bytes.AsSpan(2, 5)) == (bytes[7] << 8 | bytes[8]))
        {
            Answer(bytes[2], bytes[4] << 8 | bytes[5], bytes[6]);
        }

        return true;
    }

    private void Answer(byte type, int address, byte data)
    {
        byte value = 0;
        switch (type)
        {
            case 0x07:
                value = Setting(address);
                break;
            case 0x08:
                _settings[address] = data;
                break;
            case 0x09:
                foreach (var (saved, setting) in _settings)
                {
                    _saved[saved] = setting;
                }

                break;
            default:
                return;
        }

        byte[] answer = [0x02, 0x00, 0x00, 0x01, value];
        var crc = Crc(answer.AsSpan(2));
        Send([.. answer, (byte)(crc >> 8), (byte)crc], AnswerAfterMs);
    }

    private void Send(byte[] bytes, uint afterMs)
    {
        _out.AddRange(bytes.Select(value => (Now + afterMs, value)));
    }

    // Works bit by bit, unlike the driver's, so that the two check each other.
    private static int Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var value in bytes)
        {
            for (var mask = 0x80; mask != 0; mask >>= 1)
            {
                crc <<= 1;
                crc ^= (crc & 0x10000) != 0 ? 0x11021 : 0;
                crc ^= (value & mask) != 0 ? 0x1021 : 0;
            }
        }

        return crc;
    }
}
