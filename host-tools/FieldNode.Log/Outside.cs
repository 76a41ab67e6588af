using System.Security.Cryptography;

namespace FieldNode.Log;

/// <summary>
/// What Log and Answers take from the world: time, chance, other threads and files. They start no thread, draw no number and open no file
/// by themselves, so that a simulation can run hosts and their disks in one thread from one seed.
/// </summary>
public sealed record Outside(TimeProvider Time, IChance Chance, IWork Work, IFiles Files)
{
#pragma warning disable RS0030 // this is where the world is
    /// <summary>The computer's own.</summary>
    public static Outside Real { get; } = new(TimeProvider.System, new RealChance(), new RealWork(), new RealFiles());

    private sealed class RealChance : IChance
    {
        public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
    }

    private sealed class RealWork : IWork
    {
        public void SideBySide<T>(IEnumerable<T> items, Action<T> work) => Parallel.ForEach(items, work);

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
            File.Delete(part); // which may have other rights
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

/// <summary>Numbers that nobody can guess.</summary>
public interface IChance
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
public interface IWork
{
    /// <summary>Does work for each item, side by side; returns when all is done.</summary>
    void SideBySide<T>(IEnumerable<T> items, Action<T> work);

    /// <summary>Runs a loop on a thread of its own; ends when it has ended. A simulation steps it instead.</summary>
    Task Loop(Func<Task> loop);

    /// <summary>Does work whose result is needed later.</summary>
    Task<T> Ahead<T>(Func<T> work);

    /// <summary>Does work soon, on another thread.</summary>
    void Later(Action work);

    Task Pause(TimeSpan time, CancellationToken cancel);
}

/// <summary>Files and directories. What goes wrong is an <see cref="IOException"/> or an <see
/// cref="UnauthorizedAccessException"/>.</summary>
public interface IFiles
{
    /// <summary>By which of its file systems SQLite reaches the same files (https://sqlite.org/vfs.html): the name under which it is
    /// registered; null: the platform's.</summary>
    string? Vfs { get; }

    bool Exists(string path);

    long Length(string path);

    byte[] Read(string path);

    /// <summary>Makes an empty file that only its owner may read; one that is there stays as it is.</summary>
    void Make(string path);

    /// <summary>Writes a file that only its owner may read, in place of what is there: whole, or not at all. Its bytes are on the
    /// disk when this returns.</summary>
    void Write(string path, ReadOnlySpan<byte> bytes);

    /// <summary>Gives a file another name, under which there is none.</summary>
    void Move(string from, string to);

    void Delete(string path);

    /// <summary>Makes a directory that only its owner may look into; one that is there stays as it is.</summary>
    void MakeDirectory(string path);

    /// <summary>What is left on the disk that a file is on.</summary>
    long FreeBytes(string path);
}
