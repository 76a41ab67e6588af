using FieldNode.Core.Ports;
using Microsoft.Win32.SafeHandles;

namespace FieldNode.Simulator.PcBoard;

/// <summary>
/// A flash image in a file, for a computer that is a node. A program or erase is on the disk (fsync) before it returns, so a confirmed
/// scan survives a killed process and, as far as the disk keeps its word, a power cut. The file is locked while it is open.
/// </summary>
public sealed class ImageFlash : IFlash, IDisposable
{
    private readonly SafeFileHandle _file;
    private bool? _erased;

    private ImageFlash(SafeFileHandle file, int bytes)
    {
        _file = file;
        Bytes = bytes;
    }

    public int Bytes { get; }

    public int SectorBytes => 4096;

    /// <summary>Opens an image, or makes an erased one of <paramref name="bytes"/> bytes.</summary>
    /// <exception cref="IOException">The file cannot be used, is open elsewhere, or has another size.</exception>
    public static ImageFlash Open(string path, int bytes)
    {
        var isNew = !File.Exists(path);
        var file = Open(path);
        try
        {
            var length = RandomAccess.GetLength(file);
            if (length == 0 && !isNew)
            {
                throw new IOException($"{path} is empty, and an image was there: a copy that failed? Put the whole image there, or delete "
                    + "the file to begin an empty log");
            }

            if (length == 0)
            {
                var erased = new byte[bytes];
                Array.Fill(erased, (byte)0xFF);
                RandomAccess.Write(file, erased, 0);
                RandomAccess.FlushToDisk(file);
            }
            else if (length != bytes)
            {
                throw new IOException($"{path} has {length} bytes, a flash of {bytes} bytes was asked for: use --flash-size "
                    + $"{length / 1024}K or another --state");
            }

            return new ImageFlash(file, bytes);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Only its owner reads it: it holds the node's key.
    private static SafeFileHandle Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options).SafeFileHandle;
    }

    public bool Read(int address, byte[] buffer, int offset, int count)
    {
        return Read(buffer.AsSpan(offset, count), address);
    }

    public bool Program(int address, byte[] buffer, int offset, int count)
    {
        var cells = new byte[count];
        if (!Read(cells, address))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            cells[i] &= buffer[offset + i];
        }

        return Write(address, cells);
    }

    public bool EraseSector(int address)
    {
        var erased = new byte[SectorBytes];
        Array.Fill(erased, (byte)0xFF);
        return Write(address, erased);
    }

    /// <summary>A file has no background: it is erased at once.</summary>
    public byte BeginErase(int address)
    {
        if (_erased is not null)
        {
            return FlashErase.Busy;
        }

        _erased = EraseSector(address);
        return FlashErase.UnderWay;
    }

    public byte PollErase()
    {
        var erased = _erased ?? throw new InvalidOperationException("no erase was begun");
        _erased = null;
        return erased ? FlashErase.Done : FlashErase.Failed;
    }

    public byte WaitErase() => PollErase();

    public void Dispose()
    {
        _file.Dispose();
    }

    private bool Read(Span<byte> bytes, int address)
    {
        try
        {
            return RandomAccess.Read(_file, bytes, address) == bytes.Length;
        }
        catch (IOException)
        {
            return false; // to the node, a failing disk is a failing flash
        }
    }

    private bool Write(int address, byte[] bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, address);
            RandomAccess.FlushToDisk(_file);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
