using System.Globalization;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Hardware;

/// <summary>The printed parts are closed bodies of the size stated in the guide.</summary>
public sealed class EnclosureTests
{
    [Fact]
    public void Every_printed_part_is_a_closed_body()
    {
        using var directory = new TemporaryDirectory();
        var (exit, output) = Repository.Run("bash", Repository.Root, "hardware/rev-b/render.sh", directory.Path);
        Assert.True(exit == 0, output);

        foreach (var part in new[] { "body", "front", "lane-clip" })
        {
            var triangles = Triangles(directory.File(part + ".stl"));

            Assert.True(triangles.Count > 100, $"{part} has {triangles.Count} triangles");
            AssertManifold(part, triangles);
        }

        var body = Triangles(directory.File("body.stl")).SelectMany(triangle => triangle).ToList();
        Assert.Equal((87, 155), (Size(body.Select(point => point.X)), Size(body.Select(point => point.Y))));
    }

    // Each edge belongs to two triangles that run along it in opposite directions.
    private static void AssertManifold(string part, List<(double X, double Y, double Z)[]> triangles)
    {
        var edges = new Dictionary<((double, double, double), (double, double, double)), int>();
        foreach (var triangle in triangles)
        {
            for (var i = 0; i < 3; i++)
            {
                var (from, to) = (triangle[i], triangle[(i + 1) % 3]);
                edges[(from, to)] = edges.GetValueOrDefault((from, to)) + 1;
                edges[(to, from)] = edges.GetValueOrDefault((to, from)) - 1;
            }
        }

        Assert.True(edges.Values.All(balance => balance == 0), $"{part} has {edges.Values.Count(balance => balance != 0)} open edges");
    }

    private static int Size(IEnumerable<double> along)
    {
        var all = along.ToList();
        return (int)Math.Round(all.Max() - all.Min());
    }

    private static List<(double X, double Y, double Z)[]> Triangles(string path)
    {
        return [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.StartsWith("vertex ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')).Select(word => (At(word[1]), At(word[2]), At(word[3]))).Chunk(3)];

        static double At(string word) => double.Parse(word, CultureInfo.InvariantCulture);
    }
}
