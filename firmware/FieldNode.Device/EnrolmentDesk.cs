#nullable disable // the device's compilation has no "?" for references
using FieldNode.Core.Enrolment;
using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Device
{
    /// <summary>
    /// Takes enrolment cards: on a blank node, on one whose log cannot be used, and on a lane that works. Another node's card needs a lane
    /// whose records are all uploaded, and a second scan.
    /// </summary>
    public sealed class EnrolmentDesk : IEnrolment
    {
        /// <summary>The second scan counts within this time, in ms.</summary>
        public const uint ConfirmMs = 30000;

        private readonly Board _board;
        private readonly StoredSettings _settings;
        private readonly NodeSecrets _secrets;
        private readonly EnrolmentCard _card = new EnrolmentCard();

        private CardParts _parts; // from the first card on: a lane at work has none in hand
        private NoisePool _noise;
        private ulong _offered;
        private uint _offeredAt;

        public EnrolmentDesk(Board board, StoredSettings settings, NodeSecrets secrets)
        {
            _board = board;
            _settings = settings;
            _secrets = secrets;
        }

        /// <summary>The node's card; its NodeId is 0 while it has none.</summary>
        public EnrolmentCard Card { get; } = new EnrolmentCard();

        /// <summary>A card was taken and stored: the node is to start again.</summary>
        public bool CardTaken { get; private set; }

        /// <summary>Of a card of several codes: how many there are, and how many were read.</summary>
        public int Parts { get { return _parts == null ? 0 : _parts.Total; } }

        public int PartsRead { get { return _parts == null ? 0 : _parts.Have; } }

        /// <summary>Reads the stored card; false when there is none.</summary>
        public bool LoadCard()
        {
            return Card.TryRead(_settings.CardText, 0, _settings.CardText.Length) == CardFault.None;
        }

        /// <summary>The node whose log is on the flash; 0: there is none. Another node's card would replace what opens that log.</summary>
        public ulong LogOwner { get; set; }

        /// <summary>A card on a node that has none, or whose log does not work under the one that it has.</summary>
        /// <returns>A <see cref="Refusal"/>.</returns>
        public byte TakeFirst(byte[] code, int offset, int count)
        {
            byte refusal = Read(code, offset, count);
            if (refusal == Refusal.None && _card.NodeId != 0)
            {
                return LogOwner == 0 || LogOwner == _card.NodeId ? Store(mayFormat: false) : Refusal.OtherNode;
            }

            return refusal;
        }

        public byte Take(byte[] code, int offset, int count, uint unsent, uint now)
        {
            byte refusal = Read(code, offset, count);
            if (refusal != Refusal.None || _card.NodeId == 0)
            {
                return refusal;
            }

            if (_card.NodeId == Card.NodeId)
            {
                return Store(mayFormat: false);
            }

            bool isSecond = _offered == _card.NodeId && now - _offeredAt < ConfirmMs;
            _offered = _card.NodeId;
            _offeredAt = now;
            return isSecond && unsent == 0 ? Store(mayFormat: true) : Refusal.OtherNode;
        }

        // None with NodeId 0: parts are missing.
        private byte Read(byte[] code, int offset, int count)
        {
            _card.NodeId = 0;
            _parts = _parts == null ? new CardParts() : _parts;
            _noise = _noise == null ? new NoisePool(_board.Tags) : _noise;
            _noise.Add(_board.Now); // when a hand scans
            byte fault = _parts.Add(code, offset, count);
            if (fault == CardFault.NotACard)
            {
                return Refusal.UnknownCard;
            }

            if (fault == CardFault.None)
            {
                fault = _card.TryRead(_parts.CardText, 0, _parts.CardTextBytes);
                if (fault != CardFault.None)
                {
                    _card.NodeId = 0;
                    _parts.Forget();
                    return Refusal.CardDamaged;
                }
            }

            return fault == CardFault.Damaged ? Refusal.CardDamaged : Refusal.None;
        }

        private byte Store(bool mayFormat)
        {
            byte[] nonce = new byte[ClaimMessage.NonceBytes];
            _noise.AddBytes(_card.Random);
            _board.AddNoise(_noise);
            _noise.Draw(nonce);

            // Only what is stored counts: a writing that fails leaves everything as it was.
            if (!_secrets.TakeCard(_card, _parts.CardText, _parts.CardTextBytes, nonce, mayFormat))
            {
                return Refusal.FlashFault;
            }

            CardTaken = true;
            return Refusal.None;
        }
    }
}
