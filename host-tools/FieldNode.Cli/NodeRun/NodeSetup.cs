using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FieldNode.Core.Settings;
using FieldNode.Log;
using FieldNode.Protocol;

namespace FieldNode.Cli.NodeRun;

/// <summary>Options of the node verb.</summary>
internal sealed record NodeSetup(string CardPath, string StatePath, string Scanner, int Baud, int IdleGapMs, int FlashBytes, bool Json)
{
    /// <summary>Reads the card.</summary>
    /// <exception cref="HostFault">The file is missing or does not contain a complete card.</exception>
    public (EnrolmentCard Card, byte[] Text) ReadCard()
    {
        byte[] text;
        try
        {
            text = Encoding.UTF8.GetBytes(File.ReadAllText(CardPath).Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("file-unreadable", ExitCode.Failed, $"{CardPath} cannot be read: {e.Message}",
                $"无法读取 {CardPath}：{e.Message}");
        }

        var card = new EnrolmentCard();
        var (english, chinese) = card.TryRead(text, 0, text.Length) switch
        {
            CardFault.None => ("", ""),
            CardFault.NotACard => ("is not an enrolment card (its text must begin with FN:ENROL:2)", "不是登记卡（文本以 FN:ENROL:2 开头）"),
            CardFault.OtherVersion => ("is a card of another version: this node reads version 2", "是其他版本的卡：本节点读取版本 2"),
            CardFault.Damaged => ("was changed or truncated: its crc is wrong; print it again", "被改动或截断：crc 不符，请重新打印"),
            CardFault.BadField => ("has a field that cannot be read; print it again", "有无法读取的字段，请重新打印"),
            _ => ("lacks node, claim or url; print it again", "缺少 node、claim 或 url，请重新打印"),
        };
        if (english.Length == 0 && !(Uri.TryCreate(Encoding.ASCII.GetString(card.Url), UriKind.Absolute, out var url)
            && url.Scheme is ("http" or "https")))
        {
            (english, chinese) = ("has an invalid host address: print it with nodes add --url https://…",
                "中的主机地址无效：请用 nodes add --url https://… 重新打印");
        }
        else if (english.Length == 0 && !IsCertificate(card))
        {
            (english, chinese) = ("has an unreadable certificate; print it again", "中的证书无法读取，请重新打印");
        }

        return english.Length == 0 ? (card, text) : throw new HostFault("bad-card", ExitCode.Refused, $"{CardPath} {english}",
            $"{CardPath} {chinese}");
    }

    /// <summary>The CA certificate that must sign the host's certificate, as DER; empty if the card has none.</summary>
    public static byte[] Anchor(EnrolmentCard card) => Convert.FromBase64String(Encoding.ASCII.GetString(card.Anchor));

    private static bool IsCertificate(EnrolmentCard card)
    {
        try
        {
            var anchor = Anchor(card);
            using var certificate = anchor.Length > 0 ? X509CertificateLoader.LoadCertificate(anchor) : null;
            return true;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return false;
        }
    }

    public NodeSettings Settings(EnrolmentCard card)
    {
        var settings = new NodeSettings
        {
            NodeId = card.NodeId,
            HostId = card.HostId,
            Claim = card.Claim,
            Lane = card.Lane,
            Site = card.Site,
            IdleGapMs = (uint)IdleGapMs,
            DropFirstPart = Scanner != "-",
            GatherMs = 500,
            Seed = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)),
        };
        settings.TakeForms(card);
        return settings;
    }
}
