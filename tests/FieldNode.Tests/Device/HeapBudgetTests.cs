using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using FieldNode.Device;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

/// <summary>
/// What the device's program keeps on the managed heap, calculated in the platform's heap blocks of 12 bytes on a 32-bit device: one for an
/// object and one for each of its fields. An array has a head of 20 bytes, then its bytes, or a block for each reference. A literal has
/// only a head; its text stays in the program's image (nf-interpreter, nanoCLR_Runtime.h, CLR_RT_HeapBlock_String.cpp). An assembly has its
/// tables (CLR_RT_Assembly::CreateInstance) and a block for each static field. The platform's own assemblies are measured:
/// tests/fixtures/platform-heap.csv. Everything that the running program and the statics hold is counted.
/// </summary>
public sealed class HeapBudgetTests : NodeProgramBench
{
    /// <summary>
    /// Less than 1 KB above the current use: a change that adds that much has to justify it (docs/platform-notes.md, "Memory").
    /// </summary>
    private const int BudgetBytes = 118_500;

    private const int LargestBlockMax = 8_300;
    private const int BlockBytes = 12;
    private const int ArrayHeadBytes = 20;
    private const int AssemblyBytes = 132;
    private const int RuntimeBytes = 1_452; // measured: the runtime's threads and their stacks before Main

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _bytesByOwner = [];
    private int _largest;

    [Fact]
    public void The_running_program_with_its_assemblies_keeps_within_its_heap_budget()
    {
        Enrol();
        Board.Scan("ZZ00000001");
        Board.Scan(Person);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");

        Count(Board.Program!, "program");
        var objects = _bytesByOwner.Values.Sum();
        Say($"{objects,7:N0}  objects of the program");
        var (tables, statics) = (0, 0);
        foreach (var assembly in Ours())
        {
            var before = _bytesByOwner.Values.Sum();
            CountStatics(assembly);
            var (ofTables, slots) = Tables(assembly.GetName().Name!);
            (tables, statics) = (tables + ofTables, statics + slots + _bytesByOwner.Values.Sum() - before);
            Say($"{ofTables,7:N0}  tables, {slots:N0} static fields, {_bytesByOwner.Values.Sum() - before:N0} their objects: "
                + $"{assembly.GetName().Name}");
        }

        var platform = Platform().Sum(row => row.Bytes);
        Say($"{platform,7:N0}  the platform's {Platform().Count} assemblies");
        foreach (var (owner, bytes) in _bytesByOwner.OrderByDescending(pair => pair.Value).Take(12))
        {
            Say($"{bytes,7:N0}    {owner}");
        }

        var total = objects + tables + statics + platform + RuntimeBytes;
        Say($"{total,7:N0}  in all, of {BudgetBytes:N0}; the largest block is {_largest:N0}");
        Assert.InRange(total, BudgetBytes - 1_000, BudgetBytes);
        Assert.InRange(_largest, 1, LargestBlockMax);
    }

    [Fact]
    public void Each_package_of_the_program_is_measured()
    {
        var packages = XDocument.Load(Path.Combine(Repository.Root, "firmware", "FieldNode.Device", "packages.config")).Root!.Elements()
            .Select(package => (string)package.Attribute("id")!);

        Assert.Equal(packages.Order(),
            Platform().Select(row => row.Assembly == "mscorlib" ? "nanoFramework.CoreLibrary"
            : row.Assembly.StartsWith("nanoFramework.", StringComparison.Ordinal) ? row.Assembly : "nanoFramework." + row.Assembly)
            .Select(id => id == "nanoFramework.System.Net.Http" ? id + ".Client" : id).Order());
    }

    private static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static List<(string Assembly, int Bytes)> Platform()
    {
        return [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "fixtures", "platform-heap.csv"))
            .Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split(','))
            .Select(cells => (cells[0], cells.Skip(1).Sum(cell => int.Parse(cell, CultureInfo.InvariantCulture))))];
    }

    private static string DeviceAssembly(string assembly)
    {
        return Directory.GetFiles(Path.Combine(Repository.Root, "firmware", "FieldNode.Device", "bin", "nano", "Release"), assembly + ".*")
            .Single(path => Path.GetExtension(path) is ".dll" or ".exe");
    }

    // Sizes as the runtime lays out an assembly: 4 bytes for a reference, 8 for a type definition, 2 for a field or method definition.
    // Constants and attributes take no space.
    private static (int Tables, int Slots) Tables(string assembly)
    {
        using var file = new PEReader(File.OpenRead(DeviceAssembly(assembly)));
        var reader = file.GetMetadataReader();
        var constructors = reader.CustomAttributes.Select(handle => reader.GetCustomAttribute(handle).Constructor)
            .Where(handle => handle.Kind == HandleKind.MemberReference).ToHashSet();
        var attributes = constructors.Select(handle => reader.GetMemberReference((MemberReferenceHandle)handle).Parent).ToHashSet();
        var members = reader.MemberReferences.Count(handle => !constructors.Contains(handle));
        var types = reader.TypeReferences.Count(handle => !attributes.Contains(handle));
        var fields = reader.FieldDefinitions.Select(handle => reader.GetFieldDefinition(handle).Attributes)
            .Where(field => !field.HasFlag(FieldAttributes.Literal)).ToList();
        var bytes = AssemblyBytes + 4 * (reader.AssemblyReferences.Count + types + members) + 8 * (reader.TypeDefinitions.Count - 1)
            + 2 * fields.Count + 2 * reader.MethodDefinitions.Count;
        return (Rounded(bytes), BlockBytes * fields.Count(field => field.HasFlag(FieldAttributes.Static)));
    }

    private void CountStatics(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(DeviceAssembly(assembly.GetName().Name!)));
        var reader = file.GetMetadataReader();
        var onDevice = reader.TypeDefinitions.Select(reader.GetTypeDefinition)
            .Select(type => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}").ToHashSet();
        foreach (var type in assembly.GetTypes().Where(type => onDevice.Contains($"{type.Namespace}.{type.Name}")))
        {
            foreach (var field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                .Where(field => !field.IsLiteral))
            {
                Count(field.GetValue(null), type.Name);
            }
        }
    }

    private static Assembly[] Ours() => [typeof(FieldNode.Protocol.Frame).Assembly, typeof(FieldNode.Lane.LaneState).Assembly,
        typeof(FieldNode.Core.Node).Assembly, typeof(FieldNode.Drivers.W25Flash).Assembly, typeof(NodeProgram).Assembly];

    private void Count(object? value, string owner)
    {
        var isOurs = value is not null && (Ours().Contains(value.GetType().Assembly) || value is Array or string);
        if (value is null || !isOurs || !_seen.Add(value))
        {
            return; // models and .NET objects are not on the device
        }

        switch (value)
        {
            case string text:
                Add(owner, BlockBytes + (string.IsInterned(text) is null ? Rounded(text.Length + 1) : 0));
                break;
            case Array array when array.GetType().GetElementType()!.IsPrimitive:
                Add(owner, Rounded(ArrayHeadBytes + Buffer.ByteLength(array)));
                break;
            case Array array:
                Add(owner, Rounded(ArrayHeadBytes) + BlockBytes * array.Length);
                foreach (var element in (IEnumerable)array)
                {
                    Count(element, owner);
                }

                break;
            default:
                var fields = Fields(value.GetType()).ToList();
                Add(value.GetType().Name, BlockBytes * (1 + fields.Count));
                foreach (var field in fields.Where(field => !field.FieldType.IsPrimitive))
                {
                    Count(field.GetValue(value), value.GetType().Name);
                }

                break;
        }
    }

    private void Add(string owner, int bytes)
    {
        _largest = Math.Max(_largest, bytes);
        _bytesByOwner[owner] = _bytesByOwner.GetValueOrDefault(owner) + bytes;
    }

    private static int Rounded(int bytes) => (bytes + BlockBytes - 1) / BlockBytes * BlockBytes;

    private static IEnumerable<FieldInfo> Fields(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }
}
