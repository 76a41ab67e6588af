using FieldNode.Core.Enrolment;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;

namespace FieldNode.Tests.Core;

/// <summary>Which secrets a node keeps, and which it destroys.</summary>
public sealed class NodeSecretsTests
{
    private readonly NorFlash _flash = new(SettingsStore.Sectors * 4096);
    private readonly byte[] _random = [.. Enumerable.Range(100, 16).Select(i => (byte)i)];
    private readonly byte[] _claim = [.. Enumerable.Range(1, EnrolmentCard.ClaimBytes).Select(i => (byte)(i * 7))];
    private readonly byte[] _nonce = [.. Enumerable.Range(1, ClaimMessage.NonceBytes).Select(i => (byte)(i * 11))];
    private readonly byte[] _link = [.. Enumerable.Range(1, NodeKeys.Bytes).Select(i => (byte)(i * 3))];
    private readonly byte[] _reserve = [.. Enumerable.Range(1, NodeKeys.Bytes).Select(i => (byte)(i * 5))];
    private readonly byte[] _ticket = [.. Enumerable.Range(1, ClaimMessage.TicketBytesMax).Select(i => (byte)(i * 13))];
    private readonly StoredSettings _settings = new();
    private readonly SettingsStore _store;
    private readonly NodeSecrets _secrets;
    private readonly EnrolmentCard _card;

    public NodeSecretsTests()
    {
        _store = new SettingsStore(_flash);
        _store.Load(_settings);
        _secrets = new NodeSecrets(_settings, _store, HmacTags.Instance);
        _card = new EnrolmentCard
        {
            NodeId = 5,
            HostId = 1,
            Claim = _claim,
            Random = _random,
            Url = "http://10.0.0.5:8080"u8.ToArray(),
            Number = 2
        };
        Assert.True(Take(_card));
    }

    [Fact]
    public void Before_the_claim_is_traded_seals_begin_with_card_and_number_as_the_host_derives_it()
    {
        Assert.Equal(SealStart.OfCard(2), _secrets.Key);
        var root = _secrets.Take(out var chain);

        Assert.Equal(0, chain);
        Assert.Equal(SealChain.TakeRoot(HmacTags.Instance, NodeKeys.CardSeal(HmacTags.Instance, _claim, _nonce)), root);
    }

    [Fact]
    public void Once_the_claim_was_traded_nothing_that_the_card_gives_is_left()
    {
        var cardSeal = NodeKeys.CardSeal(HmacTags.Instance, _claim, _nonce);
        Assert.True(Contains(_claim) || Contains(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(_claim))),
            "the claim is there to be traded");

        Assert.True(_secrets.TakeKeys(_link, _reserve, _ticket, _card.Number));

        Assert.All([System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(_random)), _claim,
            System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(_claim)), _nonce, cardSeal], secret => Assert.False(Contains(secret)));
        Assert.True(Contains(_link));
        var card = new EnrolmentCard();
        Assert.Equal(CardFault.None, card.TryRead(_settings.CardText, 0, _settings.CardText.Length));
        Assert.Equal((5ul, 2), (card.NodeId, card.Number));
    }

    [Fact]
    public void A_root_that_was_taken_and_what_it_was_made_of_are_gone_from_the_flash()
    {
        Assert.True(_secrets.TakeKeys(_link, _reserve, _ticket, _card.Number));
        var before = (byte[])_reserve.Clone();

        var first = _secrets.Take(out var chain);
        var second = _secrets.Take(out var next);

        Assert.Equal((0, 1), (chain, next));
        Assert.NotEqual(first, second);
        Assert.All([before, first, second], secret => Assert.False(Contains(secret)));
        var again = new StoredSettings();
        Assert.True(new SettingsStore(_flash).Load(again));
        Assert.Equal(2, again.SealChains);
    }

    [Fact]
    public void The_same_card_again_keeps_the_keys_and_another_one_brings_its_own()
    {
        Assert.True(_secrets.TakeKeys(_link, _reserve, _ticket, _card.Number));
        Assert.True(_secrets.BelongTo(_card));
        Assert.True(Take(_card));
        Assert.Equal(_link, _settings.LinkKey);
        Assert.False(Contains(_claim));

        var other = new EnrolmentCard { NodeId = 5, HostId = 1, Claim = _nonce, Url = "http://10.0.0.5:8080"u8.ToArray(), Number = 3 };
        Assert.False(_secrets.BelongTo(other));
        Assert.True(Take(other));

        Assert.Empty(_settings.LinkKey);
        Assert.Equal(SealStart.OfCard(3), _secrets.Key);
        Assert.False(Contains(_link));
    }

    [Fact]
    public void Each_sector_alone_holds_the_secrets_whatever_changed_last()
    {
        Action[] changes = [() => { }, () => Assert.NotEmpty(_secrets.Take(out _)),
            () => Assert.True(_secrets.TakeKeys(_link, _reserve, _ticket, _card.Number))];
        foreach (var change in changes)
        {
            change();
            for (var lost = 0; lost < SettingsStore.Sectors; lost++)
            {
                var cells = _flash.Cells.ToArray();
                cells.AsSpan(lost * 4096, 4096).Fill(0xFF);
                var left = new StoredSettings();
                Assert.True(new SettingsStore(new NorFlash(cells)).Load(left));
                Assert.Equal<byte>([.. _settings.Nonce, .. _settings.SealReserve, .. _settings.LinkKey, _settings.SealChains],
                    [.. left.Nonce, .. left.SealReserve, .. left.LinkKey, left.SealChains]);
            }
        }
    }

    [Fact]
    public void A_flash_that_takes_no_settings_gives_no_root()
    {
        _flash.StopErasing(0);
        _flash.StopErasing(1);

        Assert.Empty(_secrets.Take(out _));
        Assert.Empty(_secrets.Take(out _));
    }

    private bool Take(EnrolmentCard card)
    {
        var text = new byte[EnrolmentCard.TextBytesMax];
        return _secrets.TakeCard(card, text, card.Write(text), _nonce, mayFormat: false);
    }

    private bool Contains(byte[] secret) => _flash.Cells.AsSpan().IndexOf(secret) >= 0;
}
