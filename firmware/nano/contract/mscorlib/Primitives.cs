namespace System
{
    public class Object
    {
        public Object() { }
        public virtual bool Equals(object obj) => throw null;
        public virtual int GetHashCode() => throw null;
        public Type GetType() => throw null;
        public virtual string ToString() => throw null;
        protected object MemberwiseClone() => throw null;
        public static bool ReferenceEquals(object objA, object objB) => throw null;
    }

    public abstract class ValueType { }
    public abstract class Enum : ValueType { }
    public struct Void { }
    public struct Boolean { }
    public struct Byte { }
    public struct SByte { }
    public struct Char { }
    public struct Int16 { }
    public struct UInt16 { }
    public struct Int32 { public override string ToString() => throw null; public string ToString(string format) => throw null; }
    public struct UInt32 { public override string ToString() => throw null; public string ToString(string format) => throw null; }
    public struct Int64 { public override string ToString() => throw null; }
    public struct UInt64 { public override string ToString() => throw null; }
    public struct Single { }
    public struct Double { }
    public struct IntPtr { }
    public struct UIntPtr { }
    public struct RuntimeTypeHandle { }
    public struct RuntimeFieldHandle { }
    public struct RuntimeMethodHandle { }

    public abstract class Delegate { }
    public abstract class MulticastDelegate : Delegate { }
    public abstract class Type : Reflection.MemberInfo { public static Type GetTypeFromHandle(RuntimeTypeHandle handle) => throw null; }

    public abstract class Array
    {
        public int Length { get => throw null; }
        public static void Copy(Array sourceArray, Array destinationArray, int length) => throw null;
        public static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length) => throw null;
        public static void Clear(Array array, int index, int length) => throw null;
    }

    public sealed class String
    {
        public static readonly string Empty;
        public String(char[] value, int startIndex, int length) { }
        [Runtime.CompilerServices.IndexerName("Chars")]
        public char this[int index] { get => throw null; }
        public int Length { get => throw null; }
        public char[] ToCharArray() => throw null;
        public string Substring(int startIndex) => throw null;
        public string Substring(int startIndex, int length) => throw null;
        public int IndexOf(char value) => throw null;
        public static string Concat(object arg0, object arg1) => throw null;
        public static string Concat(string str0, string str1) => throw null;
        public static string Concat(string str0, string str1, string str2) => throw null;
        public static string Concat(string str0, string str1, string str2, string str3) => throw null;
        public static string Concat(params string[] values) => throw null;
        public static bool operator ==(string a, string b) => throw null;
        public static bool operator !=(string a, string b) => throw null;
        public override bool Equals(object obj) => throw null;
        public override int GetHashCode() => throw null;
    }

    public static class Console { public static void WriteLine(string value) => throw null; }

    public class Exception
    {
        public Exception() { }
        public Exception(string message) { }
        public virtual string Message { get => throw null; }
    }

    public class SystemException : Exception
    {
        public SystemException() { }
        public SystemException(string message) { }
    }

    public class ArgumentException : SystemException
    {
        public ArgumentException() { }
        public ArgumentException(string message) { }
    }

    public class ArgumentOutOfRangeException : ArgumentException
    {
        public ArgumentOutOfRangeException(string paramName) => throw null;
    }

    public class InvalidOperationException : SystemException
    {
        public InvalidOperationException() { }
        public InvalidOperationException(string message) { }
    }
}
