using FieldNode.Simulator.Flash;

namespace FieldNode.Simulator.Parts;

/// <summary>
/// A W25Q serial NOR flash at the level of its commands (W25Q128JV data sheet, instruction set table and AC characteristics). A write needs
/// the write-enable latch, which is cleared afterwards. While busy, the part answers only status reads. A page program past the page's end
/// wraps to its start. In deep power-down the part accepts only the release command. An erase can be suspended to read and program other
/// sectors. Illegal driver commands are recorded in <see cref="Mistakes"/>.
/// </summary>
public sealed class W25qChip(NorCells cells, byte capacityCode = 0x15)
{
    private const int SectorBytes = 4096;
    private const int WakeUs = 3;
    private const int SuspendUs = 20;
    private const double UsPerByte = 0.4; // 20 MHz
    // lower bound: ESP-IDF's SPI master takes 9 to 28 us per transfer, and managed code is slower
    private const double UsPerTransfer = 15;

    private double _now;
    private double _busyUntil;
    private double _awakeAt;
    private bool _writeEnabled;
    private bool _poweredDown;
    private (int Sector, double LeftUs)? _erase; // time left when suspended
    private bool _isSuspended;
    private double _resumedAt;

    public NorCells Cells => cells;

    /// <summary>True if the part is unplugged: nothing drives the line, so every byte reads 0xFF.</summary>
    public bool IsUnplugged { get; set; }

    /// <summary>Duration of a page program: typically 700 us, at most 3,000 us.</summary>
    public double ProgramUs { get; set; } = 700;

    /// <summary>Duration of a sector erase, in microseconds: typically 45 ms, at most 400 ms.</summary>
    public double EraseUs { get; set; } = 45_000;

    /// <summary>Descriptions of commands that a real part would have ignored or misunderstood.</summary>
    public List<string> Mistakes { get; } = [];

    /// <summary>The part's current time, in microseconds.</summary>
    public double NowUs => _now;

    public int PagePrograms { get; private set; }

    public int Erases { get; private set; }

    /// <summary>Restores power: the write-enable latch and power-down are reset.</summary>
    public void PowerOn()
    {
        cells.PowerOn();
        _writeEnabled = false;
        _poweredDown = false;
        _erase = null;
        _isSuspended = false;
        _busyUntil = _now;
    }

    /// <summary>Advances the time to this moment, unless it is already past.</summary>
    public void AdvanceTo(double us)
    {
        _now = Math.Max(_now, us);
    }

    public void Pause(int milliseconds)
    {
        _now += milliseconds * 1000;
    }

    /// <summary>One chip select: overwrites the sent bytes with the answer.</summary>
    public void Transfer(byte[] bytes, int count)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        cells.CheckOn();
        _now += UsPerTransfer + count * UsPerByte;
        if (IsUnplugged)
        {
            bytes.AsSpan(0, count).Fill(0xFF);
            return;
        }

        EndErase();
        var command = bytes[0];
        if (_poweredDown && command != 0xAB)
        {
            Mistakes.Add($"command {command:X2} in deep power-down");
        }
        else if (_now < _awakeAt)
        {
            Mistakes.Add($"command {command:X2} before the part is awake");
        }
        else if (_now < _busyUntil && command is not (0x05 or 0x75))
        {
            if (command != 0xAB)
            {
                Mistakes.Add($"command {command:X2} while busy"); // a release from power-down is harmless while busy
            }
        }
        else
        {
            Execute(command, bytes, count);
        }
    }

    private void Execute(byte command, byte[] bytes, int count)
    {
        switch (command)
        {
            case 0x06: _writeEnabled = true; break;
            case 0x04: _writeEnabled = false; break;
            case 0x05: bytes.AsSpan(1, count - 1).Fill((byte)((_now < _busyUntil ? 1 : 0) | (_writeEnabled ? 2 : 0))); break;
            case 0x9F: new byte[] { 0xEF, 0x40, capacityCode }.AsSpan(0, Math.Min(3, count - 1)).CopyTo(bytes.AsSpan(1)); break;
            case 0x03: Read(Address(bytes), bytes.AsSpan(4, count - 4)); break;
            case 0x02: Program(Address(bytes), bytes.AsSpan(4, count - 4)); break;
            case 0x20: Erase(Address(bytes)); break;
            case 0x75: SuspendErase(); break;
            case 0x7A: ResumeErase(); break;
            case 0xB9: _poweredDown = true; break;
            case 0xAB: _awakeAt = _poweredDown ? _now + WakeUs : _now; _poweredDown = false; break;
            default: Mistakes.Add($"unknown command {command:X2}"); break;
        }
    }

    private static int Address(byte[] bytes)
    {
        return bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    }

    private void Read(int address, Span<byte> answer)
    {
        CheckErasing("read", address, answer.Length);
        for (var i = 0; i < answer.Length; i++)
        {
            answer[i] = cells.Bytes[(address + i) % cells.Bytes.Length];
        }
    }

    private void Program(int address, ReadOnlySpan<byte> values)
    {
        if (!TakeLatch("program") || values.Length == 0)
        {
            return;
        }

        CheckErasing("program", address, values.Length);
        PagePrograms++;
        var page = address - address % NorCells.PageBytes;
        var room = NorCells.PageBytes - address % NorCells.PageBytes;
        cells.ProgramPage(address, values[..Math.Min(room, values.Length)]);
        if (values.Length > room)
        {
            Mistakes.Add($"a program of {values.Length} bytes at 0x{address:X} wraps within its page");
            cells.ProgramPage(page, values[room..Math.Min(values.Length, NorCells.PageBytes)]);
        }

        _busyUntil = _now + ProgramUs;
    }

    private void Erase(int address)
    {
        if (!TakeLatch("erase"))
        {
            return;
        }

        if (_isSuspended)
        {
            Mistakes.Add("erase while another is suspended");
            return;
        }

        Erases++;
        var sector = address - address % SectorBytes;
        cells.BeginErase(sector, SectorBytes);
        cells.AdvanceErase(NorCells.EraseSteps / 2); // power can be cut here, and again at its end
        _erase = (sector, 0);
        _busyUntil = _now + EraseUs;
    }

    private void EndErase()
    {
        if (_erase is not null && !_isSuspended && _now >= _busyUntil)
        {
            cells.AdvanceErase(NorCells.EraseSteps);
            _erase = null;
        }
    }

    // The part accepts this only during an erase.
    private void SuspendErase()
    {
        if (_erase is { } erase && !_isSuspended && _now < _busyUntil)
        {
            if (_now - _resumedAt < SuspendUs)
            {
                Mistakes.Add("suspended too soon after it was resumed");
            }

            _erase = erase with { LeftUs = _busyUntil - _now };
            _isSuspended = true;
            _busyUntil = _now + SuspendUs;
        }
    }

    private void ResumeErase()
    {
        if (_isSuspended)
        {
            _isSuspended = false;
            _resumedAt = _now;
            _busyUntil = _now + _erase!.Value.LeftUs;
        }
    }

    private void CheckErasing(string what, int address, int count)
    {
        if (_erase is { } erase && address < erase.Sector + SectorBytes && erase.Sector < address + count)
        {
            Mistakes.Add($"{what} at 0x{address:X} in a sector that is being erased");
        }
    }

    private bool TakeLatch(string what)
    {
        if (!_writeEnabled)
        {
            Mistakes.Add($"{what} without write enable");
        }

        var enabled = _writeEnabled;
        _writeEnabled = false;
        return enabled;
    }
}
