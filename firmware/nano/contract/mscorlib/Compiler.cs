// What the C# compiler itself looks up in the core library.
namespace System
{
    public abstract class Attribute { }

    public enum AttributeTargets { All = 0x7FFF }

    public sealed class AttributeUsageAttribute : Attribute
    {
        public AttributeUsageAttribute(AttributeTargets validOn) { }
        public bool AllowMultiple { get => throw null; set => throw null; }
        public bool Inherited { get => throw null; set => throw null; }
    }

    public sealed class ParamArrayAttribute : Attribute { }

    public interface IDisposable { void Dispose(); }
}

namespace System.Collections
{
    public interface IEnumerator
    {
        bool MoveNext();
        object Current { get; }
        void Reset();
    }

    public interface IEnumerable { IEnumerator GetEnumerator(); }
}

namespace System.Reflection
{
    public abstract class MemberInfo { public abstract string Name { get; } }
    public sealed class DefaultMemberAttribute : Attribute { public DefaultMemberAttribute(string memberName) { } }
    public sealed class AssemblyVersionAttribute : Attribute { public AssemblyVersionAttribute(string version) { } }
}

namespace System.Runtime.CompilerServices
{
    public sealed class IndexerNameAttribute : Attribute { public IndexerNameAttribute(string indexerName) { } }
    public static class RuntimeHelpers { public static void InitializeArray(Array array, RuntimeFieldHandle fldHandle) => throw null; }
}
