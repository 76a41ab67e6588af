using FieldNode.Core.Ports;
using Microsoft.Win32.SafeHandles;

namespace FieldNode.Simulator.PcBoard;

/// <summary>A flash image in a file, for a computer used as a node. A program or erase is on the disk (fsync) before it returns, so a
/// confirmed scan survives a killed process and, if the disk honours the flush, a power cut. The file is locked while open.</summary>
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

    /// <summary>Opens an image, or creates an erased one of <paramref name="bytes"/> bytes.</summary>
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
                throw new IOException($"{path} exists but is empty: did a copy fail? Restore the complete image, or delete "
                    + "the file to start an empty log");
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
                throw new IOException($"{path} has {length} bytes, but {bytes} bytes were requested: use --flash-size "
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

    // Only the owner may read the file: it holds the node's key.
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

    /// <summary>Erases before returning; a file has no background erase.</summary>
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
        var erased = _erased ?? throw new InvalidOperationException("no erase is in progress");
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
            return false; // to the node, a disk failure is a flash failure
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
