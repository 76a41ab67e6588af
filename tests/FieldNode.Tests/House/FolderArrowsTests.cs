using Mono.Cecil;

namespace FieldNode.Tests.House;

/// <summary>References between the folders of a project have no cycles. References in the compiled code count.</summary>
public sealed class FolderArrowsTests
{
    [Theory]
    [InlineData("FieldNode.Protocol")]
    [InlineData("FieldNode.Core")]
    [InlineData("FieldNode.Log")]
    [InlineData("FieldNode.Answers")]
    [InlineData("FieldNode.Host")]
    [InlineData("FieldNode.Simulator")]
    [InlineData("fieldnode")]
    public void No_folder_leads_back_to_itself(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        var arrows = Arrows(module);


        Assert.True(Cycle(arrows) is not { } cycle,
            $"{string.Join(" -> ", Cycle(arrows) ?? [])}: "
            + string.Join("; ", Steps(Cycle(arrows) ?? []).Select(step =>
                $"{step.From} -> {step.To} by {string.Join(", ", Reasons(module, step.From, step.To).Take(4))}")));
    }

    [Fact]
    public void An_arrow_back_is_found()
    {
        Dictionary<string, HashSet<string>> arrows = new() { ["A"] = ["B"], ["B"] = ["C"], ["C"] = ["D", "B"], ["D"] = [] };

        Assert.Equal(["B", "C", "B"], Cycle(arrows));
        arrows["C"].Remove("B");
        Assert.Null(Cycle(arrows));
    }

    private static IEnumerable<(string From, string To)> Steps(IReadOnlyList<string> cycle) => cycle.Zip(cycle.Skip(1));

    private static Dictionary<string, HashSet<string>> Arrows(ModuleDefinition module)
    {
        var arrows = new Dictionary<string, HashSet<string>>();
        foreach (var (from, to, _) in References(module))
        {
            arrows.TryAdd(from, []);
            arrows[from].Add(to);
        }

        return arrows;
    }

    private static IEnumerable<string> Reasons(ModuleDefinition module, string from, string to) =>
        References(module).Where(one => one.From == from && one.To == to).Select(one => one.Type).Distinct();

    // The references between two folders of the same project: from, to, and by which type.
    private static IEnumerable<(string From, string To, string Type)> References(ModuleDefinition module)
    {
        foreach (var type in module.GetTypes())
        {
            var from = NamespaceOf(type);
            foreach (var used in Used(type).SelectMany(Parts))
            {
                if (used.Scope == module && NamespaceOf(used) is var to && from.Length > 0 && to.Length > 0 && to != from)
                {
                    yield return (from, to, $"{type.Name} uses {used.Name}");
                }
            }
        }
    }

    private static IEnumerable<TypeReference?> Used(TypeDefinition type)
    {
        return [type.BaseType, .. type.Interfaces.Select(one => one.InterfaceType), .. type.Fields.Select(field => field.FieldType),
            .. type.Methods.SelectMany(Used)];
    }

    private static IEnumerable<TypeReference?> Used(MethodDefinition method)
    {
        yield return method.ReturnType;
        foreach (var parameter in method.Parameters)
        {
            yield return parameter.ParameterType;
        }

        if (!method.HasBody)
        {
            yield break;
        }

        foreach (var variable in method.Body.Variables)
        {
            yield return variable.VariableType;
        }

        foreach (var operand in method.Body.Instructions.Select(instruction => instruction.Operand))
        {
            switch (operand)
            {
                case TypeReference used:
                    yield return used;
                    break;
                case MethodReference used:
                    yield return used.DeclaringType;
                    foreach (var argument in (used as GenericInstanceMethod)?.GenericArguments ?? [])
                    {
                        yield return argument;
                    }

                    break;
                case FieldReference used:
                    yield return used.DeclaringType;
                    break;
                default:
                    break;
            }
        }
    }

    // A type and the types it is composed of.
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => [.. Parts(generic.ElementType), .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification made => Parts(made.ElementType),
        _ => [type],
    };

    private static string NamespaceOf(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.Namespace;
    }

    private static List<string>? Cycle(Dictionary<string, HashSet<string>> arrows)
    {
        var done = new HashSet<string>();
        List<string>? Walk(List<string> way)
        {
            foreach (var next in arrows.GetValueOrDefault(way[^1], []).Order(StringComparer.Ordinal))
            {
                if (way.IndexOf(next) is >= 0 and var at)
                {
                    return [.. way[at..], next];
                }

                if (!done.Contains(next) && Walk([.. way, next]) is { } found)
                {
                    return found;
                }
            }

            done.Add(way[^1]);
            return null;
        }

        return arrows.Keys.Order(StringComparer.Ordinal).Select(start => done.Contains(start) ? null : Walk([start]))
            .FirstOrDefault(found => found is not null);
    }
}
