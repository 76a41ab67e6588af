using System.Security.Cryptography;

namespace FieldNode.Log;

/// <summary>
/// The external dependencies of Log and Answers: time, random numbers, other threads and files. Log and Answers themselves start no thread,
/// draw no number and open no file, so that a simulation can run hosts and their disks on one thread from one seed.
/// </summary>
public sealed record Outside(TimeProvider Time, IRandomSource Chance, IScheduler Work, IFiles Files)
{
#pragma warning disable RS0030 // the real implementations
    /// <summary>The implementations of this computer.</summary>
    public static Outside Real { get; } = new(TimeProvider.System, new SystemRandom(), new RealWork(), new RealFiles());

    private sealed class SystemRandom : IRandomSource
    {
        public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
    }

    private sealed class RealWork : IScheduler
    {
        public void ForEachParallel<T>(IEnumerable<T> items, Action<T> work) => Parallel.ForEach(items, work);

        public Task Loop(Func<Task> loop) => Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap();

        public Task<T> Ahead<T>(Func<T> work) => Task.Run(work);

        public void Later(Action work) => ThreadPool.UnsafeQueueUserWorkItem(_ => work(), null);

        public Task Pause(TimeSpan time, CancellationToken cancel) => Task.Delay(time, cancel);
    }

    private sealed class RealFiles : IFiles
    {
        public string? Vfs => null;

        public bool Exists(string path) => File.Exists(path);

        public long Length(string path) => new FileInfo(path).Length;

        public byte[] Read(string path) => File.ReadAllBytes(path);

        public void Make(string path) => OwnersOnly.OpenFile(path).Dispose();

        public void Write(string path, ReadOnlySpan<byte> bytes)
        {
            var part = path + ".part";
            File.Delete(part); // it may have other permissions
            using (var file = OwnersOnly.OpenFile(part))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }

        public void Move(string from, string to) => File.Move(from, to, overwrite: false);

        public void Delete(string path) => File.Delete(path);

        public void MakeDirectory(string path) => OwnersOnly.MakeDirectory(path);

        public long FreeBytes(string path) => new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
    }
#pragma warning restore RS0030
}

/// <summary>Random numbers that no one can guess.</summary>
public interface IRandomSource
{
    void Fill(Span<byte> bytes);

    byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    /// <summary>A number from 1 to the largest 32-bit integer.</summary>
    int Positive()
    {
        int number;
        do
        {
            number = BitConverter.ToInt32(Bytes(sizeof(int))) & int.MaxValue;
        }
        while (number == 0);
        return number;
    }
}

/// <summary>Work on other threads, and waiting.</summary>
public interface IScheduler
{
    /// <summary>Does work for all items in parallel; returns when all of it is done.</summary>
    void ForEachParallel<T>(IEnumerable<T> items, Action<T> work);

    /// <summary>Runs a loop on its own thread; completes when the loop ends. A simulation steps it instead.</summary>
    Task Loop(Func<Task> loop);

    /// <summary>Starts work whose result is needed later.</summary>
    Task<T> Ahead<T>(Func<T> work);

    /// <summary>Does work soon, on another thread.</summary>
    void Later(Action work);

    Task Pause(TimeSpan time, CancellationToken cancel);
}

/// <summary>Files and directories. Failures are an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/>.</summary>
public interface IFiles
{
    /// <summary>The registered name of the SQLite file system (https://sqlite.org/vfs.html) that accesses the same files; null for the
    /// platform's default.</summary>
    string? Vfs { get; }

    bool Exists(string path);

    long Length(string path);

    byte[] Read(string path);

    /// <summary>Creates an empty file that only its owner can access; an existing file is left unchanged.</summary>
    void Make(string path);

    /// <summary>Writes a file that only its owner can access, completely or not at all; replaces an existing file. Its bytes are on disk
    /// when this returns.</summary>
    void Write(string path, ReadOnlySpan<byte> bytes);

    /// <summary>Renames a file; the new name must not exist.</summary>
    void Move(string from, string to);

    void Delete(string path);

    /// <summary>Creates a directory that only its owner can access; an existing directory is left unchanged.</summary>
    void MakeDirectory(string path);

    /// <summary>The free space on the disk of a file, in bytes.</summary>
    long FreeBytes(string path);
}
