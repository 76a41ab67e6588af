namespace FieldNode.Protocol
{
    // Reads the fields of a card.
    public sealed partial class EnrolmentCard
    {
        private byte ReadFields(byte[] text, int at, int end)
        {
            Forget();
            while (at < end)
            {
                int fieldEnd = at;
                int equals = -1;
                while (fieldEnd < end && text[fieldEnd] != ';')
                {
                    if (text[fieldEnd] == '=' && equals < 0)
                    {
                        equals = fieldEnd;
                    }

                    fieldEnd++;
                }

                if (equals < 0 || !ReadField(Text.FromAscii(text, at, equals - at), text, equals + 1, fieldEnd - equals - 1))
                {
                    return CardFault.BadField;
                }

                at = fieldEnd + 1;
            }

            return NodeId == 0 || Claim.Length != ClaimBytes || Url.Length == 0 ? CardFault.FieldMissing : CardFault.None;
        }

        private void Forget()
        {
            NodeId = 0;
            HostId = 0;
            Lane = s_none;
            Site = s_none;
            Url = s_none;
            Claim = s_none;
            Number = 1;
            Random = s_none;
            Wifi = s_none;
            Pass = s_none;
            Language = s_none;
            Tubes = s_none;
            Bags = s_none;
            Papers = s_none;
            Categories = s_none;
            Anchor = s_none;
        }

        private bool ReadField(string name, byte[] text, int offset, int count)
        {
            ulong number;
            switch (name)
            {
                case "node":
                    bool isNode = count == 16 && Hex.TryRead(text, offset, 16, out NodeId);
                    return isNode && NodeId != 0;
                case "host":
                    bool isHost = Hex.TryRead(text, offset, count, out number) && count == 8;
                    HostId = (uint)number;
                    return isHost;
                case "lane":
                    return CardText.TryUnescape(text, offset, count, Records.Booted.LaneBytesMax, out Lane);
                case "site":
                    return CardText.TryUnescape(text, offset, count, Records.Booted.SiteBytesMax, out Site);
                case "url":
                    return CardText.TryUnescape(text, offset, count, UrlBytesMax, out Url);
                case "claim":
                    return ReadBytes(text, offset, count, out Claim);
                case "rand":
                    return ReadBytes(text, offset, count, out Random);
                case "number":
                    return ReadNumber(text, offset, count);
                case "wifi":
                    return CardText.TryUnescape(text, offset, count, WifiBytesMax, out Wifi);
                case "pass":
                    return CardText.TryUnescape(text, offset, count, PassBytesMax, out Pass);
                case "lang":
                    return CardText.TryUnescape(text, offset, count, 2, out Language);
                case "tubes":
                    return CardText.TryUnescape(text, offset, count, FormsBytesMax, out Tubes);
                case "bags":
                    return CardText.TryUnescape(text, offset, count, FormsBytesMax, out Bags);
                case "papers":
                    return CardText.TryUnescape(text, offset, count, FormsBytesMax, out Papers);
                case "cats":
                    return CardText.TryUnescape(text, offset, count, FormsBytesMax, out Categories);
                case "anchor":
                    return CardText.TryUnescape(text, offset, count, AnchorBytesMax, out Anchor);
                default:
                    return true;
            }
        }

        private bool ReadNumber(byte[] text, int offset, int count)
        {
            int number = 0;
            for (int i = 0; i < count && number <= SealStart.EnrolmentsMax; i++)
            {
                int digit = text[offset + i] - '0';
                number = digit >= 0 && digit <= 9 ? number * 10 + digit : SealStart.EnrolmentsMax + 1;
            }

            Number = number;
            return number >= 1 && number <= SealStart.EnrolmentsMax;
        }

        // 16 bytes as 32 hex digits.
        private static bool ReadBytes(byte[] text, int offset, int count, out byte[] bytes)
        {
            bytes = s_none;
            if (count != ClaimBytes * 2)
            {
                return false;
            }

            byte[] read = new byte[ClaimBytes];
            for (int i = 0; i < ClaimBytes; i++)
            {
                ulong value;
                if (!Hex.TryRead(text, offset + i * 2, 2, out value))
                {
                    return false;
                }

                read[i] = (byte)value;
            }

            bytes = read;
            return true;
        }
    }
}
