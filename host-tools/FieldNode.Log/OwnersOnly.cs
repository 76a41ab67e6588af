namespace FieldNode.Log;

/// <summary>Files and directories that only their owner can access: keys, people's codes, cards. On Windows they get the permissions of
/// their directory.</summary>
public static class OwnersOnly
{
#pragma warning disable RS0030 // used by Outside.Files, and by other writers
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Options to create such a file; the caller sets mode and access.</summary>
    public static FileStreamOptions Options()
    {
        var options = new FileStreamOptions();
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = ReadWrite;
        }

        return options;
    }

    /// <summary>Opens such a file for reading and writing; creates an empty one if it is missing.</summary>
    public static FileStream OpenFile(string path)
    {
        var options = Options();
        (options.Mode, options.Access, options.Share) = (FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        return new FileStream(path, options);
    }

    /// <summary>Creates such a directory; an existing one is left unchanged.</summary>
    public static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, ReadWrite | UnixFileMode.UserExecute);
        }
    }
#pragma warning restore RS0030
}
