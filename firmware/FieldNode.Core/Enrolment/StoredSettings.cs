using FieldNode.Protocol;

namespace FieldNode.Core.Enrolment
{
    /// <summary>
    /// What a node stores besides its log: its card, its keys, and the outcome of its last starts.
    /// <code>
    ///   0     1          5         6      7            23        31           63        64        65        69      77             78+k       79+k+t
    ///   +-----+----------+---------+------+------------+---------+------------+---------+---------+---------+-------+--------------+-----------+-----------+--------+--------+
    ///   | v 3 | count u32| failed  | flags| nonce 16   | card's  | seals'     | seals'  | chains  | seals'  | b, 0  | k, link key  | t, ticket | c u16     | card   | CRC-32 |
    ///   |     |          | starts  |      |            | mark 8  | reserve 32 | key u8  | begun u8| check   | 2+6 B |              |           |           | (text) |        |
    ///   +-----+----------+---------+------+------------+---------+------------+---------+---------+---------+-------+--------------+-----------+-----------+--------+--------+
    /// </code>
    /// b is the battery scale in thousandths, 0 if not calibrated. The count increases with each write; the higher of two is the newer.
    /// Settings of an earlier version are not read: the node needs its card again.
    /// </summary>
    public sealed class StoredSettings
    {
        public const int BytesMax = LinkOffset + 1 + NodeKeys.Bytes + 1 + ClaimMessage.TicketBytesMax + 2 + EnrolmentCard.TextBytesMax + 4;
        public const int MarkBytes = 8;

        private const byte Version = 3;
        private const byte MayFormatFlag = 1;
        private const int NonceOffset = 7;
        private const int MarkOffset = NonceOffset + ClaimMessage.NonceBytes;
        private const int ReserveOffset = MarkOffset + MarkBytes;
        private const int SealOffset = ReserveOffset + NodeKeys.Bytes;
        private const int CheckOffset = SealOffset + 2;
        private const int BatteryOffset = CheckOffset + 4;
        private const int ReservedBytes = 6;
        private const int LinkOffset = BatteryOffset + 2 + ReservedBytes;

        public uint Count;

        /// <summary>Consecutive starts that did not reach normal operation.</summary>
        public byte FailedStarts;

        /// <summary>The log on the flash belongs to another node, is uploaded, and may be formatted: the technician scanned the new card
        /// twice.</summary>
        public bool MayFormat;

        /// <summary>Random number, drawn when the first card was scanned. It is kept until a claim is exchanged, because records sealed
        /// under earlier cards depend on it; zeros after that.</summary>
        public readonly byte[] Nonce = new byte[ClaimMessage.NonceBytes];

        /// <summary>Identifies the card (<see cref="NodeKeys.CardMark"/>), because the text below loses its claim once the claim is
        /// exchanged.</summary>
        public readonly byte[] Mark = new byte[MarkBytes];

        /// <summary>The reserve for the next seal chain (<see cref="SealChain.TakeRoot"/>), the number of its key, and how many chains of
        /// that key were begun.</summary>
        public readonly byte[] SealReserve = new byte[NodeKeys.Bytes];
        public byte SealKey;
        public byte SealChains;
        public uint SealCheck;

        /// <summary><see cref="NodeKeys.Link"/>; empty until the host issues it.</summary>
        public byte[] LinkKey = new byte[0];

        /// <summary>The ticket that the host issued with the key, for a host that has lost the key (<see cref="RejoinMessage"/>); empty
        /// until then.</summary>
        public byte[] Ticket = new byte[0];

        /// <summary>The card's text, at most <see cref="EnrolmentCard.TextBytesMax"/> bytes; empty if there is no card.</summary>
        public byte[] CardText = new byte[0];

        /// <summary>True battery millivolts per thousand that this box measures; 0 if not calibrated.</summary>
        public ushort BatteryScale;

        public void Clear()
        {
            CopyFrom(new StoredSettings());
        }

        public void CopyFrom(StoredSettings other)
        {
            Count = other.Count;
            FailedStarts = other.FailedStarts;
            MayFormat = other.MayFormat;
            System.Array.Copy(other.Nonce, 0, Nonce, 0, Nonce.Length);
            System.Array.Copy(other.Mark, 0, Mark, 0, Mark.Length);
            System.Array.Copy(other.SealReserve, 0, SealReserve, 0, SealReserve.Length);
            SealKey = other.SealKey;
            SealChains = other.SealChains;
            SealCheck = other.SealCheck;
            LinkKey = other.LinkKey;
            Ticket = other.Ticket;
            CardText = other.CardText;
            BatteryScale = other.BatteryScale;
        }

        /// <summary>Writes into a buffer of <see cref="BytesMax"/> bytes; returns the number of bytes.</summary>
        public int Write(byte[] buffer)
        {
            buffer[0] = Version;
            LittleEndian.WriteUInt32(buffer, 1, Count);
            buffer[5] = FailedStarts;
            buffer[6] = MayFormat ? MayFormatFlag : (byte)0;
            System.Array.Copy(Nonce, 0, buffer, NonceOffset, Nonce.Length);
            System.Array.Copy(Mark, 0, buffer, MarkOffset, Mark.Length);
            System.Array.Copy(SealReserve, 0, buffer, ReserveOffset, SealReserve.Length);
            buffer[SealOffset] = SealKey;
            buffer[SealOffset + 1] = SealChains;
            LittleEndian.WriteUInt32(buffer, CheckOffset, SealCheck);
            LittleEndian.WriteUInt16(buffer, BatteryOffset, BatteryScale);
            System.Array.Clear(buffer, BatteryOffset + 2, ReservedBytes);
            int at = Text.Write(buffer, LinkOffset, LinkKey, LinkKey.Length);
            at = Text.Write(buffer, at, Ticket, Ticket.Length);
            LittleEndian.WriteUInt16(buffer, at, (ushort)CardText.Length);
            System.Array.Copy(CardText, 0, buffer, at + 2, CardText.Length);
            at += 2 + CardText.Length;
            LittleEndian.WriteUInt32(buffer, at, Crc32.Compute(buffer, 0, at));
            return at + 4;
        }

        /// <summary>Reads the fields from untrusted bytes. False, with all fields cleared, if they are not complete settings.</summary>
        public bool TryRead(byte[] buffer, int count)
        {
            Clear();
            int keyBytes = count <= LinkOffset || buffer[0] != Version ? -1 : Text.Count(buffer, LinkOffset, count, NodeKeys.Bytes);
            int ticketAt = LinkOffset + 1 + keyBytes;
            int ticketBytes = keyBytes == 0 || keyBytes == NodeKeys.Bytes ? Text.Count(buffer, ticketAt, count, ClaimMessage.TicketBytesMax)
                : -1;
            if (ticketBytes < 0)
            {
                return false;
            }

            int at = ticketAt + 1 + ticketBytes;
            int cardBytes = at + 2 > count ? count : LittleEndian.ReadUInt16(buffer, at);
            int end = at + 2 + cardBytes;
            if (cardBytes > EnrolmentCard.TextBytesMax || end + 4 > count
                || LittleEndian.ReadUInt32(buffer, end) != Crc32.Compute(buffer, 0, end))
            {
                return false;
            }

            Count = LittleEndian.ReadUInt32(buffer, 1);
            FailedStarts = buffer[5];
            MayFormat = (buffer[6] & MayFormatFlag) != 0;
            System.Array.Copy(buffer, NonceOffset, Nonce, 0, Nonce.Length);
            System.Array.Copy(buffer, MarkOffset, Mark, 0, Mark.Length);
            System.Array.Copy(buffer, ReserveOffset, SealReserve, 0, SealReserve.Length);
            SealKey = buffer[SealOffset];
            SealChains = buffer[SealOffset + 1];
            SealCheck = LittleEndian.ReadUInt32(buffer, CheckOffset);
            BatteryScale = LittleEndian.ReadUInt16(buffer, BatteryOffset);
            LinkKey = Text.Slice(buffer, LinkOffset + 1, keyBytes);
            Ticket = Text.Slice(buffer, ticketAt + 1, ticketBytes);
            CardText = Text.Slice(buffer, at + 2, cardBytes);
            return true;
        }
    }
}
