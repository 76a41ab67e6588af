using FieldNode.Core.Ports;

namespace FieldNode.Simulator.Flash;

/// <summary>The supply went away in the middle of a flash operation.</summary>
public sealed class PowerCutException : Exception
{
    public PowerCutException()
        : base("power cut during a flash operation")
    {
    }
}

/// <summary>
/// NOR flash in memory, stricter than the part: a program may only clear bits, an erase takes a whole aligned sector, every operation is
/// counted, and power can be cut after any byte. After a cut every call fails until <see cref="PowerOn"/>.
/// </summary>
public sealed class NorFlash : IFlash
{
    public const int PageBytes = 256;

    /// <summary>Points inside an erase at which power can be cut: each clears one part of the sector from the front.</summary>
    public const int EraseSteps = 16;

    private readonly byte[] _cells;

    public NorFlash(int bytes, int sectorBytes = 4096)
        : this(NewCells(bytes), sectorBytes)
    {
    }

    /// <summary>Flash that already holds <paramref name="image"/>; the array is used, not copied.</summary>
    public NorFlash(byte[] image, int sectorBytes = 4096)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Length == 0 || image.Length % sectorBytes != 0)
        {
            throw new ArgumentException($"a flash of {image.Length} bytes is not a whole number of {sectorBytes}-byte sectors", nameof(image));
        }

        _cells = image;
        SectorBytes = sectorBytes;
        SectorErases = new int[image.Length / sectorBytes];
    }

    public int Bytes => _cells.Length;

    public int SectorBytes { get; }

    /// <summary>The cells themselves, for looking at and for spoiling them in tests.</summary>
    public byte[] Cells => _cells;

    public long ProgramCalls { get; private set; }

    public long PagePrograms { get; private set; }

    public long ProgrammedBytes { get; private set; }

    public long Erases { get; private set; }

    public long ReadCalls { get; private set; }

    public long ReadBytes { get; private set; }

    /// <summary>Erases of each sector.</summary>
    public int[] SectorErases { get; }

    /// <summary>Steps done so far: a programmed byte is one, a sector erase is <see cref="EraseSteps"/>.</summary>
    public long Steps { get; private set; }

    /// <summary>The step at which power goes: that many steps are done, the next is not. Below zero: never.</summary>
    public long CutAtStep { get; set; } = -1;

    public bool IsOff { get; private set; }

    /// <summary>Power is back; the cells hold what they held.</summary>
    public void PowerOn()
    {
        IsOff = false;
        CutAtStep = -1;
    }

    public bool Read(int address, byte[] buffer, int offset, int count)
    {
        Check(address, buffer, offset, count);
        ReadCalls++;
        ReadBytes += count;
        Buffer.BlockCopy(_cells, address, buffer, offset, count);
        return true;
    }

    public bool Program(int address, byte[] buffer, int offset, int count)
    {
        Check(address, buffer, offset, count);
        ProgramCalls++;
        PagePrograms += (address + count - 1) / PageBytes - address / PageBytes + 1;
        for (var i = 0; i < count; i++)
        {
            Step();
            var value = buffer[offset + i];
            if ((~_cells[address + i] & value) != 0)
            {
                throw new InvalidOperationException($"program at 0x{address + i:X} would set bits: 0x{_cells[address + i]:X2} to 0x{value:X2}");
            }

            _cells[address + i] = value;
            ProgrammedBytes++;
        }

        return true;
    }

    public bool EraseSector(int address)
    {
        if (address % SectorBytes != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(address), $"erase at 0x{address:X} is not at the start of a sector");
        }

        Check(address, _cells, address, SectorBytes);
        Erases++;
        SectorErases[address / SectorBytes]++;
        var part = SectorBytes / EraseSteps;
        for (var i = 0; i < EraseSteps; i++)
        {
            Step();
            Array.Fill(_cells, (byte)0xFF, address + i * part, part);
        }

        return true;
    }

    private static byte[] NewCells(int bytes)
    {
        var cells = new byte[bytes];
        Array.Fill(cells, (byte)0xFF);
        return cells;
    }

    private void Step()
    {
        if (Steps == CutAtStep)
        {
            IsOff = true;
            throw new PowerCutException();
        }

        Steps++;
    }

    private void Check(int address, byte[] buffer, int offset, int count)
    {
        if (IsOff)
        {
            throw new PowerCutException();
        }

        if (count < 0 || address < 0 || address > _cells.Length - count || offset < 0 || offset > buffer.Length - count)
        {
            throw new ArgumentOutOfRangeException(nameof(address), $"{count} bytes at 0x{address:X} are outside {_cells.Length} bytes");
        }
    }
}
