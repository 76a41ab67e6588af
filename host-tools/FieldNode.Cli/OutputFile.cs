using FieldNode.Log;

namespace FieldNode.Cli;

/// <summary>Files that commands write.</summary>
internal static class OutputFile
{
    /// <summary>Opens a file for writing; "-" is standard output.</summary>
    public static Stream Open(string path)
    {
        return path == "-" ? Console.OpenStandardOutput() : Create(path, new FileStreamOptions());
    }

    /// <summary>
    /// Writes a file completely or not at all: to a temporary file first, so that a full disk or Ctrl-C leaves the old file. Standard
    /// output, too, gets only complete content.
    /// </summary>
    /// <param name="isSecret">Only its owner may read it.</param>
    public static async Task<int> WriteAtomically(string path, Func<Stream, Task<int>> write, bool isSecret = false)
    {
        var beside = path == "-" ? Path.GetTempFileName() : path + ".part";
        try
        {
            int count;
            File.Delete(beside); // never follow a link left there by another user
            await using (var stream = Create(beside, isSecret || path == "-" ? OwnersOnly.Options() : new FileStreamOptions(),
                FileAccess.ReadWrite, FileMode.CreateNew))
            {
                count = await write(stream);
                stream.Flush(flushToDisk: path != "-");
            }

            if (path == "-")
            {
                await using var copy = File.OpenRead(beside);
                await using var output = Console.OpenStandardOutput();
                await copy.CopyToAsync(output);
            }
            else
            {
                File.Move(beside, path, overwrite: true);
            }

            return count;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Opens a file that only its owner may read: an enrolment card is a key.</summary>
    public static Stream OpenSecret(string path)
    {
        return Create(path, OwnersOnly.Options());
    }

    private static FileStream Create(string path, FileStreamOptions options, FileAccess access = FileAccess.Write,
        FileMode mode = FileMode.Create)
    {
        options.Mode = mode;
        options.Access = access;
        try
        {
            return new FileStream(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HostFault("file-not-writable", ExitCode.Failed, $"{path} cannot be written: {e.Message}", $"无法写入 {path}：{e.Message}");
        }
    }
}
