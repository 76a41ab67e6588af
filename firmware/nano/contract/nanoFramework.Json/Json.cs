using System.Reflection;

[assembly: AssemblyVersion("2.2.213.0")]

namespace nanoFramework.Json
{
    public static class JsonConvert { public static string SerializeObject(object oSource) => throw null; }
}
