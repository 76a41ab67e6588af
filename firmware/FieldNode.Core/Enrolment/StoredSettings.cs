using FieldNode.Protocol;

namespace FieldNode.Core.Enrolment
{
    /// <summary>
    /// What a node keeps besides its log: its card, its key, and how its last starts went.
    /// <code>
    ///   0     1          5         6      7            23          24+k          26+k      26+k+c
    ///   +-----+----------+---------+------+------------+-----------+-------------+---------+--------+
    ///   | v 1 | count u32| failed  | flags| nonce 16   | k, key    | c u16       | card    | CRC-32 |
    ///   |     |          | starts  |      |            |           |             | (text)  |        |
    ///   +-----+----------+---------+------+------------+-----------+-------------+---------+--------+
    /// </code>
    /// The count rises with each writing; of two, the higher is the newer.
    /// </summary>
    public sealed class StoredSettings
    {
        public const int BytesMax = 26 + ClaimMessage.KeyBytes + EnrolmentCard.TextBytesMax + 4;

        private const byte Version = 1;
        private const byte MayFormatFlag = 1;

        public uint Count;

        /// <summary>Starts in a row that did not come to work.</summary>
        public byte FailedStarts;

        /// <summary>The log on the flash is of another node, is uploaded, and may give way: the technician scanned the new card twice.</summary>
        public bool MayFormat;

        /// <summary>Drawn when the card was scanned, for the claim.</summary>
        public readonly byte[] Nonce = new byte[ClaimMessage.NonceBytes];

        /// <summary>Empty until the host gave it.</summary>
        public byte[] Key = new byte[0];

        public readonly byte[] CardText = new byte[EnrolmentCard.TextBytesMax];
        public int CardTextBytes;

        public void Clear()
        {
            Count = 0;
            FailedStarts = 0;
            MayFormat = false;
            Key = new byte[0];
            CardTextBytes = 0;
        }

        public void CopyFrom(StoredSettings other)
        {
            Count = other.Count;
            FailedStarts = other.FailedStarts;
            MayFormat = other.MayFormat;
            System.Array.Copy(other.Nonce, 0, Nonce, 0, Nonce.Length);
            Key = other.Key;
            System.Array.Copy(other.CardText, 0, CardText, 0, other.CardTextBytes);
            CardTextBytes = other.CardTextBytes;
        }

        /// <summary>Writes into a buffer of <see cref="BytesMax"/> bytes; returns the bytes.</summary>
        public int Write(byte[] buffer)
        {
            buffer[0] = Version;
            LittleEndian.WriteUInt32(buffer, 1, Count);
            buffer[5] = FailedStarts;
            buffer[6] = MayFormat ? MayFormatFlag : (byte)0;
            System.Array.Copy(Nonce, 0, buffer, 7, Nonce.Length);
            int at = Text.Write(buffer, 23, Key, Key.Length);
            LittleEndian.WriteUInt16(buffer, at, (ushort)CardTextBytes);
            System.Array.Copy(CardText, 0, buffer, at + 2, CardTextBytes);
            at += 2 + CardTextBytes;
            LittleEndian.WriteUInt32(buffer, at, Crc32.Of(buffer, 0, at));
            return at + 4;
        }

        /// <summary>Takes the fields from bytes that are not trusted; false, with everything cleared, when they are not whole settings.</summary>
        public bool TryRead(byte[] buffer, int count)
        {
            Clear();
            int keyBytes = count < 30 || buffer[0] != Version ? -1 : Text.Count(buffer, 23, count, ClaimMessage.KeyBytes);
            if (keyBytes != 0 && keyBytes != ClaimMessage.KeyBytes)
            {
                return false;
            }

            int at = 24 + keyBytes;
            int cardBytes = at + 2 > count ? count : LittleEndian.ReadUInt16(buffer, at);
            int end = at + 2 + cardBytes;
            if (cardBytes > EnrolmentCard.TextBytesMax || end + 4 > count || LittleEndian.ReadUInt32(buffer, end) != Crc32.Of(buffer, 0, end))
            {
                return false;
            }

            Count = LittleEndian.ReadUInt32(buffer, 1);
            FailedStarts = buffer[5];
            MayFormat = (buffer[6] & MayFormatFlag) != 0;
            System.Array.Copy(buffer, 7, Nonce, 0, Nonce.Length);
            Key = new byte[keyBytes];
            System.Array.Copy(buffer, 24, Key, 0, keyBytes);
            CardTextBytes = cardBytes;
            System.Array.Copy(buffer, at + 2, CardText, 0, cardBytes);
            return true;
        }
    }
}
