using FieldNode.Log;

namespace FieldNode.Cli.Flash;

/// <summary>App.bin: all .pe files of the device's program, concatenated. Checked before anything is erased.</summary>
internal static class ApplicationImage
{
    /// <exception cref="HostFault">The file is missing, not an application, another program, or too large for the chip.</exception>
    public static void Check(string path, Chip chip)
    {
        byte[] image;
        try
        {
            image = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HostFault("file-unreadable", ExitCode.Failed, $"--image {path} cannot be read: {e.Message}",
                $"无法读取 --image {path}：{e.Message}");
        }

        // Each assembly begins with this marker; its string table contains the program's name.
        if (!image.AsSpan().StartsWith("NFMRK1\0\0"u8))
        {
            throw Bad(path, "is not a nanoFramework application: it does not begin with NFMRK1", "不是 nanoFramework 应用：开头不是 NFMRK1");
        }

        if (image.AsSpan().IndexOf("FieldNode.Device"u8) < 0)
        {
            throw Bad(path, "lacks FieldNode.Device: it is another program, or only a library", "不含 FieldNode.Device：是其他程序，或只是一个库");
        }

        if (image.Length > chip.ApplicationBytesMax)
        {
            throw Bad(path, $"has {image.Length:N0} bytes: {chip.Name} takes at most {chip.ApplicationBytesMax:N0}",
                $"有 {image.Length:N0} 字节：{chip.Name} 最多 {chip.ApplicationBytesMax:N0} 字节");
        }
    }

    private static HostFault Bad(string path, string english, string chinese)
    {
        return new HostFault("bad-image", ExitCode.Refused, $"--image {path} {english}; use App.bin from the build",
            $"--image {path} {chinese}；请使用构建产物 App.bin");
    }
}
