using System.Reflection;

[assembly: AssemblyVersion("1.1.96.0")]

namespace System.IO
{
    public enum SeekOrigin { Begin, Current, End }

    public abstract class Stream : MarshalByRefObject, IDisposable
    {
        public abstract long Length { get; }
        public abstract long Position { get; set; }
        public abstract long Seek(long offset, SeekOrigin origin);
        public abstract int Read(byte[] buffer, int offset, int count);
        public abstract void Write(byte[] buffer, int offset, int count);
        public virtual void WriteByte(byte value) => throw null;
        public void Dispose() => throw null;
    }

    public class MemoryStream : Stream
    {
        public MemoryStream(byte[] buffer) => throw null;
        public override long Length { get => throw null; }
        public override long Position { get => throw null; set => throw null; }
        public override long Seek(long offset, SeekOrigin origin) => throw null;
        public override int Read(byte[] buffer, int offset, int count) => throw null;
        public override void Write(byte[] buffer, int offset, int count) => throw null;
    }
}
