using System.Reflection;
using FieldNode.DeviceTests;
using FieldNode.Tests.Support;
using OutputHelper = nanoFramework.TestFramework.OutputHelper;
using TestClassAttribute = nanoFramework.TestFramework.TestClassAttribute;
using TestMethodAttribute = nanoFramework.TestFramework.TestMethodAttribute;

namespace FieldNode.Tests.Device;

/// <summary>
/// The tests of tests/FieldNode.DeviceTests use the platform's own test framework. Here they run on .NET 10; on nanoFramework its launcher
/// runs the same tests (docs/platform-notes.md).
/// </summary>
public sealed class DeviceTests
{
    private static readonly Dictionary<string, MethodInfo> s_tests = typeof(Frozen).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(TestClassAttribute)))
        .SelectMany(type => type.GetMethods())
        .Where(method => method.IsDefined(typeof(TestMethodAttribute)))
        .ToDictionary(method => $"{method.DeclaringType!.Name}.{method.Name}");

    public static TheoryData<string> Names => [.. s_tests.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_test_of_the_device_holds_on_dotnet(string name)
    {
        OutputHelper.Sink = line => TestContext.Current.TestOutputHelper?.WriteLine(line);
        var test = s_tests[name];

        test.Invoke(Activator.CreateInstance(test.DeclaringType!), BindingFlags.DoNotWrapExceptions, null, [], null);
    }

    [Theory]
    [InlineData("scan-script.txt", Frozen.Scan)]
    [InlineData("ring-script.txt", Frozen.Ring)]
    public void What_the_device_tests_expect_is_what_the_fixtures_say(string fixture, string expected)
    {
        Assert.Equal(File.ReadAllText(Repository.Fixture(fixture)).Trim(), expected);
    }
}
