using FieldNode.Core.Ports;

namespace FieldNode.Simulator.Scanner;

/// <summary>A scanner on a serial line: bytes arrive one by one at the baud rate, in a driver buffer that drops bytes when full (ESP32: 256
/// bytes).</summary>
public sealed class UartScanner(int baud = 9600, int bufferBytes = 256) : IScanner
{
    private const int BitsPerByte = 10; // 8N1: start, 8 data, stop

    private readonly Queue<(long AtMicroseconds, byte Value)> _line = new();
    private readonly Queue<byte> _buffer = new();
    private long _lineFreeAt;
    private long _now;

    /// <summary>Number of bytes lost because the buffer was full.</summary>
    public int Dropped { get; private set; }

    /// <summary>True while bytes are on the line or unread.</summary>
    public bool IsBusy => _line.Count > 0 || _buffer.Count > 0;

    /// <summary>Starts sending at a time in milliseconds, or once the line is free if that is later.</summary>
    public void Send(ReadOnlySpan<byte> bytes, long atMs)
    {
        var byteMicroseconds = BitsPerByte * 1_000_000L / baud;
        _lineFreeAt = Math.Max(_lineFreeAt, atMs * 1000);
        foreach (var value in bytes)
        {
            _lineFreeAt += byteMicroseconds;
            _line.Enqueue((_lineFreeAt, value));
        }
    }

    /// <summary>Moves the bytes that have arrived by now to the driver's buffer.</summary>
    public void Advance(long nowMs)
    {
        _now = nowMs * 1000;
        while (_line.TryPeek(out var next) && next.AtMicroseconds <= _now)
        {
            _line.Dequeue();
            if (_buffer.Count == bufferBytes)
            {
                Dropped++;
            }
            else
            {
                _buffer.Enqueue(next.Value);
            }
        }
    }

    /// <summary>Simulates a power loss of the node: the driver's buffer is lost.</summary>
    public void PowerCut()
    {
        _buffer.Clear();
    }

    public int Read(byte[] buffer, int offset, int count)
    {
        var taken = Math.Min(count, _buffer.Count);
        for (var i = 0; i < taken; i++)
        {
            buffer[offset + i] = _buffer.Dequeue();
        }

        return taken;
    }
}
