using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>The fence around device code: what breaks the build, and what only the compiled assembly shows.</summary>
public sealed class DeviceSubsetTests
{
    private const string Configuration =
#if DEBUG
        "Debug";
#else
        "Release";
#endif

    [Theory]
    [InlineData("firmware/FieldNode.Protocol", "FieldNode.Protocol.dll")]
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
        Assert.Equal(FieldNode.Core.NodeSettings.Firmware, (ushort)(version.Major << 8 | version.Minor));
    }

    [Theory]
    [InlineData("LINQ", "using System.Linq; class C { int M(int[] a) { return a.Sum(); } }", "CS0234")]
    [InlineData("nullable value", "class C { int? M() { return null; } }", "CS0518")]
    [InlineData("missing member", "class C { string M(string s) { return s.Replace(\"a\", \"b\"); } }", "CS1061")]
    [InlineData("async", "class C { async void M() { } }", "CS0518")]
    [InlineData("missing type", "class C { System.Uri M() { return default(System.Uri); } }", "CS0234")]
    public void What_the_device_lacks_does_not_compile(string what, string source, string error)
    {
        var (exit, output, _) = Compile(source);

        Assert.True(exit != 0, $"{what} compiled");
        Assert.Contains(error, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generic type", "public class C<T> { }", "generic type C`1")]
    [InlineData("generic method", "public class C { public T M<T>(T x) { return x; } public int N() { return M<int>(1); } }", "generic method C.M")]
    [InlineData("Action<T>", "namespace System { public delegate void Action<T>(T x); } public class C { public System.Action<int> F; }", "generic instantiation in field C.F")]
    [InlineData("int[,]", "public class C { public int[,] F; }", "multidimensional array in field C.F")]
    [InlineData("switch", "public class C { public static string M(int x) { switch (x) { CASES default: return null; } } }", "switch of more than 255 cases in C.M")]
    public void What_compiles_but_crashes_the_device_is_found_in_the_assembly(string what, string source, string violation)
    {
        source = source.Replace("CASES", string.Concat(Enumerable.Range(0, 256).Select(i => $"case {i}: return \"{i}\"; ")), StringComparison.Ordinal);
        var (exit, output, assembly) = Compile(source);

        Assert.True(exit == 0, $"{what} did not compile: {output}");
        Assert.Contains(violation, DeviceSubset.Violations(assembly));
    }

    [Theory]
    [InlineData("-p:NanoCoreLibraryVersion=9.9.9", "is not here")]
    [InlineData("-p:NanoCoreLibraryHash=00", "not 00 as firmware/nano/Versions.props pins it")]
    public void Device_code_compiles_against_the_core_library_that_is_pinned_and_no_other(string property, string says)
    {
        var (exit, output, _) = Compile("class C { }", property);

        Assert.NotEqual(0, exit);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    // Builds the Protocol device project with one more source file, into a folder of its own.
    private static (int Exit, string Output, string Assembly) Compile(string source, params string[] properties)
    {
        using var directory = new TemporaryDirectory();
        var keep = Directory.CreateTempSubdirectory("fieldnode-probe-").FullName;
        var file = directory.File("Probe.cs");
        File.WriteAllText(file, source);
        var project = Path.Combine(Repository.Root, "firmware", "FieldNode.Protocol", "FieldNode.Protocol.nfproj");
        var (exit, output) = Repository.Run("dotnet", directory.Path, ["build", project, "--nologo", $"-p:NanoProbeSource={file}", "-p:TreatWarningsAsErrors=false",
            $"-p:IntermediateOutputPath={keep}/obj/", $"-p:OutputPath={keep}/bin/", .. properties]);
        return (exit, output, Path.Combine(keep, "bin", "FieldNode.Protocol.dll"));
    }
}
