using System.Reflection;
using System.Runtime.Loader;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace FieldNode.Tests.Timing;

/// <summary>
/// The firmware's assemblies with a counter in each straight run of instructions, so that a test knows how many the device would interpret.
/// They are loaded in a separate context, with the simulator and these tests; only text crosses its border.
/// </summary>
internal sealed class MeteredFirmware : AssemblyLoadContext
{
    public const string MeterType = "FieldNode.Metered.Meter";
    public const string Instructions = "Instructions";
    public const string Calls = "Calls";

    private static readonly string[] s_metered = ["FieldNode.Protocol", "FieldNode.Lane", "FieldNode.Core", "FieldNode.Drivers",
        "FieldNode.Device"];
    private static readonly string[] s_beside = ["FieldNode.Simulator", "FieldNode.Log", "FieldNode.Answers", "FieldNode.Host",
        "FieldNode.Tests", "FieldNode.DeviceTests"];
    private static readonly string s_folder = Path.GetDirectoryName(typeof(MeteredFirmware).Assembly.Location)!;

    /// <summary>Runs a static method of these tests, which takes and returns text, over the metered firmware.</summary>
    public static string Run(Type type, string method, string argument)
    {
        var tests = new MeteredFirmware().LoadFromAssemblyPath(Path.Combine(s_folder, "FieldNode.Tests.dll"));
        return (string)tests.GetType(type.FullName!, throwOnError: true)!.GetMethod(method,
            BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [argument])!;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(s_folder, assemblyName.Name + ".dll");
        if (s_metered.Contains(assemblyName.Name))
        {
            using var image = new MemoryStream(Metered(path));
            return LoadFromStream(image);
        }

        return s_beside.Contains(assemblyName.Name) ? LoadFromAssemblyPath(path) : null;
    }

    private static byte[] Metered(string path)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(path);
        var (instructions, calls) = Counters(assembly);
        foreach (var method in assembly.Modules.SelectMany(module => module.GetTypes()).SelectMany(type => type.Methods)
            .Where(method => method.HasBody))
        {
            Meter(method.Body, instructions, calls);
        }

        using var image = new MemoryStream();
        assembly.Write(image);
        return image.ToArray();
    }

    // Counts per thread: a host in the same process is not firmware.
    private static (FieldDefinition Instructions, FieldDefinition Calls) Counters(AssemblyDefinition assembly)
    {
        var module = assembly.MainModule;
        var type = new TypeDefinition("FieldNode.Metered", "Meter", Mono.Cecil.TypeAttributes.Public | Mono.Cecil.TypeAttributes.Abstract
            | Mono.Cecil.TypeAttributes.Sealed, module.TypeSystem.Object);
        var perThread = module.ImportReference(typeof(ThreadStaticAttribute).GetConstructor([])!);
        FieldDefinition Add(string name)
        {
            var field = new FieldDefinition(name, Mono.Cecil.FieldAttributes.Public | Mono.Cecil.FieldAttributes.Static,
                module.TypeSystem.Int64);
            field.CustomAttributes.Add(new CustomAttribute(perThread));
            type.Fields.Add(field);
            return field;
        }

        var counters = (Add(Instructions), Add(Calls));
        module.Types.Add(type);
        return counters;
    }

    private static void Meter(Mono.Cecil.Cil.MethodBody body, FieldDefinition instructions, FieldDefinition calls)
    {
        body.SimplifyMacros();
        var leaders = Leaders(body);
        var all = body.Instructions.ToList();
        var writer = body.GetILProcessor();
        for (var at = 0; at < all.Count;)
        {
            var end = at + 1;
            while (end < all.Count && !leaders.Contains(all[end]))
            {
                end++;
            }

            var run = all.GetRange(at, end - at);
            var first = Add(writer, run[0], instructions, run.Count(instruction => instruction.OpCode != OpCodes.Nop));
            var calling = run.Count(instruction => instruction.OpCode.FlowControl == FlowControl.Call);
            if (calling > 0)
            {
                Add(writer, run[0], calls, calling);
            }

            Redirect(body, run[0], first);
            at = end;
        }

        body.OptimizeMacros();
    }

    private static Instruction Add(ILProcessor writer, Instruction before, FieldDefinition counter, int count)
    {
        var first = writer.Create(OpCodes.Ldsfld, counter);
        foreach (var instruction in (Instruction[])[first, writer.Create(OpCodes.Ldc_I8, (long)count), writer.Create(OpCodes.Add),
            writer.Create(OpCodes.Stsfld, counter)])
        {
            writer.InsertBefore(before, instruction);
        }

        return first;
    }

    private static HashSet<Instruction> Leaders(Mono.Cecil.Cil.MethodBody body)
    {
        var leaders = new HashSet<Instruction> { body.Instructions[0] };
        foreach (var instruction in body.Instructions)
        {
            switch (instruction.Operand)
            {
                case Instruction target:
                    leaders.Add(target);
                    break;
                case Instruction[] targets:
                    leaders.UnionWith(targets);
                    break;
                default:
                    break;
            }

            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw
                && instruction.Next is not null)
            {
                leaders.Add(instruction.Next);
            }
        }

        leaders.UnionWith(body.ExceptionHandlers.SelectMany(handler =>
            (Instruction?[])[handler.TryStart, handler.TryEnd, handler.HandlerStart, handler.HandlerEnd, handler.FilterStart])
            .OfType<Instruction>());
        return leaders;
    }

    private static void Redirect(Mono.Cecil.Cil.MethodBody body, Instruction from, Instruction to)
    {
        foreach (var instruction in body.Instructions)
        {
            if (instruction.Operand == from)
            {
                instruction.Operand = to;
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                instruction.Operand = Array.ConvertAll(targets, target => target == from ? to : target);
            }
        }

        foreach (var handler in body.ExceptionHandlers)
        {
            handler.TryStart = handler.TryStart == from ? to : handler.TryStart;
            handler.TryEnd = handler.TryEnd == from ? to : handler.TryEnd;
            handler.HandlerStart = handler.HandlerStart == from ? to : handler.HandlerStart;
            handler.HandlerEnd = handler.HandlerEnd == from ? to : handler.HandlerEnd;
            handler.FilterStart = handler.FilterStart == from ? to : handler.FilterStart;
        }
    }
}
