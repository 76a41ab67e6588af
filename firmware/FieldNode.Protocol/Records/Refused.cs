namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A scan was refused; up to <see cref="CodeContent.CodeBytesMax"/> bytes of it are kept.
    /// <code>
    ///   0           1                   3                4+n
    ///   +-----------+-------------------+----------------+
    ///   | reason u8 | bytes scanned u16 | n, first bytes |
    ///   +-----------+-------------------+----------------+
    /// </code>
    /// Reasons: <see cref="Refusal"/>.
    /// </summary>
    public sealed class Refused : CodeContent
    {
        /// <summary>Offset of the code from the content's first byte.</summary>
        public const int CodeOffset = 3;

        public byte Reason;

        /// <summary>Length of the scan in bytes, at most 65,535; for a long scan it exceeds the bytes kept.</summary>
        public ushort BytesScanned;

        public override byte Type { get { return RecordType.Refused; } }

        /// <summary>Keeps the first bytes of a scan of any length.</summary>
        public void SetScan(byte[] source, int offset, int count, int scanned)
        {
            SetCode(source, offset, count > CodeBytesMax ? CodeBytesMax : count);
            BytesScanned = (ushort)(scanned > 65535 ? 65535 : scanned);
        }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = Reason;
            LittleEndian.WriteUInt16(buffer, offset + 1, BytesScanned);
            return WriteCode(buffer, offset + CodeOffset);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 4 || !TryReadCode(buffer, offset + CodeOffset, offset + count))
            {
                return false;
            }

            Reason = buffer[offset];
            BytesScanned = LittleEndian.ReadUInt16(buffer, offset + 1);
            return true;
        }
    }
}
