using FieldNode.Core.Ports;

namespace FieldNode.Simulator.Flash;

/// <summary>NOR flash in memory, stricter than the real part: a program may only clear bits, an erase covers one whole aligned sector,
/// every operation is counted, and power can be cut at any step. After a cut every call fails until <see cref="PowerOn"/>.</summary>
public sealed class NorFlash : IFlash
{
    private const int StepsPerPoll = 3;

    private readonly NorCells _cells;
    private int? _erasing;

    public NorFlash(int bytes, int sectorBytes = 4096)
        : this(NorCells.Erased(bytes).Bytes, sectorBytes)
    {
    }

    /// <summary>Flash that already holds <paramref name="image"/>; the array is used, not copied.</summary>
    public NorFlash(byte[] image, int sectorBytes = 4096)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Length == 0 || image.Length % sectorBytes != 0)
        {
            throw new ArgumentException($"a flash of {image.Length} bytes is not a whole number of {sectorBytes}-byte sectors",
                nameof(image));
        }

        _cells = new NorCells(image);
        SectorBytes = sectorBytes;
        SectorErases = new int[image.Length / sectorBytes];
    }

    public int Bytes => Cells.Length;

    public int SectorBytes { get; }

    /// <summary>The raw cells, for tests to inspect and corrupt.</summary>
    public byte[] Cells => _cells.Bytes;

    public long ProgramCalls { get; private set; }

    public long PagePrograms { get; private set; }

    /// <summary>Most pages touched by one program call.</summary>
    public int PagesPerCallMax { get; private set; }

    public long ProgrammedBytes { get; private set; }

    public long Erases { get; private set; }

    public long ReadCalls { get; private set; }

    public long ReadBytes { get; private set; }

    /// <summary>Number of erases per sector.</summary>
    public int[] SectorErases { get; }

    /// <summary>Number of completed steps: programming one byte is one step, a sector erase <see cref="NorCells.EraseSteps"/>.</summary>
    public long Steps => _cells.Steps;

    public bool IsOff => _cells.IsOff;

    /// <summary>Cuts power once <paramref name="step"/> steps are done in total.</summary>
    public void CutAt(long step, CutModel model = CutModel.Ordered, int seed = 1)
    {
        _cells.CutAt(step, model, seed);
    }

    /// <summary>Restores power; the cells keep their content.</summary>
    public void PowerOn()
    {
        _erasing = null;
        _cells.PowerOn();
    }

    /// <summary>Makes bits of one byte stick, so that an erase no longer sets them or a program no longer clears them.</summary>
    public void Stick(int address, byte atZero = 0, byte atOne = 0)
    {
        _cells.Stick(address, atZero, atOne);
    }

    /// <summary>Makes a sector ignore all further erases.</summary>
    public void StopErasing(int sector)
    {
        _cells.StopErasing(sector * SectorBytes);
    }

    public bool Read(int address, byte[] buffer, int offset, int count)
    {
        Check(address, buffer, offset, count);
        ReadCalls++;
        ReadBytes += count;
        Buffer.BlockCopy(Cells, address, buffer, offset, count);
        return true;
    }

    public bool Program(int address, byte[] buffer, int offset, int count)
    {
        Check(address, buffer, offset, count);
        ProgramCalls++;
        var pages = 0;
        for (var done = 0; done < count;)
        {
            var at = address + done;
            var part = Math.Min(count - done, NorCells.PageBytes - at % NorCells.PageBytes);
            var values = buffer.AsSpan(offset + done, part);
            for (var i = 0; i < part; i++)
            {
                if (_cells.WouldSetBits(at + i, values[i]))
                {
                    throw new InvalidOperationException($"program at 0x{at + i:X} would set bits: 0x{Cells[at + i]:X2} to "
                        + $"0x{values[i]:X2}");
                }
            }

            pages++;
            PagePrograms++;
            ProgrammedBytes += part;
            _cells.ProgramPage(at, values);
            done += part;
        }

        PagesPerCallMax = Math.Max(PagesPerCallMax, pages);
        return Cells.AsSpan(address, count).SequenceEqual(buffer.AsSpan(offset, count));
    }

    public bool EraseSector(int address)
    {
        if (_erasing is not null)
        {
            _cells.AdvanceErase(NorCells.EraseSteps); // finishes the running erase first
        }

        StartErase(address);
        _cells.AdvanceErase(NorCells.EraseSteps);
        return IsErased(address);
    }

    public byte BeginErase(int address)
    {
        if (_erasing is not null)
        {
            return FlashErase.Busy;
        }

        StartErase(address);
        _erasing = address;
        return FlashErase.UnderWay;
    }

    public byte PollErase()
    {
        var address = _erasing ?? throw new InvalidOperationException("no erase is in progress");
        if (!_cells.AdvanceErase(StepsPerPoll))
        {
            return FlashErase.UnderWay;
        }

        _erasing = null;
        return IsErased(address) ? FlashErase.Done : FlashErase.Failed;
    }

    public byte WaitErase()
    {
        _cells.AdvanceErase(NorCells.EraseSteps);
        return PollErase();
    }

    private void StartErase(int address)
    {
        if (address % SectorBytes != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(address), $"erase at 0x{address:X} is not at the start of a sector");
        }

        Check(address, Cells, address, SectorBytes);
        Erases++;
        SectorErases[address / SectorBytes]++;
        _cells.BeginErase(address, SectorBytes);
    }

    private bool IsErased(int address) => Cells.AsSpan(address, SectorBytes).IndexOfAnyExcept((byte)0xFF) < 0;

    private void Check(int address, byte[] buffer, int offset, int count)
    {
        _cells.CheckOn();
        if (_cells.IsErasing(address, count))
        {
            _cells.AdvanceErase(NorCells.EraseSteps); // finishes the erase first, as drivers do
        }

        if (count < 0 || address < 0 || address > Cells.Length - count || offset < 0 || offset > buffer.Length - count)
        {
            throw new ArgumentOutOfRangeException(nameof(address), $"{count} bytes at 0x{address:X} are outside {Cells.Length} bytes");
        }
    }
}
