using System.Security.Cryptography;
using System.Text;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using QRCoder;

namespace FieldNode.Host.Cards;

/// <summary>Network settings for a node's card.</summary>
/// <param name="Url">The host's address.</param>
/// <param name="Wifi">Name of the Wi-Fi network; empty if the node connects another way.</param>
/// <param name="Password">The Wi-Fi passphrase.</param>
/// <param name="Language">Language of the node's screen: zh or en.</param>
/// <param name="Anchor">The trust anchor (DER certificate) for an https host; empty for http.</param>
public sealed record CardNetwork(string Url, string Wifi, string Password, string Language, byte[] Anchor)
{
    /// <summary>Forms of the codes at this site; if empty, the node's defaults.</summary>
    public CodeForms Forms { get; init; } = new("", "", "", "");

    public static CardNetwork At(string url) => new(url, "", "", "zh", []);
}

/// <summary>Creates enrolment cards: the text that a node scans, and its QR codes.</summary>
public static class EnrolmentCards
{
    private const int ModulePixels = 8;

    /// <summary>Generates a random id and claim for a new node.</summary>
    public static EnrolledNode NewNode(string name, string site, string lane)
    {
        var id = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        return new EnrolledNode(id == 0 || HostNode.IsHost(id) ? 1 : id, name, site, lane, Key: null, NewClaim());
    }

    /// <summary>Generates a random claim.</summary>
    public static byte[] NewClaim()
    {
        return RandomNumberGenerator.GetBytes(EnrolmentCard.ClaimBytes);
    }

    /// <summary>The text of a node's card.</summary>
    /// <exception cref="HostFault">Lane, site, URL, Wi-Fi name, password or the whole card is too long, or a name is not
    /// printable.</exception>
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

    /// <summary>The codes to print: the text itself, or its parts if it is too long for one code.</summary>
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

    /// <summary>Renders a card as files. .html: a page to print, with the node's name at each code. .txt: the text. .png or .svg: one QR
    /// code per file; if the card needs several, files are numbered before the extension.</summary>
    /// <exception cref="HostFault">The path has another extension.</exception>
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
                $"'{extension}' is not a card format: end the file name in .html, .png, .svg or .txt",
                $"'{extension}' 不是卡片格式：文件名请以 .html、.png、.svg 或 .txt 结尾"),
        };
        var codes = extension.Equals(".txt", StringComparison.OrdinalIgnoreCase) ? [text] : Codes(text);
        return [.. codes.Select((code, i) => (codes.Count == 1 ? path : $"{path[..^extension.Length]}-{i + 1}of{codes.Count}{extension}",
            draw(code)))];
    }

    /// <summary>Names are printed and shown in terminals and on pages, so control characters are refused.</summary>
    /// <exception cref="HostFault">The value contains a control character.</exception>
    private static void CheckPrintable(string what, string chinese, string value)
    {
        if (!Printable.Is(value))
        {
            throw new HostFault("bad-name", ExitCode.Usage,
                $"{what} '{Printable.Escape(value)}' has a control character: only visible letters, digits and signs are accepted",
                $"{chinese}“{Printable.Escape(value)}”含控制字符：只接受可见的文字、数字与符号");
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
