using FieldNode.Drivers;
using FieldNode.Simulator.Parts;

namespace FieldNode.Tests.Support;

/// <summary>A pin that the test moves, or looks at.</summary>
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

/// <summary>The line between driver and scanner; a pause is time in which the scanner goes on.</summary>
internal sealed class ModelLine(ScannerModuleModel model) : ISerialLine
{
    /// <summary>Times that the line was opened.</summary>
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

internal sealed class ModelRadio(AccessPoint network, ModelBoard board) : IRadio
{
    public void Connect(string ssid, string password) => network.Join(ssid, password, board.WorldMs);

    public byte Poll()
    {
        return network.State(board.WorldMs) switch
        {
            StationState.Idle => RadioState.Idle,
            StationState.Joining => RadioState.Connecting,
            StationState.Joined => RadioState.Up,
            StationState.WrongPassword => RadioState.WrongPassword,
            _ => RadioState.NoNetwork,
        };
    }
}
