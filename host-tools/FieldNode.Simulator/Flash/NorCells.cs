namespace FieldNode.Simulator.Flash;

/// <summary>The cells of a NOR part: a program clears bits of one page, an erase sets all bits of a sector, and power can be cut at any
/// step of either. Programming one byte is one step; an erase is <see cref="EraseSteps"/>. Cells can be stuck, as on a worn part.</summary>
public sealed class NorCells(byte[] cells)
{
    public const int PageBytes = 256;

    /// <summary>Points within an erase at which power can be cut.</summary>
    public const int EraseSteps = 16;

    private readonly Dictionary<int, (byte AtZero, byte AtOne)> _stuck = [];
    private readonly HashSet<int> _unerasable = [];
    private Random _chance = new(1);
    private (int Address, int Count, int Done)? _erase;

    public byte[] Bytes => cells;

    /// <summary>Number of completed steps.</summary>
    public long Steps { get; private set; }

    /// <summary>Total number of steps after which power is cut; below 0 for never.</summary>
    public long CutAtStep { get; private set; } = -1;

    public CutModel Model { get; private set; }

    public bool IsOff { get; private set; }

    /// <summary>Creates an erased part.</summary>
    public static NorCells Erased(int bytes)
    {
        var cells = new byte[bytes];
        Array.Fill(cells, (byte)0xFF);
        return new NorCells(cells);
    }

    /// <summary>Cuts power once <paramref name="step"/> steps are done in total. The model determines what remains; <paramref name="seed"/>
    /// randomizes what the model leaves open.</summary>
    public void CutAt(long step, CutModel model = CutModel.Ordered, int seed = 1)
    {
        CutAtStep = step;
        Model = model;
        _chance = new Random(seed);
    }

    /// <summary>Restores power; the cells keep their content.</summary>
    public void PowerOn()
    {
        LeaveErase();
        IsOff = false;
        CutAtStep = -1;
    }

    /// <summary>Makes bits of one byte stick, so that an erase no longer sets them or a program no longer clears them.</summary>
    public void Stick(int address, byte atZero, byte atOne)
    {
        _stuck[address] = (atZero, atOne);
        Settle(address);
    }

    /// <summary>Makes a sector ignore all further erases.</summary>
    public void StopErasing(int sectorAddress)
    {
        _unerasable.Add(sectorAddress);
    }

    /// <summary>True if programming a value would set a bit of a working cell; a real part silently ignores that.</summary>
    public bool WouldSetBits(int address, byte value)
    {
        var stuckAtZero = _stuck.TryGetValue(address, out var stuck) ? stuck.AtZero : (byte)0;
        return (~(cells[address] | stuckAtZero) & value) != 0;
    }

    /// <summary>Clears bits within one page.</summary>
    public void ProgramPage(int address, ReadOnlySpan<byte> values)
    {
        CheckOn();
        var done = StepsUntilCut(values.Length);
        var reached = done < values.Length && Model == CutModel.Shuffled ? values.Length : done;
        for (var i = 0; i < reached; i++)
        {
            var keep = reached == done ? (byte)0 : ChanceBits(1 - (double)done / values.Length); // bits not yet reached
            cells[address + i] &= (byte)(values[i] | keep);
            Settle(address + i);
        }

        if (done < values.Length)
        {
            if (Model == CutModel.Torn)
            {
                cells[address + done] &= (byte)(values[done] | ChanceBits(0.5));
                Settle(address + done);
            }

            GoOff();
        }
    }

    /// <summary>Erases a sector: sets all its bits.</summary>
    public void Erase(int address, int count)
    {
        BeginErase(address, count);
        AdvanceErase(EraseSteps);
    }

    /// <summary>Starts erasing a sector. Power can be cut between any two steps, whatever else happens meanwhile.</summary>
    public void BeginErase(int address, int count)
    {
        CheckOn();
        _erase = (address, count, 0);
    }

    /// <summary>True if any byte of a range is being erased.</summary>
    public bool IsErasing(int address, int count) => _erase is { } erase && address < erase.Address + erase.Count
        && erase.Address < address + count;

    /// <summary>Advances the running erase; true once it has finished.</summary>
    public bool AdvanceErase(int steps)
    {
        CheckOn();
        if (_erase is not { } erase)
        {
            return true;
        }

        var wanted = Math.Min(steps, EraseSteps - erase.Done);
        var done = StepsUntilCut(wanted);
        _erase = erase with { Done = erase.Done + done };
        if (done < wanted)
        {
            GoOff();
        }

        if (_erase.Value.Done == EraseSteps)
        {
            LeaveErase();
        }

        return _erase is null;
    }

    public void CheckOn()
    {
        if (IsOff)
        {
            throw new PowerCutException();
        }
    }

    private byte HalfErased(int at, int address, int count, int done)
    {
        const int half = EraseSteps / 2;
        return Model switch
        {
            CutModel.Ordered => at - address < count / EraseSteps * done ? (byte)0xFF : cells[at],
            _ when done == 0 => cells[at],
            CutModel.Torn => (byte)_chance.Next(256),
            _ => done <= half ? (byte)(cells[at] & ChanceBits(1 - (double)done / half)) : ChanceBits((double)(done - half) / half),
        };
    }

    // Returns a byte in which each bit is set with this probability.
    private byte ChanceBits(double probability)
    {
        var bits = 0;
        for (var bit = 1; bit < 256; bit <<= 1)
        {
            bits |= _chance.NextDouble() < probability ? bit : 0;
        }

        return (byte)bits;
    }

    private int StepsUntilCut(int steps)
    {
        var left = CutAtStep - Steps;
        var done = CutAtStep >= 0 && left < steps ? (int)Math.Max(left, 0) : steps;
        Steps += done;
        return done;
    }

    // Ends the erase and keeps what it has done so far.
    private void LeaveErase()
    {
        if (_erase is { } erase && !_unerasable.Contains(erase.Address))
        {
            for (var i = erase.Address; i < erase.Address + erase.Count; i++)
            {
                cells[i] = erase.Done == EraseSteps ? (byte)0xFF : HalfErased(i, erase.Address, erase.Count, erase.Done);
                Settle(i);
            }
        }

        _erase = null;
    }

    private void GoOff()
    {
        LeaveErase();
        IsOff = true;
        throw new PowerCutException();
    }

    private void Settle(int address)
    {
        if (_stuck.Count > 0 && _stuck.TryGetValue(address, out var stuck))
        {
            cells[address] = (byte)((cells[address] & ~stuck.AtZero) | stuck.AtOne);
        }
    }
}
