using System.Reflection;

[assembly: AssemblyVersion("1.0.43.0")]

namespace System.Security.Cryptography
{
    public class HMACSHA256 { public static byte[] HashData(byte[] key, byte[] source) => throw null; }
}
