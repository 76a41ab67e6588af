using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>The restrictions on device code: what breaks the build, and what only the compiled assembly shows.</summary>
public sealed class DeviceSubsetTests
{
    private const string Configuration =
#if DEBUG
        "Debug";
#else
        "Release";
#endif

    // The compiler sees each line as a separate file. Errors in declarations hide those in bodies, so it takes two builds to find all.
    private static readonly Lazy<(int Exit, string Output, string Assembly)> s_lackingInDeclarations = new(() => Compile("declarations", """
        #line 1 "LINQ"
        namespace N1 { using System.Linq; class C { int M(int[] a) { return a.Sum(); } } }
        #line 1 "missing type"
        namespace N2 { class C { System.Uri M() { return default(System.Uri); } } }
        #line 1 "nullable value"
        namespace N3 { class C { int? M() { return null; } } }
        """));

    private static readonly Lazy<(int Exit, string Output, string Assembly)> s_lackingInBodies = new(() => Compile("bodies", """
        #line 1 "missing member"
        class C1 { string M(string s) { return s.Replace("a", "b"); } }
        #line 1 "async"
        class C2 { async void M() { } }
        """));

    private static readonly Lazy<(int Exit, string Output, string Assembly)> s_crashing = new(() => Compile("crashing", $$"""
        namespace System { public delegate void Action<T>(T x); }
        public class C1<T> { }
        public class C2 { public T M<T>(T x) { return x; } public int N() { return M<int>(1); } }
        public class C3 { public System.Action<int> F; }
        public class C4 { public int[,] F; }
        public class C5 { public static string M(int x) { switch (x) { {{Cases(256)}} default: return null; } } }
        """));

    [Theory]
    [InlineData("firmware/FieldNode.Protocol", "FieldNode.Protocol.dll")]
    [InlineData("firmware/FieldNode.Lane", "FieldNode.Lane.dll")]
    [InlineData("firmware/FieldNode.Core", "FieldNode.Core.dll")]
    [InlineData("firmware/FieldNode.Drivers", "FieldNode.Drivers.dll")]
    [InlineData("firmware/FieldNode.Device", "FieldNode.Device.exe")]
    [InlineData("firmware/FieldNode.BringUp", "FieldNode.BringUp.exe")]
    [InlineData("tests/FieldNode.DeviceTests", "NFUnitTest.dll")]
    public void The_device_assemblies_hold_nothing_the_device_cannot_run(string project, string assembly)
    {
        var path = Path.Combine(Repository.Root, project, "bin", "nano", Configuration, assembly);
        Assert.Empty(DeviceSubset.Violations(path));
        var version = System.Reflection.AssemblyName.GetAssemblyName(path).Version!;
        Assert.Equal(FieldNode.Core.Settings.NodeSettings.Firmware, (ushort)(version.Major << 8 | version.Minor));
    }

    [Theory]
    [InlineData("LINQ", "CS0234")]
    [InlineData("missing type", "CS0234")]
    [InlineData("nullable value", "CS0518")]
    public void What_the_device_lacks_is_not_declared(string what, string error) =>
        AssertRefused(s_lackingInDeclarations.Value, what, error);

    [Theory]
    [InlineData("missing member", "CS1061")]
    [InlineData("async", "CS0518")]
    public void What_the_device_lacks_is_not_called(string what, string error) => AssertRefused(s_lackingInBodies.Value, what, error);

    [Theory]
    [InlineData("generic type", "generic type C1`1")]
    [InlineData("generic method", "generic method C2.M")]
    [InlineData("Action<T>", "generic instantiation in field C3.F")]
    [InlineData("int[,]", "multidimensional array in field C4.F")]
    [InlineData("switch", "switch of more than 255 cases in C5.M")]
    public void What_compiles_but_crashes_the_device_is_found_in_the_assembly(string what, string violation)
    {
        var (exit, output, assembly) = s_crashing.Value;

        Assert.True(exit == 0, $"{what} did not compile: {output}");
        Assert.Contains(violation, DeviceSubset.Violations(assembly));
    }

    [Theory]
    [InlineData("-p:NanoCoreLibraryVersion=9.9.9", "is missing")]
    [InlineData("-p:NanoCoreLibraryHash=00", "not 00 as firmware/nano/Versions.props pins it")]
    public void Device_code_compiles_against_the_core_library_that_is_pinned_and_no_other(string property, string says)
    {
        var (exit, output, _) = Compile("pinned", "class C { }", property);

        Assert.NotEqual(0, exit);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    private static void AssertRefused((int Exit, string Output, string Assembly) build, string what, string error)
    {
        Assert.True(build.Exit != 0, $"{what} compiled");
        Assert.Matches($@"{what}\(1,\d+\): error {error}", build.Output);
    }

    private static string Cases(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"case {i}: return \"{i}\"; "));

    // Builds the Protocol device project with one more source file, into its own folder beside the tests.
    private static (int Exit, string Output, string Assembly) Compile(string name, string source, params string[] properties)
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "probes", name);
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, "Probe.cs");
        File.WriteAllText(file, source);
        var project = Path.Combine(Repository.Root, "firmware", "FieldNode.Protocol", "FieldNode.Protocol.nfproj");
        var (exit, output) = Repository.Run("dotnet", directory,
            ["build", project, "--nologo", $"-p:NanoProbeSource={file}", "-p:TreatWarningsAsErrors=false",
            $"-p:IntermediateOutputPath={directory}/obj/", $"-p:OutputPath={directory}/bin/", .. properties]);
        return (exit, output, Path.Combine(directory, "bin", "FieldNode.Protocol.dll"));
    }
}
