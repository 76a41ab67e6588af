using System.Collections;
using System.Reflection;
using FieldNode.Device;

namespace FieldNode.Tests.Device;

/// <summary>
/// What the device's program keeps on the managed heap, reckoned in the platform's heap blocks: 12 bytes each on a 32-bit device, one for an
/// object and one for each of its fields; an array has a head of 20 bytes, then its bytes, or a block for each reference (nf-interpreter,
/// nanoCLR_Runtime.h). A literal is a head only: its text stays in the program's image (CLR_RT_HeapBlock_String.cpp). Everything that can be reached from the running program and from its classes' statics is counted.
/// </summary>
public sealed class HeapBudgetTests : NodeProgramBench
{
    /// <summary>Of about 90 KB that a WROOM-32 has; the rest is the platform's: its own classes, Wi-Fi, TLS and HTTP (docs/platform-notes.md).</summary>
    private const int BudgetBytes = 82_800;

    private const int BlockBytes = 12;
    private const int ArrayHeadBytes = 20;

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _bytesByOwner = [];

    [Fact]
    public void The_running_program_keeps_within_its_heap_budget()
    {
        Enrol();
        Board.Scan("ZZ00000001");
        Board.Scan(Person);
        Board.RunUntil(() => Node.Log.UnackedRecords == 0, "uploaded");

        Count(Board.Program!, "program");
        foreach (var type in Ours().SelectMany(assembly => assembly.GetTypes()).Where(type => !type.Name.StartsWith('<')))
        {
            foreach (var field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Where(field => !field.IsLiteral))
            {
                Count(field.GetValue(null), type.Name);
            }
        }

        foreach (var (owner, bytes) in _bytesByOwner.OrderByDescending(pair => pair.Value).Take(12))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{bytes,7:N0}  {owner}");
        }

        var total = _bytesByOwner.Values.Sum();
        TestContext.Current.TestOutputHelper?.WriteLine($"{total,7:N0}  in all, of {BudgetBytes:N0}");
        Assert.InRange(total, 20_000, BudgetBytes);
    }

    private static Assembly[] Ours() => [typeof(FieldNode.Protocol.Frame).Assembly, typeof(FieldNode.Core.Node).Assembly, typeof(FieldNode.Drivers.W25Flash).Assembly, typeof(NodeProgram).Assembly];

    private void Count(object? value, string owner)
    {
        var isOurs = value is not null && (Ours().Contains(value.GetType().Assembly) || value is Array or string);
        if (value is null || !isOurs || !_seen.Add(value))
        {
            return; // models and their .NET are not on the device
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
        _bytesByOwner[owner] = _bytesByOwner.GetValueOrDefault(owner) + bytes;
    }

    private static int Rounded(int bytes) => (bytes + BlockBytes - 1) / BlockBytes * BlockBytes;

    private static IEnumerable<FieldInfo> Fields(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }
}
