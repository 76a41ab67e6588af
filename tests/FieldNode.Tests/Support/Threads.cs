using System.Runtime.CompilerServices;

namespace FieldNode.Tests.Support;

/// <summary>
/// Many tests block a thread while they wait for a host in the same process. The thread pool adds only one thread each half second: without
/// more threads at the start, a host's answer would queue behind the tests that wait for it, and a simulated node would go through hours
/// before it arrives.
/// </summary>
internal static class Threads
{
    /// <summary>Poll interval in ms: a loop without a pause would take the processor time that the polled work needs.</summary>
    public const int PollMs = 10;

    private const int Min = 64;

    /// <summary>For parallel work: one thread per processor, which leaves the other threads to waiting tests.</summary>
    public static ParallelOptions AtOnce { get; } = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    [ModuleInitializer]
    internal static void Begin() => ThreadPool.SetMinThreads(Min, Min);
}
