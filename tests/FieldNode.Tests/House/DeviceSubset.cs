using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace FieldNode.Tests.House;

/// <summary>
/// Finds code that compiles for the device but crashes or hangs it (nanoFramework 1.x): generic types, methods and instantiations,
/// multidimensional arrays, default interface methods, long switches. Reads a compiled assembly's metadata and code.
/// </summary>
internal static class DeviceSubset
{
    /// <summary>Every violation, in words; empty if the device can run the assembly.</summary>
    public static List<string> Violations(string assemblyPath)
    {
        using var stream = File.OpenRead(assemblyPath);
        using var pe = new PEReader(stream);
        var reader = pe.GetMetadataReader();
        var violations = new List<string>();
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            var name = reader.GetString(type.Name);
            if (type.GetGenericParameters().Count > 0)
            {
                violations.Add($"generic type {name}");
            }

            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
            {
                CheckMethod(reader, type, name, method, violations);
            }

            foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
            {
                CheckSignature(reader.GetBlobReader(field.Signature), $"field {name}.{reader.GetString(field.Name)}", violations);
            }
        }

        for (var row = 1; row <= reader.GetTableRowCount(TableIndex.MethodSpec); row++)
        {
            violations.Add($"call of a generic method (MethodSpec {row})");
        }

        for (var row = 1; row <= reader.GetTableRowCount(TableIndex.TypeSpec); row++)
        {
            var signature = reader.GetTypeSpecification(MetadataTokens.TypeSpecificationHandle(row)).Signature;
            CheckType(reader.GetBlobReader(signature), $"type specification {row}", violations);
        }

        violations.AddRange(LongSwitches(assemblyPath));
        return violations;
    }

    // The device's bytecode stores the number of a switch's cases in one byte (nf-interpreter, Interpreter.cpp, CEE_SWITCH): with more than
    // 255 it jumps to a wrong address.
    private static List<string> LongSwitches(string assemblyPath)
    {
        using var module = Mono.Cecil.ModuleDefinition.ReadModule(assemblyPath);
        return [.. module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions
            .Where(instruction => instruction.Operand is Mono.Cecil.Cil.Instruction[] { Length: > 255 })
                .Select(_ => $"switch of more than 255 cases in {method.DeclaringType.Name}.{method.Name}"))];
    }

    private static void CheckMethod(MetadataReader reader, TypeDefinition type, string typeName, MethodDefinition method,
        List<string> violations)
    {
        var name = $"{typeName}.{reader.GetString(method.Name)}";
        if (method.GetGenericParameters().Count > 0)
        {
            violations.Add($"generic method {name}");
        }

        if (type.Attributes.HasFlag(TypeAttributes.Interface) && method.RelativeVirtualAddress != 0)
        {
            violations.Add($"default interface method {name}");
        }

        CheckSignature(reader.GetBlobReader(method.Signature), $"method {name}", violations);
    }

    private static void CheckSignature(BlobReader blob, string where, List<string> violations)
    {
        blob.ReadSignatureHeader();
        CheckType(blob, where, violations);
    }

    // Element types of ECMA-335 II.23.1.16: 0x14 multidimensional array, 0x15 generic instantiation, 0x13 and 0x1E generic parameters.
    private static void CheckType(BlobReader blob, string where, List<string> violations)
    {
        while (blob.RemainingBytes > 0)
        {
            var element = blob.ReadCompressedInteger();
            switch (element)
            {
                case 0x11 or 0x12 when blob.RemainingBytes > 0:
                    blob.ReadCompressedInteger(); // a type's token, not an element
                    break;
                case 0x14:
                    violations.Add($"multidimensional array in {where}");
                    return;
                case 0x15:
                    violations.Add($"generic instantiation in {where}");
                    return;
                case 0x13 or 0x1E:
                    violations.Add($"generic parameter in {where}");
                    return;
                default:
                    break;
            }
        }
    }
}
