using System.Reflection;

[assembly: AssemblyVersion("1.1.96.0")]

namespace System.IO
{
    public enum SeekOrigin { Begin, Current, End }

    public abstract class Stream : MarshalByRefObject, IDisposable
    {
        public abstract long Length { get; }
        public abstract long Seek(long offset, SeekOrigin origin);
        public abstract int Read(byte[] buffer, int offset, int count);
        public abstract void Write(byte[] buffer, int offset, int count);
        public virtual void WriteByte(byte value) => throw null;
        public void Dispose() => throw null;
    }
}
