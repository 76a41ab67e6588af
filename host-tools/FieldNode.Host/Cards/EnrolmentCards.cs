using System.Security.Cryptography;
using System.Text;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using QRCoder;

namespace FieldNode.Host.Cards;

/// <summary>How a node reaches its host, for its card.</summary>
/// <param name="Url">The host's address.</param>
/// <param name="Wifi">Name of the network; empty for a node that has another way.</param>
/// <param name="Password">Its passphrase.</param>
/// <param name="Language">Of the node's screen: zh or en.</param>
/// <param name="Anchor">The certificate (DER) that an https host must show; empty for http.</param>
public sealed record CardNetwork(string Url, string Wifi, string Password, string Language, byte[] Anchor)
{
    /// <summary>Forms of the codes at this site; the node's own when it tells none.</summary>
    public CodeForms Forms { get; init; } = new("", "", "", "");

    public static CardNetwork At(string url) => new(url, "", "", "zh", []);
}

/// <summary>Makes enrolment cards: the text a node scans, and its QR code.</summary>
public static class EnrolmentCards
{
    private const int ModulePixels = 8;

    /// <summary>Draws a random identity and claim for a new node.</summary>
    public static EnrolledNode NewNode(string name, string site, string lane)
    {
        var id = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        return new EnrolledNode(id == 0 || HostNode.IsHost(id) ? 1 : id, name, site, lane, Key: null, NewClaim());
    }

    /// <summary>Draws a random claim.</summary>
    public static byte[] NewClaim()
    {
        return RandomNumberGenerator.GetBytes(EnrolmentCard.ClaimBytes);
    }

    /// <summary>The text of a node's card.</summary>
    /// <exception cref="HostFault">Lane, site, URL, Wi-Fi name or password is too long.</exception>
    public static string Text(EnrolledNode node, uint hostId, CardNetwork network)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(network);
        CheckPrintable("name", "名称", node.Name);
        CheckPrintable("lane", "通道", node.Lane);
        CheckPrintable("site", "站点", node.Site);
        CheckLength("lane", "通道", node.Lane, Booted.LaneBytesMax);
        CheckLength("site", "站点", node.Site, Booted.SiteBytesMax);
        CheckLength("url", "地址", network.Url, EnrolmentCard.UrlBytesMax);
        CheckLength("wifi", "无线网络", network.Wifi, EnrolmentCard.WifiBytesMax);
        CheckLength("wifi-password", "无线密码", network.Password, EnrolmentCard.PassBytesMax);
        var card = new EnrolmentCard
        {
            NodeId = node.Id,
            HostId = hostId,
            Lane = Encoding.UTF8.GetBytes(node.Lane),
            Site = Encoding.UTF8.GetBytes(node.Site),
            Url = Encoding.UTF8.GetBytes(network.Url),
            Claim = node.Claim ?? [],
            Number = node.Enrolment,
            Random = RandomNumberGenerator.GetBytes(EnrolmentCard.ClaimBytes),
            Wifi = Encoding.UTF8.GetBytes(network.Wifi),
            Pass = Encoding.UTF8.GetBytes(network.Password),
            Language = Encoding.ASCII.GetBytes(network.Language),
            Tubes = Encoding.ASCII.GetBytes(network.Forms.Tubes),
            Bags = Encoding.ASCII.GetBytes(network.Forms.Bags),
            Papers = Encoding.ASCII.GetBytes(network.Forms.Papers),
            Categories = Encoding.ASCII.GetBytes(network.Forms.Categories),
            Anchor = Encoding.ASCII.GetBytes(Convert.ToBase64String(network.Anchor)),
        };
        var buffer = new byte[EnrolmentCard.TextBytesMax];
        var count = card.Write(buffer);
        return count > 0 && card.Anchor.Length <= EnrolmentCard.AnchorBytesMax ? Encoding.ASCII.GetString(buffer, 0, count)
            : throw new HostFault("card-too-long", ExitCode.Usage,
            $"the card of '{node.Name}' would be longer than {EnrolmentCard.TextBytesMax} bytes: use a shorter certificate (P-256) for "
                + "--anchor",
            $"'{node.Name}' 的卡片超过 {EnrolmentCard.TextBytesMax} 字节：请为 --anchor 使用更短的证书（P-256）");
    }

    /// <summary>The codes to print: the text itself, or its parts when it is longer than a scanner reads.</summary>
    public static IReadOnlyList<string> Codes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = Encoding.ASCII.GetBytes(text);
        var count = CardParts.CodesFor(bytes.Length);
        if (count == 1)
        {
            return [text];
        }

        var code = new byte[CardParts.CodeBytesMax];
        return [.. Enumerable.Range(0, count)
            .Select(i => Encoding.ASCII.GetString(code, 0, CardParts.WriteCode(bytes, bytes.Length, i, code)))];
    }

    /// <summary>
    /// A card as files: .html a page to print, with the node's name at each code; .txt the text; .png or .svg a QR code of it, of a card
    /// that needs several each in a file of its own, numbered before the extension.
    /// </summary>
    /// <exception cref="HostFault">The path's extension is none of these.</exception>
    public static IReadOnlyList<(string Path, byte[] Bytes)> Render(EnrolledNode node, string text, string path, bool chinese)
    {
        ArgumentNullException.ThrowIfNull(node);
        var extension = Path.GetExtension(path);
        if (extension.Equals(".html", StringComparison.OrdinalIgnoreCase))
        {
            return [(path, Encoding.UTF8.GetBytes(CardSheet.Html(PrintedCards(node, Codes(text), chinese), node.Site, chinese)))];
        }

        Func<string, byte[]> draw = extension.ToUpperInvariant() switch
        {
            ".PNG" => Png,
            ".SVG" => Svg,
            ".TXT" => _ => Encoding.ASCII.GetBytes(text + "\n"),
            _ => throw new HostFault("card-format", ExitCode.Usage,
                $"'{extension}' is no card format: end the file's name in .html, .png, .svg or .txt",
                $"'{extension}' 不是卡片格式：文件名请以 .html、.png、.svg 或 .txt 结尾"),
        };
        var codes = extension.Equals(".txt", StringComparison.OrdinalIgnoreCase) ? [text] : Codes(text);
        return [.. codes.Select((code, i) => (codes.Count == 1 ? path : $"{path[..^extension.Length]}-{i + 1}of{codes.Count}{extension}",
            draw(code)))];
    }

    /// <summary>Names are printed, shown in terminals and on pages: what cannot be seen has no place in them.</summary>
    /// <exception cref="HostFault">There is such a character.</exception>
    private static void CheckPrintable(string what, string chinese, string value)
    {
        if (!Printable.Is(value))
        {
            throw new HostFault("bad-name", ExitCode.Usage,
                $"{what} '{Printable.Of(value)}' has a control character: letters, digits and signs that can be seen are accepted",
                $"{chinese}“{Printable.Of(value)}”含控制字符：只接受可见的文字、数字与符号");
        }
    }

    private static ControlCard[] PrintedCards(EnrolledNode node, IReadOnlyList<string> codes, bool chinese)
    {
        var lane = node.Lane == node.Name ? "" : $" · {node.Lane}";
        return [.. codes.Select((code, i) => new ControlCard(code, $"{node.Name}{lane}: enrolment card, keep it like a key",
            $"{node.Name}{lane}：登记卡，请像钥匙一样保管", codes.Count == 1 ? "⚿" : $"{i + 1}/{codes.Count}", CardGroup.Enrolment))];
    }

    private static byte[] Png(string code)
    {
        using var generator = new QRCodeGenerator();
        using var qr = generator.CreateQrCode(code, QRCodeGenerator.ECCLevel.M);
        return new PngByteQRCode(qr).GetGraphic(ModulePixels);
    }

    private static byte[] Svg(string code)
    {
        using var generator = new QRCodeGenerator();
        using var qr = generator.CreateQrCode(code, QRCodeGenerator.ECCLevel.M);
        return Encoding.UTF8.GetBytes(new SvgQRCode(qr).GetGraphic(ModulePixels));
    }

    private static void CheckLength(string english, string chinese, string value, int max)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        if (count > max)
        {
            throw new HostFault("value-too-long", ExitCode.Usage, $"{english} '{value}' has {count} bytes in UTF-8: at most {max}",
                $"{chinese} '{value}' 的 UTF-8 长度为 {count} 字节：最多 {max} 字节");
        }
    }
}
