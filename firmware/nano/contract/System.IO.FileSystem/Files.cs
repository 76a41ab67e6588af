using System.Reflection;

[assembly: AssemblyVersion("1.1.93.0")]

namespace System.IO
{
    public enum FileMode { CreateNew = 1, Create, Open, OpenOrCreate, Truncate, Append }

    public enum FileAccess { Read = 1, Write, ReadWrite }

    public static class File
    {
        public static bool Exists(string path) => throw null;
        public static void Delete(string path) => throw null;
    }

    public class FileStream : Stream
    {
        public FileStream(string path, FileMode mode, FileAccess access) => throw null;
        public override long Length { get => throw null; }
        public override long Position { get => throw null; set => throw null; }
        public override long Seek(long offset, SeekOrigin origin) => throw null;
        public override int Read(byte[] buffer, int offset, int count) => throw null;
        public override void Write(byte[] buffer, int offset, int count) => throw null;
        public override void WriteByte(byte value) => throw null;
    }
}
