using System.Runtime.InteropServices;

namespace FieldNode.Cli;

/// <summary>Finds out who owns a file: .NET exposes a file's mode, but not its owner.</summary>
internal static partial class FileOwner
{
    // statx(2), since Linux 4.11: the same layout on every architecture.
    private const int Here = -100; // AT_FDCWD
    private const uint Owner = 0x8; // STATX_UID
    private const int OwnerOffset = 20;
    private const int StatxBytes = 256;

    /// <summary>Why another user may have written a file; null if only this user or root can have written it.</summary>
    public static (string English, string Chinese)? Stranger(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null; // there a file is protected by the access list inherited from its directory
        }

        if ((File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            return ("others may write to it", "他人可写");
        }

        return OperatingSystem.IsLinux() && OwnerOf(path) is var owner && owner != 0 && owner != CurrentUser()
            ? ("it belongs to another user", "属于其他用户") : null;
    }

    private static uint OwnerOf(string path)
    {
        var buffer = new byte[StatxBytes];
        if (Statx(Here, path, 0, Owner, buffer) != 0)
        {
            throw new IOException($"cannot find out the owner of {path}: error {Marshal.GetLastPInvokeError()}");
        }

        return BitConverter.ToUInt32(buffer, OwnerOffset);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(int directory, string path, int flags, uint mask, [Out] byte[] buffer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint CurrentUser();
}
