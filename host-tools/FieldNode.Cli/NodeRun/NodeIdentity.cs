using System.Security.Cryptography;
using FieldNode.Core.Settings;
using FieldNode.Core;
using FieldNode.Core.Enrolment;
using FieldNode.Core.Ports;
using FieldNode.Log;
using FieldNode.Protocol;
using FieldNode.Simulator.PcBoard;

namespace FieldNode.Cli.NodeRun;

/// <summary>Stores what a node on this computer keeps besides its log, as a device does: its card and its secrets.</summary>
internal sealed class NodeIdentity
{
    private readonly StoredSettings _settings = new();
    private readonly NodeSecrets _secrets;
    private readonly EnrolmentCard _card;

    private bool _isKept;

    public NodeIdentity(ImageFlash flash, EnrolmentCard card)
    {
        var store = new SettingsStore(flash);
        store.Load(_settings);
        _card = card;
        _secrets = new NodeSecrets(_settings, store, HmacTags.Instance);
    }

    /// <summary>Stores the card, unless its secrets are already stored. Call it only once the log is known to belong to the card's node:
    /// the secrets that it replaces open that log.</summary>
    /// <exception cref="HostFault">The settings cannot be written.</exception>
    public void TakeCard(byte[] cardText)
    {
        if (!_secrets.BelongTo(_card) && !_secrets.TakeCard(_card, cardText, cardText.Length,
            RandomNumberGenerator.GetBytes(ClaimMessage.NonceBytes), mayFormat: false))
        {
            throw new HostFault("state-not-usable", ExitCode.Failed, "settings.bin in --state cannot be written",
                "--state 中的 settings.bin 无法写入");
        }
    }

    public ISealRoots SealRoots => _secrets;

    public void Tell(NodeSettings settings)
    {
        settings.LinkKey = _settings.LinkKey;
        settings.Ticket = _settings.Ticket;
        settings.Nonce = _settings.Nonce;
    }

    /// <summary>Stores the keys as soon as the node has them.</summary>
    public void Keep(Node node)
    {
        if (!_isKept && node.Claimed is { } claimed)
        {
            _isKept = true;
            if (_secrets.TakeKeys(claimed.LinkKey, claimed.SealReserve, claimed.Ticket, _card.Number))
            {
                node.Log.RenewSeals();
                Say.Info(Say.In("The card has been exchanged for the node's key: delete the card's file, it is now useless",
                    "卡片已换得节点密钥：请删除卡片文件，它已无用"));
            }
        }
    }
}
