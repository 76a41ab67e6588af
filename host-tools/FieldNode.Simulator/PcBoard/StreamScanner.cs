using System.Collections.Concurrent;
using FieldNode.Core.Ports;

namespace FieldNode.Simulator.PcBoard;

/// <summary>A scanner on standard input or any stream; reads in the background because the read blocks.</summary>
public sealed class StreamScanner : IScanner, IDisposable
{
    private readonly BlockingCollection<byte[]> _chunks = new(boundedCapacity: 64);
    private byte[] _chunk = [];
    private int _taken;

    public StreamScanner(Stream stream)
    {
        Task.Run(() => Pump(stream));
    }

    /// <summary>True if the stream has ended and all of it was read.</summary>
    public bool IsEnded => _chunks.IsCompleted && _taken == _chunk.Length;

    public int Read(byte[] buffer, int offset, int count)
    {
        if (_taken == _chunk.Length)
        {
            if (!_chunks.TryTake(out var next))
            {
                return 0;
            }

            _chunk = next;
            _taken = 0;
        }

        var part = Math.Min(count, _chunk.Length - _taken);
        Buffer.BlockCopy(_chunk, _taken, buffer, offset, part);
        _taken += part;
        return part;
    }

    public void Dispose()
    {
        _chunks.Dispose();
    }

    private void Pump(Stream stream)
    {
        var buffer = new byte[1024];
        try
        {
            int count;
            while ((count = stream.Read(buffer)) > 0)
            {
                _chunks.Add(buffer[..count]);
            }
        }
        catch (IOException)
        {
            // A broken pipe also ends the stream.
        }

        _chunks.CompleteAdding();
    }
}
