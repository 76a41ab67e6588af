using FieldNode.Fuzz;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Fuzz;

/// <summary>
/// The inputs that fuzzing found (tests/fuzz.sh) go through their parser in each run, also truncated and slightly changed.
/// </summary>
public sealed class CorpusTests
{
    private const int ChangesOfEach = 40;

    public static TheoryData<string> Names => [.. Targets.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_input_that_was_kept_is_read_without_a_crash(string target)
    {
        var random = new Random(Seed.Take(nameof(Every_input_that_was_kept_is_read_without_a_crash)));
        var files = Directory.GetFiles(Repository.Fixture($"fuzz/{target}"));

        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            Read(target, file, bytes);
            for (var change = 0; change < ChangesOfEach && bytes.Length > 0; change++)
            {
                var changed = bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(1, bytes.Length + 1) : bytes.Length).ToArray();
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
                Read(target, file, changed);
            }
        }
    }

    private static void Read(string target, string file, byte[] bytes)
    {
        var crash = Record.Exception(() => Targets.All[target](bytes));
        Assert.True(crash is null, $"{target}, {Path.GetFileName(file)} as "
            + $"{Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 4096)))}: {crash}");
    }
}
