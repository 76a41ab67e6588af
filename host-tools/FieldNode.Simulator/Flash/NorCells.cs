namespace FieldNode.Simulator.Flash;

/// <summary>
/// The cells of a NOR part: a program clears bits of one page, an erase sets those of a sector, and power can go at any step of either. A
/// programmed byte is one step, an erase is <see cref="EraseSteps"/>. Cells can be stuck, as they are on a worn part.
/// </summary>
public sealed class NorCells(byte[] cells)
{
    public const int PageBytes = 256;

    /// <summary>Points inside an erase at which power can be cut.</summary>
    public const int EraseSteps = 16;

    private readonly Dictionary<int, (byte AtZero, byte AtOne)> _stuck = [];
    private readonly HashSet<int> _unerasable = [];
    private Random _chance = new(1);
    private (int Address, int Count, int Done)? _erase;

    public byte[] Bytes => cells;

    /// <summary>Steps done so far.</summary>
    public long Steps { get; private set; }

    /// <summary>The step at which power goes: that many steps are done, the next is not. Below zero: never.</summary>
    public long CutAtStep { get; private set; } = -1;

    public CutModel Model { get; private set; }

    public bool IsOff { get; private set; }

    /// <summary>An erased part.</summary>
    public static NorCells Erased(int bytes)
    {
        var cells = new byte[bytes];
        Array.Fill(cells, (byte)0xFF);
        return new NorCells(cells);
    }

    /// <summary>Power goes at a step; what that leaves follows the model, and chance where the model leaves it open.</summary>
    public void CutAt(long step, CutModel model = CutModel.Ordered, int seed = 1)
    {
        CutAtStep = step;
        Model = model;
        _chance = new Random(seed);
    }

    /// <summary>Power is back; the cells hold what they held.</summary>
    public void PowerOn()
    {
        LeaveErase();
        IsOff = false;
        CutAtStep = -1;
    }

    /// <summary>Bits of one byte that an erase no longer sets, or a program no longer clears.</summary>
    public void Stick(int address, byte atZero, byte atOne)
    {
        _stuck[address] = (atZero, atOne);
        Settle(address);
    }

    /// <summary>A sector of which no erase changes anything any more.</summary>
    public void StopErasing(int sectorAddress)
    {
        _unerasable.Add(sectorAddress);
    }

    /// <summary>Whether programming a value would set a bit of a cell that works: on a real part that silently does nothing.</summary>
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
            var keep = reached == done ? (byte)0 : ChanceBits(1 - (double)done / values.Length); // bits whose turn had not come yet
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

    /// <summary>Sets all bits of a sector.</summary>
    public void Erase(int address, int count)
    {
        BeginErase(address, count);
        AdvanceErase(EraseSteps);
    }

    /// <summary>Begins to set all bits of a sector; power can go between any two steps of it, whatever else is done meanwhile.</summary>
    public void BeginErase(int address, int count)
    {
        CheckOn();
        _erase = (address, count, 0);
    }

    /// <summary>Whether a byte of a range is being erased.</summary>
    public bool IsErasing(int address, int count) => _erase is { } erase && address < erase.Address + erase.Count
        && erase.Address < address + count;

    /// <summary>Does some steps of the erase that was begun; true when it is over.</summary>
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

    // A byte whose bits are each set with this probability.
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

    // What the erase has done so far is what stays.
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
