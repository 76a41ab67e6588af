using System.Security.Cryptography;
using System.Text;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using QRCoder;

namespace FieldNode.Host.Cards;

/// <summary>Makes enrolment cards: the text a node scans, and its QR code.</summary>
public static class EnrolmentCards
{
    private const int ModulePixels = 8;

    /// <summary>Draws a random identity and key for a new node.</summary>
    public static EnrolledNode NewNode(string name, string site, string lane)
    {
        var id = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        return new EnrolledNode(id == 0 ? 1 : id, name, site, lane, RandomNumberGenerator.GetBytes(EnrolmentCard.KeyBytes));
    }

    /// <summary>The text of a node's card.</summary>
    /// <exception cref="HostFault">Lane, site or URL is too long.</exception>
    public static string Text(EnrolledNode node, uint hostId, string url)
    {
        ArgumentNullException.ThrowIfNull(node);
        CheckLength("lane", "通道", node.Lane, Booted.LaneBytesMax);
        CheckLength("site", "站点", node.Site, Booted.SiteBytesMax);
        CheckLength("url", "地址", url, EnrolmentCard.UrlBytesMax);
        var card = new EnrolmentCard
        {
            NodeId = node.Id,
            HostId = hostId,
            Lane = Encoding.UTF8.GetBytes(node.Lane),
            Site = Encoding.UTF8.GetBytes(node.Site),
            Url = Encoding.UTF8.GetBytes(url),
            Key = node.Key ?? [],
        };
        var buffer = new byte[EnrolmentCard.TextBytesMax];
        var count = card.Write(buffer);
        return count > 0 ? Encoding.ASCII.GetString(buffer, 0, count) : throw new HostFault("card-too-long", ExitCode.Usage,
            $"the card of '{node.Name}' would be longer than the {EnrolmentCard.TextBytesMax} bytes a scanner reads: shorten site, lane or url",
            $"'{node.Name}' 的卡片超过扫码器可读的 {EnrolmentCard.TextBytesMax} 字节：请缩短站点、通道或地址");
    }

    /// <summary>A card as a file's bytes: .txt the text, .png or .svg a QR code of it.</summary>
    /// <exception cref="HostFault">The path's extension is none of these.</exception>
    public static byte[] Render(string text, string path)
    {
        using var generator = new QRCodeGenerator();
        using var qr = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => new PngByteQRCode(qr).GetGraphic(ModulePixels),
            ".SVG" => Encoding.UTF8.GetBytes(new SvgQRCode(qr).GetGraphic(ModulePixels)),
            ".TXT" => Encoding.ASCII.GetBytes(text + "\n"),
            var other => throw new HostFault("card-format", ExitCode.Usage, $"'{other}' is no card format: end the file's name in .png, .svg or .txt", $"'{other}' 不是卡片格式：文件名请以 .png、.svg 或 .txt 结尾"),
        };
    }

    private static void CheckLength(string english, string chinese, string value, int max)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        if (count > max)
        {
            throw new HostFault("value-too-long", ExitCode.Usage, $"{english} '{value}' has {count} bytes in UTF-8: at most {max}", $"{chinese} '{value}' 的 UTF-8 长度为 {count} 字节：最多 {max} 字节");
        }
    }
}
