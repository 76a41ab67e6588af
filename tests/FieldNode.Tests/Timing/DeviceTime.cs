using System.Linq.Expressions;

namespace FieldNode.Tests.Timing;

/// <summary>
/// Time as an ESP32 spends it: each instruction of the firmware and each call into the platform has a cost, a sleep ends at a tick, and
/// another thread of ours that has work takes every fifth slice of 20 ms.
/// </summary>
internal sealed class DeviceTime(Random random)
{
    /// <summary>A FreeRTOS tick: the clock's resolution, and the end of every sleep (docs/platform-notes.md, "Time").</summary>
    public const long TickUs = 10_000;

    /// <summary>Cost of an instruction: measured on the real runtime on this machine, times 600 (docs/platform-notes.md, "Time").</summary>
    public const double UsPerInstruction = 1.7;

    /// <summary>Cost of a call in addition to its instruction: a frame is created, arguments are moved.</summary>
    public const double UsPerCall = 50;

    private const long SliceUs = 20_000;
    // A thread of the lowest priority gets one slice for four of a normal thread (nf-interpreter, Thread.cpp, GetQuantumDebit).
    private const long OwnUs = 4 * SliceUs;

    private static readonly Func<long>[] s_instructions = Counters(MeteredFirmware.Instructions);
    private static readonly Func<long>[] s_calls = Counters(MeteredFirmware.Calls);

    private double _us;
    private double _chargedUpTo = Counted();
    private double _sinceSlice;
    private double _othersWork;

    /// <summary>Microseconds since the start, including everything done so far.</summary>
    public double Us
    {
        get
        {
            Settle();
            return _us;
        }
    }

    /// <summary>The platform's clock, in ms.</summary>
    public uint Now => (uint)((long)Us / TickUs * (TickUs / 1000));

    /// <summary>Charges platform work during which nothing else runs.</summary>
    public void Charge(double us)
    {
        Settle();
        _us += us;
    }

    /// <summary>Drops the instructions since the last reading: they belong to the test, not the device.</summary>
    public void Forget() => _chargedUpTo = Counted();

    /// <summary>Adds work for another thread of the program.</summary>
    public void GiveOthersWork(double us)
    {
        Settle();
        _othersWork += us;
    }

    /// <summary>Sleeps at least that long, to the end of a tick; another thread may then still use the rest of its slice.</summary>
    public void Sleep(int ms)
    {
        Settle();
        var ticks = Math.Max(1, (ms * 1000L + TickUs - 1) / TickUs);
        var until = ((long)_us / TickUs + ticks) * TickUs;
        _othersWork = Math.Max(0, _othersWork - (until - _us));
        _us = until;
        Yield(random.NextDouble() * SliceUs);
    }

    private void Settle()
    {
        var counted = Counted();
        var spent = counted - _chargedUpTo;
        _chargedUpTo = counted;
        _us += spent;
        _sinceSlice += spent;
        while (_sinceSlice >= OwnUs)
        {
            _sinceSlice -= OwnUs;
            Yield(SliceUs);
        }
    }

    private void Yield(double us)
    {
        var taken = Math.Min(_othersWork, us);
        _othersWork -= taken;
        _us += taken;
    }

    private static double Counted()
    {
        var (instructions, calls) = (0L, 0L);
        for (var i = 0; i < s_instructions.Length; i++)
        {
            instructions += s_instructions[i]();
            calls += s_calls[i]();
        }

        return instructions * UsPerInstruction + calls * UsPerCall;
    }

    private static Func<long>[] Counters(string name)
    {
        Type[] ofEach = [typeof(FieldNode.Protocol.Batch), typeof(FieldNode.Lane.LaneState), typeof(FieldNode.Core.Node),
            typeof(FieldNode.Drivers.Buttons), typeof(FieldNode.Device.NodeProgram)];
        return [.. ofEach.Select(type => type.Assembly.GetType(MeteredFirmware.MeterType)).OfType<Type>()
            .Select(meter => Expression.Lambda<Func<long>>(Expression.Field(null, meter.GetField(name)!)).Compile())];
    }
}
