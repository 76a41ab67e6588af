namespace nanoFramework.TestFramework
{
    public class TestClassAttribute : System.Attribute { }
    public class TestMethodAttribute : System.Attribute { }

    public sealed class Assert
    {
        public static void IsTrue(bool condition, string message = "") { }
        public static void IsFalse(bool condition, string message = "") { }
        public static void AreEqual(int expected, int actual, string message = "") { }
        public static void AreEqual(uint expected, uint actual, string message = "") { }
        public static void AreEqual(string expected, string actual, string message = "") { }
        public static void AreNotEqual(string notExpected, string actual, string message = "") { }
    }

    public static class OutputHelper
    {
        public static void WriteLine(string message) { }
    }
}
