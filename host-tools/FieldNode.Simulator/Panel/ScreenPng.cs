using FieldNode.Core.Screens;
using SkiaSharp;

namespace FieldNode.Simulator.Panel;

/// <summary>Renders the OLED as a picture: each pixel is a light square with a dark gap, on black, like the real glass.</summary>
public static class ScreenPng
{
    private const int PixelSize = 4;
    private const int Border = 12;

    public static byte[] Encode(Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        using var bitmap = new SKBitmap(Canvas.Width * PixelSize + 2 * Border, Canvas.Height * PixelSize + 2 * Border);
        using (var surface = new SKCanvas(bitmap))
        using (var lit = new SKPaint { Color = new SKColor(0xE8, 0xF4, 0xFF) })
        {
            surface.Clear(new SKColor(0x0A, 0x0C, 0x10));
            for (var y = 0; y < Canvas.Height; y++)
            {
                for (var x = 0; x < Canvas.Width; x++)
                {
                    if (canvas.IsLit(x, y))
                    {
                        surface.DrawRect(Border + x * PixelSize, Border + y * PixelSize, PixelSize - 1, PixelSize - 1, lit);
                    }
                }
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Paints a screen in a language and encodes it as PNG.</summary>
    public static byte[] Encode(Screen screen, byte language)
    {
        var canvas = new Canvas();
        new ScreenPainter(language).Paint(screen, canvas);
        return Encode(canvas);
    }
}
