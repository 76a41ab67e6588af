using System.Runtime.CompilerServices;

namespace FieldNode.Tests.Support;

/// <summary>
/// Many tests wait in a thread for a host in the same process. The pool gives a thread more each half second only: without these, a host's
/// answer waits behind the tests that wait for it, and a simulated node lives through hours until it comes.
/// </summary>
internal static class Threads
{
    /// <summary>Between two looks at whether something has begun, in ms: it needs the processor that a loop without a pause would
    /// take.</summary>
    public const int PollMs = 10;

    private const int Min = 64;

    /// <summary>For work that is divided: as many threads as there are processors, so that it leaves the others to who waits.</summary>
    public static ParallelOptions AtOnce { get; } = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    [ModuleInitializer]
    internal static void Begin() => ThreadPool.SetMinThreads(Min, Min);
}
