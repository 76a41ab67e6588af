using FieldNode.Drivers;
using FieldNode.Simulator.Parts;

namespace FieldNode.Tests.Support;

/// <summary>A pin that the test sets or reads.</summary>
internal sealed class ModelPin : IInputPin, IOutputPin
{
    public bool IsActive { get; set; }

    public void Switch(bool on) => IsActive = on;
}

/// <summary>The bus between driver and flash chip.</summary>
internal sealed class ModelSpi(W25qChip chip) : ISpi
{
    public void Transfer(byte[] bytes, int count) => chip.Transfer(bytes, count);

    public void Pause(int milliseconds) => chip.Pause(milliseconds);
}

internal sealed class ModelOledBus(OledChip chip) : IOledBus
{
    public bool Start() => chip.Start();

    public bool Write(byte[] bytes, int count) => chip.Write(bytes, count);
}

internal sealed class ModelI2c(Ds3231Chip chip) : II2cPart
{
    public bool Transfer(byte[] written, int writeCount, byte[] read, int readCount) => chip.Transfer(written, writeCount, read, readCount);
}

/// <summary>The line between driver and scanner; the scanner keeps running during a pause.</summary>
internal sealed class ModelLine(ScannerModuleModel model) : ISerialLine
{
    /// <summary>How many times the line was opened.</summary>
    public int Opened { get; set; }

    public uint Now => model.Now;

    public bool Open(int baud)
    {
        Opened++;
        return model.Open(baud);
    }

    public int Read(byte[] buffer, int offset, int count) => model.Read(buffer, offset, count);

    public bool Write(byte[] bytes, int count) => model.Write(bytes, count);

    public void Close() => model.Close();

    public void Pause(int milliseconds) => model.Now += (uint)milliseconds;
}

/// <summary>The platform's Wi-Fi station, in range of an access point.</summary>
internal sealed class ModelStation(AccessPoint network, Func<uint> now) : IStation
{
    /// <summary>How many times the interface files were read.</summary>
    public int Looks { get; private set; }

    public void Begin(string ssid, string password)
    {
        Assert.NotEqual(StationJoin.UnderWay, Poll()); // a second join during the first hangs the real station
        network.Join(ssid, password, now());
    }

    public byte Poll()
    {
        return network.State(now()) switch
        {
            StationState.Idle => StationJoin.Idle,
            StationState.Joining => StationJoin.UnderWay,
            StationState.Joined => StationJoin.Joined,
            StationState.WrongPassword or StationState.Weak => StationJoin.BadCredential,
            _ => StationJoin.Failed,
        };
    }

    public bool HasAddress()
    {
        Looks++;
        return network.State(now()) == StationState.Joined;
    }
}
