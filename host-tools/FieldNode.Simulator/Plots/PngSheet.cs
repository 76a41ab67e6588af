using FieldNode.Core.Screens;
using SkiaSharp;

namespace FieldNode.Simulator.Plots;

/// <summary>A plot as PNG, with the letters of the node's screen: it needs no font of the machine.</summary>
internal sealed class PngSheet : ISheet, IDisposable
{
    private const int LetterHeight = 16;
    private const int Descent = 4;

    private readonly SKBitmap _bitmap;
    private readonly SKCanvas _surface;
    private readonly Canvas _letter = new();

    public PngSheet(int width, int height)
    {
        _bitmap = new SKBitmap(width, height);
        _surface = new SKCanvas(_bitmap);
        _surface.Clear(SKColors.White);
    }

    public void Box(float x, float y, float width, float height, string color)
    {
        using var paint = new SKPaint { Color = SKColor.Parse(color) };
        _surface.DrawRect(x, y, width, height, paint);
    }

    public void Line(IReadOnlyList<(float X, float Y)> points, string color, float width)
    {
        using var paint = new SKPaint { Color = SKColor.Parse(color), StrokeWidth = width, Style = SKPaintStyle.Stroke, IsAntialias = true };
        for (var i = 1; i < points.Count; i++)
        {
            _surface.DrawLine(points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y, paint);
        }
    }

    public void Text(string text, float x, float y, Align align, string color)
    {
        using var paint = new SKPaint { Color = SKColor.Parse(color) };
        var left = MathF.Round(x - (align switch { Align.Middle => WidthOf(text) / 2, Align.End => WidthOf(text), _ => 0 }));
        var top = MathF.Round(y) - LetterHeight + Descent;
        foreach (var letter in text)
        {
            _letter.Clear();
            var width = _letter.DrawChar(letter, 0, 0);
            for (var i = 0; i < width * LetterHeight; i++)
            {
                if (_letter.IsLit(i % width, i / width))
                {
                    _surface.DrawRect(left + i % width, top + i / width, 1, 1, paint);
                }
            }

            left += width;
        }
    }

    public float WidthOf(string text) => Canvas.TextWidth(text);

    public byte[] Encode()
    {
        using var data = _bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    public void Dispose()
    {
        _surface.Dispose();
        _bitmap.Dispose();
    }
}
