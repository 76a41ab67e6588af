namespace FieldNode.Protocol
{
    /// <summary>
    /// The text of the QR code that turns a blank box into a node, version 2. One line of ASCII, at most <see cref="TextBytesMax"/> bytes;
    /// a text too long for one code is split into parts (<see cref="CardParts"/>):
    /// <code>
    ///   FN:ENROL:2;node=0123456789ABCDEF;host=1A2B3C4D;lane=1;site=Zhengfei;url=http://10.0.0.5:8080;claim=(32 hex)
    ///             ;number=1;rand=(32 hex);wifi=Site-WLAN;pass=secret;lang=zh;anchor=(base64);crc=(8 hex)
    /// </code>
    /// Fields are name=value after the version, in any order, crc last. Optional fields: number, rand, wifi, pass, lang, anchor, the code
    /// forms tubes, bags and papers, and the categories cats. In lane, site, url, wifi and pass, the bytes % ; = and every byte outside
    /// 0x21..0x7E are written as %XX, so that Chinese survives every scanner. Unknown fields are ignored, because later versions may add
    /// some. crc = <see cref="Crc32"/> over everything before ";crc=".
    /// </summary>
    public sealed partial class EnrolmentCard
    {
        /// <summary>Fits into nine parts (<see cref="CardParts"/>).</summary>
        public const int TextBytesMax = 2048;

        public const int ClaimBytes = 16;
        public const int UrlBytesMax = 100;

        /// <summary>IEEE 802.11: a network's name has at most 32 bytes, a WPA passphrase at most 63.</summary>
        public const int WifiBytesMax = 32;
        public const int PassBytesMax = 63;
        public const int AnchorBytesMax = 1600;
        public const int FormsBytesMax = 96;

        public static readonly byte[] Prefix = Text.Ascii("FN:ENROL:");

        private static readonly byte[] s_version = Text.Ascii("2;");
        private static readonly byte[] s_crc = Text.Ascii(";crc=");
        private static readonly byte[] s_claim = Text.Ascii(";claim=");
        private static readonly byte[] s_random = Text.Ascii(";rand=");
        private static readonly byte[] s_none = new byte[0];

        public ulong NodeId;
        public uint HostId;

        /// <summary>UTF-8, at most <see cref="Records.Booted.LaneBytesMax"/> bytes.</summary>
        public byte[] Lane = s_none;

        /// <summary>UTF-8, at most <see cref="Records.Booted.SiteBytesMax"/> bytes.</summary>
        public byte[] Site = s_none;

        /// <summary>ASCII address of the host, at most <see cref="UrlBytesMax"/> bytes.</summary>
        public byte[] Url = s_none;

        /// <summary>The secret that the node trades once for its key (<see cref="ClaimMessage"/>).</summary>
        public byte[] Claim = s_none;

        /// <summary>Number of this enrolment of the node, 1 to <see cref="SealStart.EnrolmentsMax"/>; the node's seals contain it. 1 if the
        /// card has no number.</summary>
        public int Number = 1;

        /// <summary>16 random bytes from the host for this card, which the node mixes into its own random numbers; empty if the card has
        /// none.</summary>
        public byte[] Random = s_none;

        /// <summary>Name and passphrase of the Wi-Fi; empty if the board has its own settings or no Wi-Fi.</summary>
        public byte[] Wifi = s_none;
        public byte[] Pass = s_none;

        /// <summary>Language of the screen: "zh" or "en"; empty for Chinese.</summary>
        public byte[] Language = s_none;

        /// <summary>ASCII, comma-separated: forms of tube, bag and other codes, and names of categories; empty for the node's
        /// defaults.</summary>
        public byte[] Tubes = s_none;
        public byte[] Bags = s_none;
        public byte[] Papers = s_none;
        public byte[] Categories = s_none;

        /// <summary>Certificate (DER, as base64) that an https host must present; empty for http.</summary>
        public byte[] Anchor = s_none;

        /// <summary>Writes the card's text into a buffer of <see cref="TextBytesMax"/> bytes; returns its length in bytes, or 0 if it does
        /// not fit.</summary>
        public int Write(byte[] buffer)
        {
            CardWriter writer = new CardWriter(buffer, TextBytesMax);
            writer.Add(Prefix);
            writer.AddText("2;node=");
            writer.AddHex(NodeId, 16);
            writer.AddText(";host=");
            writer.AddHex(HostId, 8);
            writer.AddField(";lane=", Lane);
            writer.AddField(";site=", Site);
            writer.AddField(";url=", Url);
            writer.AddText(";claim=");
            AddBytes(writer, Claim);
            writer.AddText(";number=");
            writer.AddText(Number.ToString());
            if (Random.Length > 0)
            {
                writer.AddText(";rand=");
                AddBytes(writer, Random);
            }

            writer.AddFieldIfNotEmpty(";wifi=", Wifi);
            writer.AddFieldIfNotEmpty(";pass=", Pass);
            writer.AddFieldIfNotEmpty(";lang=", Language);
            writer.AddFieldIfNotEmpty(";tubes=", Tubes);
            writer.AddFieldIfNotEmpty(";bags=", Bags);
            writer.AddFieldIfNotEmpty(";papers=", Papers);
            writer.AddFieldIfNotEmpty(";cats=", Categories);
            writer.AddFieldIfNotEmpty(";anchor=", Anchor);
            uint crc = Crc32.Compute(buffer, 0, writer.Count);
            writer.Add(s_crc);
            writer.AddHex(crc, 8);
            return writer.Overflowed ? 0 : writer.Count;
        }

        /// <summary>Reads a card's text of <paramref name="count"/> bytes; returns a <see cref="CardFault"/>.</summary>
        public byte TryRead(byte[] text, int offset, int count)
        {
            if (count > TextBytesMax || !Text.StartsWith(text, offset, count, Prefix))
            {
                return CardFault.NotACard;
            }

            int end = offset + count;
            int at = offset + Prefix.Length;
            if (!Text.StartsWith(text, at, end - at, s_version))
            {
                return CardFault.OtherVersion;
            }

            int crcOffset = end - s_crc.Length - 8;
            ulong crc;
            if (crcOffset <= at || !Text.StartsWith(text, crcOffset, end - crcOffset, s_crc)
                || !Hex.TryRead(text, end - 8, 8, out crc) || (uint)crc != Crc32.Compute(text, offset, crcOffset - offset))
            {
                return CardFault.Damaged;
            }

            return ReadFields(text, at + s_version.Length, crcOffset);
        }

        /// <summary>Overwrites the claim and the random bytes in a card's text with zeros once the claim is traded, and updates the
        /// CRC.</summary>
        public static void ForgetClaim(byte[] text)
        {
            int crcOffset = text.Length - s_crc.Length - 8;
            ForgetField(text, crcOffset, s_claim);
            ForgetField(text, crcOffset, s_random);

            CardWriter writer = new CardWriter(text, text.Length);
            writer.Skip(crcOffset);
            uint crc = Crc32.Compute(text, 0, crcOffset);
            writer.Add(s_crc);
            writer.AddHex(crc, 8);
        }

        // Overwrites the 32 digits after a name with zeros.
        private static void ForgetField(byte[] text, int end, byte[] name)
        {
            for (int at = 0; at < end; at++)
            {
                for (int i = 0; Text.StartsWith(text, at, end - at, name) && i < 2 * ClaimBytes && at + name.Length + i < end; i++)
                {
                    text[at + name.Length + i] = (byte)'0';
                }
            }
        }

        private static void AddBytes(CardWriter writer, byte[] bytes)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                writer.AddHex(bytes[i], 2);
            }
        }
    }

    /// <summary>Why a text is not a valid enrolment card.</summary>
    public static class CardFault
    {
        public const byte None = 0;
        public const byte NotACard = 1;
        public const byte OtherVersion = 2;
        public const byte Damaged = 3;
        public const byte BadField = 4;
        public const byte FieldMissing = 5;

        /// <summary>A part was accepted; others are still missing.</summary>
        public const byte Incomplete = 6;
    }
}
