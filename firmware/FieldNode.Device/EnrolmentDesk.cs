#nullable disable // the device build disables nullable references
using FieldNode.Core.Enrolment;
using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Device
{
    /// <summary>Accepts enrolment cards on a blank node, on a node whose log cannot be used, and on a working lane. On a working lane,
    /// another node's card requires that all records are uploaded, and a second scan.</summary>
    public sealed class EnrolmentDesk : IEnrolment
    {
        /// <summary>Time limit for the second scan, in ms.</summary>
        public const uint ConfirmMs = 30000;

        private readonly Board _board;
        private readonly StoredSettings _settings;
        private readonly NodeSecrets _secrets;
        private readonly EnrolmentCard _card = new EnrolmentCard();

        private CardParts _parts; // created with the first card: a working lane needs no card buffers
        private NoisePool _noise;
        private ulong _offered;
        private uint _offeredAt;

        public EnrolmentDesk(Board board, StoredSettings settings, NodeSecrets secrets)
        {
            _board = board;
            _settings = settings;
            _secrets = secrets;
        }

        /// <summary>The node's card; NodeId is 0 if it has none.</summary>
        public EnrolmentCard Card { get; } = new EnrolmentCard();

        /// <summary>True once a card was stored: the node must restart.</summary>
        public bool CardTaken { get; private set; }

        /// <summary>Number of codes on a multi-code card; <see cref="PartsRead"/> were read.</summary>
        public int Parts { get { return _parts == null ? 0 : _parts.Total; } }

        public int PartsRead { get { return _parts == null ? 0 : _parts.Have; } }

        /// <summary>Loads the stored card; false if there is none.</summary>
        public bool LoadCard()
        {
            return Card.TryRead(_settings.CardText, 0, _settings.CardText.Length) == CardFault.None;
        }

        /// <summary>The node that owns the log on the flash; 0 if none. Another node's card would overwrite the keys to that log.</summary>
        public ulong LogOwner { get; set; }

        /// <summary>Accepts a card on a node without one, or whose log does not open with its current card.</summary>
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

        // Returns None with NodeId 0 while parts are missing.
        private byte Read(byte[] code, int offset, int count)
        {
            _card.NodeId = 0;
            _parts = _parts == null ? new CardParts() : _parts;
            _noise = _noise == null ? new NoisePool(_board.Tags) : _noise;
            _noise.Add(_board.Now); // the time of a manual scan is noise
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

            // Only a stored card counts: a failed write changes nothing.
            if (!_secrets.TakeCard(_card, _parts.CardText, _parts.CardTextBytes, nonce, mayFormat))
            {
                return Refusal.FlashFault;
            }

            CardTaken = true;
            return Refusal.None;
        }
    }
}
