using FieldNode.Core.Screens;
using FieldNode.Simulator.Panel;
using FieldNode.Tests.Support;
using SkiaSharp;

namespace FieldNode.Tests.House;

/// <summary>The README's first screen: its output is real, and its picture shows the current screens and page.</summary>
public sealed class ReadmeTests
{
    private const int Width = 1000;
    private const int Height = 346;
    private const int GlassWidth = 320;
    private const int Seam = 12;

    private static readonly string s_readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void It_shows_the_demos_real_output()
    {
        var shown = s_readme.Split("```")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Where(line => !line.StartsWith('$')).ToList();
        var printed = SharedDay.Site.Result.Output.Split('\n');

        Assert.True(shown.Count >= 2, "the search for output finds too little");
        Assert.All(shown, line => Assert.Contains(line, printed));
    }

    /// <summary>After a change of screens or page, run with FIELDNODE_WRITE_PICTURES=1 and review the picture.</summary>
    [Fact]
    public void Its_picture_is_of_the_screens_and_the_page()
    {
        var path = Path.Combine(Repository.Root, "docs", "images", "readme.png");
        using var drawn = Draw();
        if (Environment.GetEnvironmentVariable("FIELDNODE_WRITE_PICTURES") == "1")
        {
            using var data = drawn.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(path, data.ToArray());
        }

        using var kept = SKBitmap.Decode(path);
        Assert.True(kept is not null && (kept.Width, kept.Height) == (drawn.Width, drawn.Height) && kept.Pixels.AsSpan()
            .SequenceEqual(drawn.Pixels), $"{path} is not what screens and page show: see above");
    }

    // Two screens of a lane on the left, the coordinator's page on the right.
    private static SKBitmap Draw()
    {
        var bitmap = new SKBitmap(Width, Height);
        using var surface = new SKCanvas(bitmap);
        surface.Clear(SKColors.White);
        (string Name, byte Language)[] screens = [("confirmed", ScreenWords.Chinese), ("lane", ScreenWords.English)];
        var sampling = new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        var top = 0f;
        foreach (var (name, language) in screens)
        {
            using var glass = SKImage.FromEncodedData(ScreenPng.Encode(ScreenSamples.All().First(sample => sample.Name == name).Screen,
                language));
            var height = GlassWidth * (float)glass.Height / glass.Width;
            surface.DrawImage(glass, SKRect.Create(0, top, GlassWidth, height), sampling);
            top += height + Seam;
        }

        using var page = SKImage.FromEncodedData(Path.Combine(Repository.Root, "docs", "images", "page-board-en-1280.png"));
        var width = Width - GlassWidth - Seam;
        var shown = SKRect.Create(0, 0, page.Width, page.Width * (float)(Height - 2) / (width - 2));
        surface.DrawImage(page, shown, SKRect.Create(GlassWidth + Seam + 1, 1, width - 2, Height - 2), sampling);
        using var frame = new SKPaint { Style = SKPaintStyle.Stroke, Color = new SKColor(0xC8, 0xCC, 0xD2) };
        surface.DrawRect(GlassWidth + Seam + 0.5f, 0.5f, width - 1, Height - 1, frame);
        return bitmap;
    }
}
