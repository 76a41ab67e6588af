namespace FieldNode.Simulator.Parts;

/// <summary>
/// A DS3231 at the level of I2C transfers: a register pointer, followed by bytes written or read from there. Time is in BCD. An empty
/// backup cell sets the oscillator-stopped flag, which stays set until cleared (data sheet 19-5170, "Timekeeping registers" and "Status
/// Register").
/// </summary>
public sealed class Ds3231Chip
{
    private const int StatusRegister = 0x0F;
    private const byte OscillatorStopped = 0x80;

    private readonly byte[] _registers = new byte[0x13];
    private DateTime _setTo = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private long _setAtMs;

    public Ds3231Chip()
    {
        LoseCell();
    }

    /// <summary>Simulated time in milliseconds.</summary>
    public long WorldMs { get; set; }

    /// <summary>True if the chip does not answer at its address.</summary>
    public bool IsMissing { get; set; }

    /// <summary>The chip's current time.</summary>
    public DateTime Time => _setTo.AddMilliseconds(WorldMs - _setAtMs);

    /// <summary>Simulates a removed or empty backup cell: the time restarts in 2000 and the oscillator-stopped flag is set.</summary>
    public void LoseCell()
    {
        _setTo = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        _setAtMs = WorldMs;
        _registers[StatusRegister] |= OscillatorStopped;
    }

    /// <summary>Overrides a register with a value that is not a valid time.</summary>
    public void Spoil(int register, byte value)
    {
        Spoiled[register] = value;
    }

    public Dictionary<int, byte> Spoiled { get; } = [];

    public bool Transfer(byte[] written, int writeCount, byte[] read, int readCount)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(read);
        if (IsMissing)
        {
            return false;
        }

        var pointer = written[0];
        for (var i = 1; i < writeCount; i++)
        {
            _registers[(pointer + i - 1) % _registers.Length] = written[i];
        }

        if (writeCount > 1 && pointer == 0)
        {
            TakeTime();
        }

        ShowTime();
        for (var i = 0; i < readCount; i++)
        {
            var register = (pointer + i) % _registers.Length;
            read[i] = Spoiled.TryGetValue(register, out var spoiled) ? spoiled : _registers[register];
        }

        return true;
    }

    private void TakeTime()
    {
        int At(int register) => (_registers[register] >> 4) * 10 + (_registers[register] & 15);
        _setTo = new DateTime(2000 + At(6), At(5), At(4), At(2), At(1), At(0), DateTimeKind.Utc);
        _setAtMs = WorldMs;
    }

    private void ShowTime()
    {
        var time = Time;
        int[] fields = [time.Second, time.Minute, time.Hour, (int)time.DayOfWeek + 1, time.Day, time.Month, time.Year % 100];
        for (var i = 0; i < fields.Length; i++)
        {
            _registers[i] = (byte)(fields[i] / 10 << 4 | fields[i] % 10);
        }
    }
}
