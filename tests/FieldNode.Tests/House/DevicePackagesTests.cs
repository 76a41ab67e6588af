using System.Text.RegularExpressions;
using System.Xml.Linq;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>The device packages: pinned in one place, repeated where NuGet looks, each with its reason.</summary>
public sealed partial class DevicePackagesTests
{
    private static readonly Dictionary<string, string> s_versions =
        XDocument.Load(Path.Combine(Repository.Root, "firmware", "nano", "Versions.props")).Descendants()
        .Where(element => element.Name.LocalName.EndsWith("Version", StringComparison.Ordinal))
            .ToDictionary(element => element.Name.LocalName, element => element.Value);

    public static TheoryData<string> Projects =>
        [.. Directory.GetFiles(Repository.Root, "*.nfproj", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repository.Root, path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_reference_of_a_device_project_is_in_its_packages_file_with_the_pinned_version(string project)
    {
        var path = Path.Combine(Repository.Root, project);
        var packages = XDocument.Load(Path.Combine(Path.GetDirectoryName(path)!, "packages.config")).Descendants("package")
            .ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);
        var references = PackageReference().Matches(File.ReadAllText(path))
            .Select(match => (Id: match.Groups[1].Value, Version: s_versions[match.Groups[2].Value])).Distinct().ToList();

        Assert.Equal(references.Append(("nanoFramework.CoreLibrary", s_versions["NanoCoreLibraryVersion"])).Order(),
            packages.Select(package => (package.Key, package.Value)).Order());
    }

    [Fact]
    public void Every_device_package_has_its_reason()
    {
        var reasons = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dependencies.md"));
        var packages = Directory.GetFiles(Repository.Root, "packages.config", SearchOption.AllDirectories)
            .SelectMany(path => XDocument.Load(path).Descendants("package"))
            .Select(element => element.Attribute("id")!.Value).Distinct().ToList();

        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Contains(package, reasons, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\$\(NanoPackagesPath\)([\w.]+?)\.\$\((Nano\w+Version)\)")]
    private static partial Regex PackageReference();
}
