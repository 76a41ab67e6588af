using System.Reflection;

[assembly: AssemblyVersion("1.7.11.0")]

namespace nanoFramework.Runtime.Native
{
    public enum RebootOption { NormalReboot }

    public static class GC { public static uint Run(bool compactHeap) => throw null; }

    public class Power { public static void RebootDevice(RebootOption rebootOption = RebootOption.NormalReboot) => throw null; }

    public static class SystemInfo { public static string TargetName { get => throw null; } }

    public static class Rtc { public static bool SetSystemTime(System.DateTime time) => throw null; }
}

namespace System
{
    public static class Environment { public static long TickCount64 { get => throw null; } }
}
