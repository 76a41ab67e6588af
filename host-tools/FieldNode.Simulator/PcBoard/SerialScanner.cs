using System.IO.Ports;
using FieldNode.Core.Ports;

namespace FieldNode.Simulator.PcBoard;

/// <summary>A scanner on a serial device or pseudo-terminal, 8N1. If it is unplugged, it retries opening the port every second.</summary>
public sealed class SerialScanner(string path, int baud, Action<string> say) : IScanner, IDisposable
{
    private const int ReopenMs = 1000;

    private SerialPort? _port;
    private long _tryAgainAt;
    private bool _complained;

    /// <summary>Opens the port now; false on failure.</summary>
    public bool TryOpen(out string why)
    {
        why = "";
        try
        {
            _port = new SerialPort(path, baud, Parity.None, 8, StopBits.One) { ReadTimeout = 1 };
            _port.Open();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            why = e.Message;
            Close();
            return false;
        }
    }

    public int Read(byte[] buffer, int offset, int count)
    {
        if (_port is null && !Reopen())
        {
            return 0;
        }

        try
        {
            var ready = _port!.BytesToRead;
            return ready == 0 ? 0 : _port.Read(buffer, offset, Math.Min(ready, count));
        }
        catch (TimeoutException)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            say($"scanner {path}: {e.Message}");
            Close();
            return 0;
        }
    }

    public void Dispose()
    {
        Close();
    }

    private bool Reopen()
    {
        if (Environment.TickCount64 < _tryAgainAt)
        {
            return false;
        }

        _tryAgainAt = Environment.TickCount64 + ReopenMs;
        var open = TryOpen(out var why);
        if (open || !_complained)
        {
            say(open ? $"scanner {path} is back" : $"scanner {path} is unavailable: {why}");
        }

        _complained = !open;
        return open;
    }

    private void Close()
    {
        try
        {
            _port?.Dispose();
        }
        catch (IOException)
        {
            // The device is gone; nothing is left to close.
        }

        _port = null;
        _tryAgainAt = Environment.TickCount64 + ReopenMs;
    }
}
