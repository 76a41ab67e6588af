using System.Text;
using FieldNode.Core.Ports;
using FieldNode.Device;
using FieldNode.Drivers;
using FieldNode.Protocol;
using FieldNode.Simulator.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Timing;

/// <summary>The flash chip on its bus: a transfer blocks everything, while the chip keeps working.</summary>
internal sealed class TimedSpi(DeviceTime time, W25qChip chip) : ISpi
{
    private const double CallUs = 15; // in addition to the bus time that the chip counts

    public void Transfer(byte[] bytes, int count)
    {
        chip.AdvanceTo(time.Us);
        chip.Transfer(bytes, count);
        time.Charge(chip.NowUs - time.Us + CallUs);
    }

    public void Pause(int milliseconds) => time.Sleep(milliseconds);
}

/// <summary>The panel's bus at 400 kHz: nine bits per byte, and a second for each transfer if the bus is stuck.</summary>
internal sealed class TimedOledBus(DeviceTime time, OledChip chip) : IOledBus
{
    private const double CallUs = 100;
    private const double UsPerByte = 9 / 0.4;
    private const double StuckUs = 1_000_000;

    public bool IsStuck { get; set; }

    public int StuckTransfers { get; private set; }

    public bool Start() => !Wait(30) && chip.Start(); // the setup sequence of the controllers

    public bool Write(byte[] bytes, int count) => !Wait(count + 1) && chip.Write(bytes, count);

    private bool Wait(int bytes)
    {
        StuckTransfers += IsStuck ? 1 : 0;
        time.Charge(IsStuck ? StuckUs : CallUs + bytes * UsPerByte);
        return IsStuck;
    }
}

/// <summary>A scanner at 9,600 baud: one byte every 1.04 ms, into a buffer of 1,024.</summary>
internal sealed class TimedLine(DeviceTime time) : ISerialLine
{
    public const double UsPerByte = 10 * 1_000_000.0 / 9600;

    private const int BufferBytes = 1024;
    private const double CallUs = 60;

    private readonly Queue<(double At, byte Value)> _bytes = new();

    public uint Now => time.Now;

    public bool Open(int baud) => true;

    /// <summary>Sends a code starting at a moment, in µs; returns when its last byte has arrived.</summary>
    public double Send(string code, double at)
    {
        foreach (var value in Encoding.ASCII.GetBytes(code))
        {
            at += UsPerByte;
            _bytes.Enqueue((at, value));
        }

        return at;
    }

    public int Read(byte[] buffer, int offset, int count)
    {
        time.Charge(CallUs);
        Assert.InRange(_bytes.Count(entry => entry.At <= time.Us), 0, BufferBytes);
        var taken = 0;
        while (taken < count && _bytes.TryPeek(out var next) && next.At <= time.Us)
        {
            buffer[offset + taken++] = _bytes.Dequeue().Value;
        }

        return taken;
    }

    public bool Write(byte[] bytes, int count)
    {
        time.Charge(CallUs);
        return true; // a plain scanner does not answer
    }

    public void Close()
    {
    }

    public void Pause(int milliseconds) => time.Sleep(milliseconds);
}

/// <summary>The Wi-Fi station: looking up its address reads two files.</summary>
internal sealed class TimedStation(DeviceTime time, AccessPoint network) : IStation
{
    private const double LookUs = 15_000;

    private readonly ModelStation _station = new(network, () => time.Now);

    public void Begin(string ssid, string password) => _station.Begin(ssid, password);

    public byte Poll() => _station.Poll();

    public bool HasAddress()
    {
        time.Charge(LookUs);
        return _station.HasAddress();
    }
}

/// <summary>What answers at the host's address.</summary>
internal enum TimedHost
{
    Real,
    Away,
    Hanging,
}

/// <summary>HTTP on its own thread, which takes time slices from the lane's thread; TLS handshakes and name lookups block
/// everything.</summary>
internal sealed class TimedHttp(DeviceTime time, HttpClient client, Random random) : IHttpPost
{
    private const double WorkUs = 150_000; // making a request and reading its answer, interpreted
    private const double CollectUs = 60_000; // garbage collection after a failure
    private const double HandshakeUs = 1_000_000;
    private const double LookUpUs = 20_000_000;
    private const int RefusedMs = 3_000; // until connect gives up

    private (int Status, byte[] Body)? _answer;
    private uint _answerAt;

    public TimedHost Host { get; set; }

    /// <summary>TLS handshakes and name lookups so far; each blocked the program.</summary>
    public int Stops { get; private set; }

    public int Requests { get; private set; }

    public byte[] Answer { get; private set; } = [];

    public int AnswerCount => Math.Min(Answer.Length, HttpPost.AnswerBytesMax);

    public string LookUp(string name)
    {
        Stops++;
        time.Charge(LookUpUs);
        return "";
    }

    public bool Begin(string url, string contentType, byte[] body, byte[] certificate)
    {
        if (_answer is not null)
        {
            return false;
        }

        Requests++;
        var address = new UriBuilder(url);
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            Stops++;
            time.Charge(HandshakeUs);
            address.Scheme = Uri.UriSchemeHttp; // the handshake has its own test
        }

        time.GiveOthersWork(WorkUs);
        _answer = Host == TimedHost.Real ? ModelHttp.Post(client, address.Uri, contentType, body, closes: true, default)
            : (HttpPost.NoAnswer, []);
        _answerAt = Host == TimedHost.Hanging ? uint.MaxValue
            : time.Now + (uint)(Host == TimedHost.Away ? RefusedMs : random.Next(160, 500));
        return true;
    }

    public int Poll()
    {
        if (_answer is not { } answer || (_answerAt == uint.MaxValue && Host != TimedHost.Hanging))
        {
            _answer = null; // the connection breaks when the host is back
            return HttpPost.NoAnswer;
        }

        if (time.Now < _answerAt)
        {
            return HttpPost.Pending;
        }

        _answer = null;
        Answer = answer.Body;
        if (answer.Status == HttpPost.NoAnswer)
        {
            time.Charge(CollectUs);
        }

        return answer.Status;
    }
}

/// <summary>The platform's HMAC, in native code.</summary>
internal sealed class TimedTags(DeviceTime time) : ITags
{
    private const double CallUs = 500;
    private const double UsPerByte = 0.5;

    private readonly Tags _tags = new();

    public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
    {
        time.Charge(CallUs + count * UsPerByte);
        _tags.Compute(key, buffer, offset, count, tag, tagOffset);
    }
}

/// <summary>The status as JSON: nanoFramework.Json reads its properties by reflection.</summary>
internal sealed class TimedStatus(DeviceTime time) : IStatusText
{
    private const double WriteUs = 40_000;

    public byte[] Write(NodeStatus status)
    {
        time.Charge(WriteUs);
        return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(status);
    }
}

/// <summary>The clock, sleep, random numbers and the battery's voltage: calls that cost little or nothing.</summary>
internal sealed class TimedPower(DeviceTime time, Random random, Action everyLoop) : IBoardPower, IAnalogInput, ISystemTime
{
    private const double ConvertUs = 200;

    private ulong _utcAtStart;

    public uint Now => time.Now;

    uint ISystemTime.Ticks => time.Now;

    ulong ISystemTime.UtcMs => _utcAtStart + time.Now;

    public void Rest()
    {
        time.Sleep(2);
        everyLoop();
    }

    public uint Chance() => (uint)random.Next();

    public int ReadMillivolts()
    {
        time.Charge(ConvertUs);
        return 3900;
    }

    public void Set(ulong utcMs) => _utcAtStart = utcMs / 1000 * 1000 - time.Now;
}

/// <summary>A pin that the program sets or reads.</summary>
internal sealed class TimedPin(DeviceTime time) : IInputPin, IOutputPin
{
    private const double CallUs = 15;

    public bool IsOn { get; private set; }

    /// <summary>When it was last switched on, in µs.</summary>
    public double OnAt { get; private set; }

    public bool IsActive
    {
        get
        {
            time.Charge(CallUs);
            return false;
        }
    }

    public void Switch(bool on)
    {
        time.Charge(CallUs);
        OnAt = on && !IsOn ? time.Us : OnAt;
        IsOn = on;
    }
}

/// <summary>The clock chip on the panel's bus.</summary>
internal sealed class TimedI2c(DeviceTime time, Ds3231Chip chip) : II2cPart
{
    public bool Transfer(byte[] written, int writeCount, byte[] read, int readCount)
    {
        time.Charge(150 + (writeCount + readCount) * 9 / 0.4);
        return chip.Transfer(written, writeCount, read, readCount);
    }
}
