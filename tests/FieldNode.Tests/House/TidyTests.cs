using System.Text.RegularExpressions;
using System.Xml.Linq;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.House;

/// <summary>House rules that a machine can check. The size limits are ratchets: lower them, never raise them.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 300;
    private const int FunctionLinesMax = 60;
    private const int ColumnsMax = 140;

    [Fact]
    public void No_file_is_too_long()
    {
        var tooLong = Sources().Select(path => (path, lines: File.ReadLines(path).Count()))
            .Where(file => file.lines > FileLinesMax).ToList();

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_line_is_too_wide()
    {
        var tooWide = Sources().Where(path => !path.Contains("/contract/", StringComparison.Ordinal))
            .SelectMany(path => File.ReadLines(path).Index().Where(line => line.Item.Length > ColumnsMax && !MayBeWide().IsMatch(line.Item))
                .Select(line => $"{path}:{line.Index + 1}: {line.Item.Length} columns, at most {ColumnsMax}"));

        Assert.Empty(tooWide);
    }

    [Fact]
    public void No_function_is_too_long()
    {
        var tooLong = new List<string>();
        foreach (var path in Sources())
        {
            var lines = File.ReadAllLines(path);
            for (var i = 0; i < lines.Length; i++)
            {
                var indent = lines[i].Length - lines[i].TrimStart().Length;
                if (lines[i].Trim() == "{" && indent >= 4 && i > 0 && !lines[i - 1].Contains("class ", StringComparison.Ordinal)
                    && Signature().IsMatch(lines[i - 1]))
                {
                    // Also matches the end of an initializer.
                    var end = Array.FindIndex(lines, i, line => line.StartsWith(new string(' ', indent) + "}", StringComparison.Ordinal));
                    var count = lines[(i + 1)..end].Count(line => !TableRow().IsMatch(line));
                    if (count > FunctionLinesMax)
                    {
                        tooLong.Add($"{path}:{i}: {count} lines, at most {FunctionLinesMax}");
                    }
                }
            }
        }

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Nothing_is_called_manager_helper_or_utils_and_nothing_is_left_to_do()
    {
        var word = ForbiddenWord();
        var found = Sources().Where(path => !path.EndsWith("TidyTests.cs", StringComparison.Ordinal)
            && !path.Contains("/contract/", StringComparison.Ordinal)
            && !path.Contains("/DotNet/TestFramework.cs", StringComparison.Ordinal)
            && (word.IsMatch(File.ReadAllText(path)) || word.IsMatch(Path.GetFileName(path)))).ToList();

        Assert.Empty(found);
    }

    [Fact]
    public void Every_dependency_has_its_reason()
    {
        var reasons = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dependencies.md"));
        var packages = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(element => element.Attribute("Include")!.Value);

        Assert.All(packages, package => Assert.Contains($"| {package} |", reasons, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Sources()
    {
        return Directory.GetFiles(Repository.Root, "*.cs", SearchOption.AllDirectories).Where(IsOurs)
            .Where(path => !path.EndsWith("Glyphs.cs", StringComparison.Ordinal));
    }

    private static bool IsOurs(string path)
    {
        return !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\)\s*(where .*)?$")]
    private static partial Regex Signature();

    // ASCII pictures of bytes, and data texts that cannot be broken.
    [GeneratedRegex("""^\s*///.*(\+--|\|.*\||   \d)|\"{3}|\[(GeneratedRegex|InlineData)\(""")]
    private static partial Regex MayBeWide();

    // A switch that only returns words counts as a table.
    [GeneratedRegex(@"^\s*case [^:]+: return .*"".*"";$")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"\b((class|record|struct|interface|enum)\s+\w*(Manager|Helpers?|Utils?)|TODO|FIXME)\b")]
    private static partial Regex ForbiddenWord();
}
