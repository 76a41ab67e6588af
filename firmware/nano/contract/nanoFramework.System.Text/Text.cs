using System.Reflection;

[assembly: AssemblyVersion("1.3.42.0")]

namespace System.Text
{
    public abstract class Encoding
    {
        public static Encoding UTF8 { get => throw null; }
        public virtual byte[] GetBytes(string s) => throw null;
        public virtual string GetString(byte[] bytes, int index, int count) => throw null;
    }
}
