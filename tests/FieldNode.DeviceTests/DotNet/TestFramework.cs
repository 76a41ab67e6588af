using System;

namespace nanoFramework.TestFramework
{
    /// <summary>Like the platform's: a class of tests.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class TestClassAttribute : Attribute
    {
    }

    /// <summary>Like the platform's: a test without parameters.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class TestMethodAttribute : Attribute
    {
    }

    /// <summary>Thrown by a failed check.</summary>
    public sealed class CheckFailedException : Exception
    {
        public CheckFailedException(string message) : base(message)
        {
        }
    }

    /// <summary>The platform's checks that these tests use.</summary>
    public static class Assert
    {
        public static void IsTrue(bool condition, string message = "")
        {
            Check(condition, "is not true. " + message);
        }

        public static void IsFalse(bool condition, string message = "")
        {
            Check(!condition, "is true. " + message);
        }

        public static void AreEqual(int expected, int actual, string message = "")
        {
            Check(expected == actual, $"expected {expected}, but it is {actual}. {message}");
        }

        public static void AreEqual(uint expected, uint actual, string message = "")
        {
            Check(expected == actual, $"expected {expected}, but it is {actual}. {message}");
        }

        public static void AreNotEqual(string notExpected, string actual, string message = "")
        {
            Check(notExpected != actual, $"it is '{actual}'. {message}");
        }

        public static void AreEqual(string expected, string actual, string message = "")
        {
            Check(expected == actual, $"expected '{expected}', but it is '{actual}'. {message}");
        }

        private static void Check(bool holds, string message)
        {
            if (!holds)
            {
                throw new CheckFailedException(message);
            }
        }
    }

    /// <summary>The platform's test output.</summary>
    public static class OutputHelper
    {
        /// <summary>Receives each line.</summary>
        public static Action<string> Sink { get; set; } = _ => { };

        public static void WriteLine(string message)
        {
            Sink(message);
        }
    }
}
