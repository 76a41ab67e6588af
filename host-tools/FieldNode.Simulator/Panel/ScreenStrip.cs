using System.Globalization;
using FieldNode.Core.Screens;
using SkiaSharp;

namespace FieldNode.Simulator.Panel;

/// <summary>Several screens in one picture, row by row, each numbered above in the screens' own font.</summary>
public static class ScreenStrip
{
    private const int Margin = 16;
    private const int LabelScale = 2;
    private const int LabelHeight = 16 * LabelScale + 8;

    /// <param name="canvases">The screens, in order.</param>
    /// <param name="columns">Number of screens per row.</param>
    public static byte[] Encode(IReadOnlyList<Canvas> canvases, int columns = 3)
    {
        ArgumentNullException.ThrowIfNull(canvases);
        var pictures = canvases.Select(canvas => SKBitmap.Decode(ScreenPng.Encode(canvas))).ToList();
        var (width, height) = (pictures[0].Width + Margin, pictures[0].Height + LabelHeight + Margin);
        using var bitmap = new SKBitmap(columns * width + Margin, (pictures.Count + columns - 1) / columns * height + Margin);
        using (var surface = new SKCanvas(bitmap))
        using (var ink = new SKPaint { Color = new SKColor(0x20, 0x30, 0x40) })
        {
            surface.Clear(SKColors.White);
            for (var i = 0; i < pictures.Count; i++)
            {
                var (x, y) = (Margin + i % columns * width, Margin + i / columns * height);
                DrawNumber(surface, ink, i + 1, x, y);
                surface.DrawBitmap(pictures[i], x, y + LabelHeight, SKSamplingOptions.Default);
                pictures[i].Dispose();
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static void DrawNumber(SKCanvas surface, SKPaint ink, int number, int left, int top)
    {
        var label = new Canvas();
        var width = label.DrawText(number.ToString(CultureInfo.InvariantCulture), 0, 0);
        for (var y = 0; y < 16; y++)
        {
            for (var x = 0; x < width; x++)
            {
                if (label.IsLit(x, y))
                {
                    surface.DrawRect(left + x * LabelScale, top + y * LabelScale, LabelScale, LabelScale, ink);
                }
            }
        }
    }
}
