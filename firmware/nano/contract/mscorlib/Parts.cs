// What drivers need beyond what Protocol and Core call.
namespace System
{
    public class MarshalByRefObject { }

    public readonly ref struct SpanByte
    {
        public SpanByte(byte[] array, int start, int length) => throw null;
    }
}

namespace System.IO
{
    public class IOException : SystemException { }
}

namespace System.Threading
{
    public sealed class Thread
    {
        public static void Sleep(int millisecondsTimeout) => throw null;
    }
}
