namespace FieldNode.Log;

/// <summary>Files and directories that nobody but their owner may look into: keys, people's codes, cards. On Windows they take their
/// directory's rights.</summary>
public static class OwnersOnly
{
#pragma warning disable RS0030 // what Outside.Files does, and what others write
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>How such a file is made; the caller sets mode and access.</summary>
    public static FileStreamOptions Options()
    {
        var options = new FileStreamOptions();
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = ReadWrite;
        }

        return options;
    }

    /// <summary>Opens such a file to be read and written; an empty one is made if it is not there.</summary>
    public static FileStream OpenFile(string path)
    {
        var options = Options();
        (options.Mode, options.Access, options.Share) = (FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        return new FileStream(path, options);
    }

    /// <summary>Makes such a directory; one that is there stays as it is.</summary>
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
