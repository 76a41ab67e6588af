// What drivers need beyond what Protocol and Core call.
namespace System
{
    public class MarshalByRefObject { }

    public readonly ref struct SpanByte
    {
        public SpanByte(byte[] array, int start, int length) => throw null;
    }
}

namespace System
{
    public enum DateTimeKind { Unspecified, Utc, Local }

    public struct DateTime
    {
        public static readonly DateTime UnixEpoch;
        public DateTime(long ticks) => throw null;
        public static DateTime UtcNow { get => throw null; }
        public long Ticks { get => throw null; }
    }

    public struct TimeSpan { public static TimeSpan FromSeconds(long value) => throw null; }

    public class Random
    {
        public Random() { }
        public virtual int Next() => throw null;
    }

    public static class Convert { public static byte[] FromBase64String(string inString) => throw null; }
}

namespace System.IO
{
    public class IOException : SystemException { }
}

namespace System.Threading
{
    public sealed class Thread
    {
        public Thread(ThreadStart start) => throw null;
        public void Start() => throw null;
        public static void Sleep(int millisecondsTimeout) => throw null;
    }

    public delegate void ThreadStart();

    public abstract class WaitHandle : MarshalByRefObject { public virtual bool WaitOne() => throw null; }

    public sealed class AutoResetEvent : WaitHandle
    {
        public AutoResetEvent(bool initialState) => throw null;
        public bool Set() => throw null;
    }

    public static class Monitor
    {
        public static void Enter(object obj) => throw null;
        public static void Exit(object obj) => throw null;
    }

    public static class Timeout { public const int Infinite = -1; }
}
