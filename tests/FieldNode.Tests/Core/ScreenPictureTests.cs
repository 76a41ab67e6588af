using FieldNode.Core.Screens;
using FieldNode.Simulator.Panel;
using FieldNode.Tests.Support;
using SkiaSharp;

namespace FieldNode.Tests.Core;

/// <summary>
/// Every screen in both languages, pixel by pixel as in tests/fixtures/screens, which docs/screens.md shows. After an intended change, run
/// FIELDNODE_WRITE_PICTURES=1 bash tests/run.sh --filter-class '*ScreenPictureTests' and review the pictures.
/// </summary>
public sealed class ScreenPictureTests
{
    private const int SheetColumns = 5;

    private static readonly (byte Language, string Name)[] s_languages = [(ScreenWords.English, "en"), (ScreenWords.Chinese, "zh")];
    private static readonly bool s_writes = Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") == "1";

    [Fact]
    public void Every_screen_is_the_picture_kept_of_it()
    {
        foreach (var (language, name) in s_languages)
        {
            foreach (var sample in ScreenSamples.All())
            {
                var path = Path.Combine(Repository.Root, "tests", "fixtures", "screens", name, sample.Name + ".png");
                var canvas = Paint(sample.Screen, language);
                if (s_writes)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.WriteAllBytes(path, ScreenPng.Encode(canvas));
                }

                Assert.True(File.Exists(path) && IsSame(File.ReadAllBytes(path), ScreenPng.Encode(canvas)),
                    $"{path} is not what the screen shows: see the class comment");
            }

            var pictures = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "fixtures", "screens", name))
                .Select(Path.GetFileNameWithoutExtension);
            Assert.Equal(ScreenSamples.All().Select(sample => sample.Name).Order(StringComparer.Ordinal),
                pictures.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_page_shows_all_of_them_and_says_when()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "screens.md"));
        foreach (var (language, name) in s_languages)
        {
            var path = Path.Combine(Repository.Root, "docs", "images", $"screens-{name}.png");
            var sheet = ScreenStrip.Encode([.. ScreenSamples.All().Select(sample => Paint(sample.Screen, language))], SheetColumns);
            if (s_writes)
            {
                File.WriteAllBytes(path, sheet);
            }

            Assert.True(IsSame(File.ReadAllBytes(path), sheet), $"{path} differs from the screens: see the class comment");
        }

        var number = 0;
        Assert.All(ScreenSamples.All(),
            sample => Assert.Contains($"| {++number} | {sample.Name} | {sample.When} |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_kind_of_screen_is_among_them_and_no_two_look_alike()
    {
        var samples = ScreenSamples.All();

        Assert.Equal(Enumerable.Range(0, ScreenKind.Last + 1), samples.Select(sample => (int)sample.Screen.Kind).Distinct().Order());
        foreach (var (language, _) in s_languages)
        {
            Assert.Equal(samples.Count, samples.Select(sample => Convert.ToHexString(Paint(sample.Screen, language).Bytes))
                .Distinct().Count());
        }
    }

    /// <summary>A word that overflows on the right lights part of a glyph in the last column, or is wider than the glass.</summary>
    [Fact]
    public void No_screen_is_clipped()
    {
        foreach (var (language, name) in s_languages)
        {
            Assert.All(ScreenSamples.All(), sample =>
            {
                var canvas = new Canvas();
                new ScreenPainter(language).Paint(sample.Screen, canvas);
                Assert.True(canvas.Clipped == 0, $"{name}/{sample.Name}: {canvas.Clipped} columns beyond the right edge");
            });
        }
    }

    private static Canvas Paint(Screen screen, byte language)
    {
        var canvas = new Canvas();
        new ScreenPainter(language).Paint(screen, canvas);
        return canvas;
    }

    private static bool IsSame(byte[] first, byte[] second)
    {
        using var a = SKBitmap.Decode(first);
        using var b = SKBitmap.Decode(second);
        return a.Width == b.Width && a.Height == b.Height && a.Pixels.AsSpan().SequenceEqual(b.Pixels);
    }
}
