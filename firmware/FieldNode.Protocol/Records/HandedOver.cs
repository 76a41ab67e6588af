namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// Every bag sealed since the last handover was handed over; giver and receiver both scanned their badges.
    /// <code>
    ///   0          1            3           4+g          5+g+r
    ///   +----------+------------+-----------+------------+
    ///   | bags u8  | tubes u16  | g, giver  | r, receiver|
    ///   +----------+------------+-----------+------------+
    /// </code>
    /// </summary>
    public sealed class HandedOver : RecordContent
    {
        public readonly byte[] Giver = new byte[OperatorSet.BadgeBytesMax];
        public readonly byte[] Receiver = new byte[OperatorSet.BadgeBytesMax];

        public byte Bags;
        public ushort Tubes;
        public int GiverCount;
        public int ReceiverCount;

        public override byte Type { get { return RecordType.HandedOver; } }

        /// <summary>Copies both badges, of at most <see cref="OperatorSet.BadgeBytesMax"/> bytes each.</summary>
        public void SetBadges(byte[] giver, int giverCount, byte[] receiver, int receiverOffset, int receiverCount)
        {
            System.Array.Copy(giver, 0, Giver, 0, giverCount);
            System.Array.Copy(receiver, receiverOffset, Receiver, 0, receiverCount);
            GiverCount = giverCount;
            ReceiverCount = receiverCount;
        }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = Bags;
            LittleEndian.WriteUInt16(buffer, offset + 1, Tubes);
            offset = Text.Write(buffer, offset + 3, Giver, GiverCount);
            return Text.Write(buffer, offset, Receiver, ReceiverCount);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            int end = offset + count;
            int giver = count < 5 ? -1 : Text.Count(buffer, offset + 3, end, OperatorSet.BadgeBytesMax);
            int receiver = giver < 0 ? -1 : Text.Count(buffer, offset + 4 + giver, end, OperatorSet.BadgeBytesMax);
            if (receiver < 0)
            {
                return false;
            }

            Bags = buffer[offset];
            Tubes = LittleEndian.ReadUInt16(buffer, offset + 1);
            GiverCount = giver;
            ReceiverCount = receiver;
            System.Array.Copy(buffer, offset + 4, Giver, 0, giver);
            System.Array.Copy(buffer, offset + 5 + giver, Receiver, 0, receiver);
            return true;
        }
    }
}
