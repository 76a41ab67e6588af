using System.Runtime.InteropServices;

namespace FieldNode.Tests.Support;

/// <summary>A pseudo-terminal as a serial line: a program that opened <see cref="Path"/> reads what is written here.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControl = 0x102; // O_RDWR | O_NOCTTY on Linux

    private readonly int _master;

    public PseudoTerminal()
    {
        _master = posix_openpt(ReadWriteNoControl);
        Assert.True(_master >= 0 && grantpt(_master) == 0 && unlockpt(_master) == 0, "no pseudo-terminal is available");
        Path = Marshal.PtrToStringAnsi(ptsname(_master))!;
    }

    public string Path { get; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(bytes.Length, (int)write(_master, bytes.ToArray(), bytes.Length));
    }

    public void Dispose()
    {
        _ = close(_master);
    }

    [LibraryImport("libc")]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc")]
    private static partial int grantpt(int descriptor);

    [LibraryImport("libc")]
    private static partial int unlockpt(int descriptor);

    [LibraryImport("libc")]
    private static partial IntPtr ptsname(int descriptor);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, byte[] bytes, nint count);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
