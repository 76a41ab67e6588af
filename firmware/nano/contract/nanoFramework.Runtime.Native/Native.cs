using System.Reflection;

[assembly: AssemblyVersion("1.7.11.0")]

namespace System
{
    public static class Environment { public static long TickCount64 { get => throw null; } }
}
