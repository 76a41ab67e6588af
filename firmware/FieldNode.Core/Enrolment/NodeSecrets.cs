using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Core.Enrolment
{
    /// <summary>
    /// The secrets in the stored settings. A card sets them, exchanging its claim replaces them, and each seal chain advances them. A spent
    /// secret is destroyed on the flash, too, before anything is derived from its successor.
    /// </summary>
    public sealed class NodeSecrets : ISealRoots
    {
        private const byte ChainsMax = 255;

        private readonly StoredSettings _settings;
        private readonly SettingsStore _store;
        private readonly ITags _tags;

        public NodeSecrets(StoredSettings settings, SettingsStore store, ITags tags)
        {
            _settings = settings;
            _store = store;
            _tags = tags;
        }

        public byte Key { get { return _settings.SealKey; } }

        public uint Check { get { return _settings.SealCheck; } }

        /// <summary>True if the secrets belong to this card, so that nothing needs to be exchanged again.</summary>
        public bool BelongTo(EnrolmentCard card)
        {
            return _settings.SealKey != SealStart.Plain && Text.SameSecret(NodeKeys.CardMark(_tags, card.Claim), 0, _settings.Mark, 0,
                StoredSettings.MarkBytes);
        }

        /// <summary>Stores a card; a different card brings its own secrets. False if the flash does not store it; then nothing
        /// changes.</summary>
        /// <param name="nonce">16 random bytes for a claim; unused while the nonce of an earlier card still waits for its claim.</param>
        public bool TakeCard(EnrolmentCard card, byte[] text, int textBytes, byte[] nonce, bool mayFormat)
        {
            StoredSettings wanted = new StoredSettings();
            wanted.CopyFrom(_settings);
            wanted.CardText = Text.Slice(text, 0, textBytes);
            wanted.MayFormat = mayFormat;
            wanted.FailedStarts = 0;
            if (!BelongTo(card))
            {
                // Until a claim is exchanged, the host finds records sealed under earlier cards by the first card's nonce.
                bool keepsNonce = _settings.LinkKey.Length == 0 && !IsZero(_settings.Nonce);
                System.Array.Copy(keepsNonce ? _settings.Nonce : nonce, 0, wanted.Nonce, 0, ClaimMessage.NonceBytes);
                System.Array.Copy(NodeKeys.CardMark(_tags, card.Claim), 0, wanted.Mark, 0, StoredSettings.MarkBytes);
                SetSealKey(wanted, SealStart.OfCard(card.Number), NodeKeys.CardSeal(_tags, card.Claim, wanted.Nonce));
                wanted.LinkKey = new byte[0];
                wanted.Ticket = new byte[0];
            }
            else if (wanted.LinkKey.Length > 0)
            {
                EnrolmentCard.ForgetClaim(wanted.CardText);
            }

            return Keep(wanted);
        }

        /// <summary>Stores the keys from the claim, and erases the claim and the nonce. False if the flash does not store them; the same
        /// claim gives the same keys again.</summary>
        public bool TakeKeys(byte[] linkKey, byte[] sealReserve, byte[] ticket, int enrolment)
        {
            StoredSettings wanted = new StoredSettings();
            wanted.CopyFrom(_settings);
            wanted.LinkKey = linkKey;
            wanted.Ticket = ticket;
            SetSealKey(wanted, SealStart.OfClaim(enrolment), sealReserve);
            System.Array.Clear(wanted.Nonce, 0, wanted.Nonce.Length);
            wanted.CardText = Text.Slice(_settings.CardText, 0, _settings.CardText.Length);
            EnrolmentCard.ForgetClaim(wanted.CardText);
            return Keep(wanted);
        }

        public byte[] Take(out byte chain)
        {
            chain = _settings.SealChains;
            if (_settings.SealKey == SealStart.Plain || chain == ChainsMax)
            {
                return new byte[0];
            }

            StoredSettings wanted = new StoredSettings();
            wanted.CopyFrom(_settings);
            byte[] root = SealChain.TakeRoot(_tags, wanted.SealReserve);
            wanted.SealChains++;
            return Keep(wanted) ? root : new byte[0];
        }

        private void SetSealKey(StoredSettings wanted, byte key, byte[] reserve)
        {
            System.Array.Copy(reserve, 0, wanted.SealReserve, 0, NodeKeys.Bytes);
            wanted.SealKey = key;
            wanted.SealChains = 0;
            wanted.SealCheck = NodeKeys.SealCheck(_tags, reserve);
        }

        private static bool IsZero(byte[] bytes)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] != 0)
                {
                    return false;
                }
            }

            return true;
        }

        private bool Keep(StoredSettings wanted)
        {
            if (!_store.Save(wanted))
            {
                return false;
            }

            _settings.CopyFrom(wanted);
            bool isDestroyed = _store.DestroyOlder();
            _store.Save(_settings); // in both sectors: until the claim is exchanged, nothing else can open the sealed codes
            return isDestroyed;
        }
    }
}
