namespace FieldNode.Tests.Support;

/// <summary>
/// The subdistrict's day of 22,000 people, which takes a while: run once by the real command, for all tests that look at it. None of them
/// changes it.
/// </summary>
internal static class SubdistrictDay
{
    private static readonly TemporaryDirectory s_directory = new();
    private static readonly Lazy<(int Exit, string Output, string Error)> s_run =
        new(() => Tool.Run("demo", "--scenario", "subdistrict", "--out", Out, "--json"));

    public static (int Exit, string Output, string Error) Result => s_run.Value;

    private static string Out => s_directory.File("day");

    /// <summary>A copy of all that it left.</summary>
    public static void CopyTo(string directory)
    {
        _ = Result;
        foreach (var path in Directory.EnumerateFiles(Out, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(directory, Path.GetRelativePath(Out, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    public static void Dispose() => s_directory.Dispose();
}
