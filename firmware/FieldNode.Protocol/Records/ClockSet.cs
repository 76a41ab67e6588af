namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// The UTC time at this record's ticks. It resolves the ticks of every record of the same boot, including earlier ones.
    /// <code>
    ///   0                8            9                 11
    ///   +----------------+------------+-----------------+
    ///   | UTC ms u64     | source u8  | error ± ms u16  |
    ///   +----------------+------------+-----------------+
    /// </code>
    /// UTC is milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    /// </summary>
    public sealed class ClockSet : RecordContent
    {
        public const byte SourceHost = 1;
        public const byte SourceSntp = 2;
        public const byte SourceRtc = 3;

        public ulong UtcMs;
        public byte Source;

        /// <summary>Half the time the answer took, at most 65,535 ms.</summary>
        public ushort ErrorMs;

        public override byte Type { get { return RecordType.ClockSet; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt64(buffer, offset, UtcMs);
            buffer[offset + 8] = Source;
            LittleEndian.WriteUInt16(buffer, offset + 9, ErrorMs);
            return offset + 11;
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            if (count < 11)
            {
                return false;
            }

            UtcMs = LittleEndian.ReadUInt64(buffer, offset);
            Source = buffer[offset + 8];
            ErrorMs = LittleEndian.ReadUInt16(buffer, offset + 9);
            return true;
        }
    }
}
