using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using FieldNode.Lane;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>Which project may reference which (docs/architecture.md).</summary>
public sealed class ArrowsTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["FieldNode.Protocol"] = [],
        ["FieldNode.Lane"] = ["FieldNode.Protocol"],
        ["FieldNode.Core"] = ["FieldNode.Lane", "FieldNode.Protocol"],
        ["FieldNode.Drivers"] = ["FieldNode.Core", "FieldNode.Lane", "FieldNode.Protocol"],
        ["FieldNode.BringUp"] = ["FieldNode.Core", "FieldNode.Device", "FieldNode.Drivers", "FieldNode.Lane", "FieldNode.Protocol"],
        ["FieldNode.Device"] = ["FieldNode.Core", "FieldNode.Drivers", "FieldNode.Lane", "FieldNode.Protocol"],
        ["FieldNode.Log"] = ["FieldNode.Protocol"],
        ["FieldNode.Answers"] = ["FieldNode.Lane", "FieldNode.Log", "FieldNode.Protocol"],
        ["FieldNode.Host"] = ["FieldNode.Answers", "FieldNode.Lane", "FieldNode.Log", "FieldNode.Protocol"],
        ["FieldNode.Simulator"] = ["FieldNode.Core", "FieldNode.Lane", "FieldNode.Protocol"],
        ["FieldNode.Cli"] = ["FieldNode.Host", "FieldNode.Simulator"],
        ["FieldNode.DeviceTests"] = ["FieldNode.Core", "FieldNode.Lane", "FieldNode.Protocol"],
        ["FieldNode.Tests"] = ["FieldNode.BringUp", "FieldNode.Cli", "FieldNode.Device", "FieldNode.DeviceTests", "FieldNode.Drivers",
            "FieldNode.Fuzz"],
        ["FieldNode.Fuzz"] = ["FieldNode.Cli", "FieldNode.DeviceTests"],
        ["FieldNode.Benchmarks"] = ["FieldNode.Cli", "FieldNode.Simulator"],
    };

    [Fact]
    public void Every_project_points_only_where_it_may()
    {
        var projects = Directory.GetFiles(Repository.Root, "*.*proj", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) || path.EndsWith(".nfproj", StringComparison.Ordinal))
                .ToList();

        Assert.NotEmpty(projects);
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var references = XDocument.Load(project).Descendants().Where(element => element.Name.LocalName == "ProjectReference")
                .Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value.Replace('\\', '/')));
            Assert.True(s_allowed.TryGetValue(name, out var allowed), $"{name} is missing from the allowed references in this test");
            Assert.All(references, reference => Assert.Contains(reference, allowed));
        }
    }

    // What a lane knows is a field of LaneState. A host that counts the same again has a second interpretation of the log; boards once
    // disagreed about an empty tube that was undone.
    [Theory]
    [InlineData("FieldNode.Answers")]
    [InlineData("FieldNode.Host")]
    public void No_word_of_the_lane_has_a_second_home(string project)
    {
        var words = typeof(LaneState).GetMembers().Where(member => member is FieldInfo { IsLiteral: false } or PropertyInfo)
            .Select(member => member.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var kept = Assembly.Load(project).GetTypes().Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)))
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsInitOnly && field.FieldType.IsPrimitive && words.Contains(field.Name.TrimStart('_')))
            .Select(field => $"{field.DeclaringType}.{field.Name}");

        Assert.Contains(nameof(LaneState.Queue), words);
        Assert.Empty(kept);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "FieldNode.sln"));
        var projects = Directory.GetFiles(Repository.Root, "*.*proj", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) || path.EndsWith(".nfproj", StringComparison.Ordinal));

        Assert.All(projects, project => Assert.Contains(Path.GetRelativePath(Repository.Root, project).Replace('/', '\\'), solution,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_is_locked_to_the_bytes_of_its_packages()
    {
        var (exit, output) = Repository.Run("git", Repository.Root, "ls-files", "*.csproj", "*packages.lock.json");
        Assert.Equal(0, exit);
        var files = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var projects = files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.Contains(Path.GetDirectoryName(project)!.Replace('\\', '/') + "/packages.lock.json", files));
        Assert.Contains("-p:RestoreLockedMode=true", File.ReadAllText(Path.Combine(Repository.Root, "tests", "run.sh")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Device_projects_and_their_net_twins_compile_the_same_files()
    {
        foreach (var name in new[] { "FieldNode.Protocol", "FieldNode.Lane", "FieldNode.Core" })
        {
            var folder = Path.Combine(Repository.Root, "firmware", name);
            Assert.DoesNotContain("<Compile", File.ReadAllText(Path.Combine(folder, name + ".csproj")), StringComparison.Ordinal);
            Assert.DoesNotContain("<Compile", File.ReadAllText(Path.Combine(folder, name + ".nfproj")), StringComparison.Ordinal);
        }
    }
}
