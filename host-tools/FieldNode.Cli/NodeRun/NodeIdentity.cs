using System.Security.Cryptography;
using FieldNode.Core;
using FieldNode.Core.Enrolment;
using FieldNode.Protocol;
using FieldNode.Simulator.PcBoard;

namespace FieldNode.Cli.NodeRun;

/// <summary>
/// Keeps what a node on this computer must remember besides its log, as a device does: its card, the number drawn with it, and the key that
/// the host gave for the claim.
/// </summary>
internal sealed class NodeIdentity
{
    private readonly StoredSettings _settings = new();
    private readonly SettingsStore _store;

    public NodeIdentity(ImageFlash flash, EnrolmentCard card, byte[] cardText)
    {
        _store = new SettingsStore(flash);
        _store.Load(_settings);
        var stored = new EnrolmentCard();
        var isSame = stored.TryRead(_settings.CardText, 0, _settings.CardTextBytes) == CardFault.None
            && stored.NodeId == card.NodeId && stored.Claim.AsSpan().SequenceEqual(card.Claim);
        if (isSame)
        {
            return;
        }

        _settings.Key = [];
        RandomNumberGenerator.Fill(_settings.Nonce);
        cardText.CopyTo(_settings.CardText, 0);
        _settings.CardTextBytes = cardText.Length;
        _store.Save(_settings);
    }

    public void Tell(NodeSettings settings)
    {
        settings.Key = _settings.Key;
        settings.Nonce = _settings.Nonce;
    }

    /// <summary>Keeps the key as soon as the node has it.</summary>
    public void Keep(Node node)
    {
        if (_settings.Key.Length == 0 && node.Uploader.Key.Length > 0)
        {
            _settings.Key = node.Uploader.Key;
            _store.Save(_settings);
        }
    }
}
