using System.Security.Cryptography;

namespace FieldNode.Log;

/// <summary>
/// What Log and Answers take from the world: time, chance and other threads. They start no thread and draw no number by themselves, so that
/// a simulation can run hosts in one thread from one seed.
/// </summary>
public sealed record Outside(TimeProvider Time, IChance Chance, IWork Work)
{
#pragma warning disable RS0030 // this is where the world is
    /// <summary>The computer's own.</summary>
    public static Outside Real { get; } = new(TimeProvider.System, new RealChance(), new RealWork());

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
