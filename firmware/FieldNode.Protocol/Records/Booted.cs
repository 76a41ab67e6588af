namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// The node started; its ticks restart at zero. Carries lane and site, so that a log identifies its node on its own.
    /// <code>
    ///   0            4                6              7+a            8+a+b
    ///   +------------+----------------+--------------+--------------+
    ///   | boot count | firmware u16   | a, lane      | b, site      |
    ///   | u32        | major*256+minor| u8 + UTF-8   | u8 + UTF-8   |
    ///   +------------+----------------+--------------+--------------+
    /// </code>
    /// </summary>
    public sealed class Booted : RecordContent
    {
        public const int LaneBytesMax = 16;
        public const int SiteBytesMax = 32;

        private static readonly byte[] s_none = new byte[0];

        /// <summary>Number of starts in this epoch, including this one: 1, 2, 3 …</summary>
        public uint BootCount;

        public ushort Firmware;

        /// <summary>UTF-8, at most <see cref="LaneBytesMax"/> bytes.</summary>
        public byte[] Lane = s_none;

        /// <summary>UTF-8, at most <see cref="SiteBytesMax"/> bytes.</summary>
        public byte[] Site = s_none;

        public override byte Type { get { return RecordType.Booted; } }

        public override int Write(byte[] buffer, int offset)
        {
            LittleEndian.WriteUInt32(buffer, offset, BootCount);
            LittleEndian.WriteUInt16(buffer, offset + 4, Firmware);
            offset = Text.Write(buffer, offset + 6, Lane, Lane.Length);
            return Text.Write(buffer, offset, Site, Site.Length);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            int end = offset + count;
            if (count < 8)
            {
                return false;
            }

            int laneCount = Text.Count(buffer, offset + 6, end, LaneBytesMax);
            if (laneCount < 0)
            {
                return false;
            }

            int siteOffset = offset + 7 + laneCount;
            int siteCount = Text.Count(buffer, siteOffset, end, SiteBytesMax);
            if (siteCount < 0)
            {
                return false;
            }

            BootCount = LittleEndian.ReadUInt32(buffer, offset);
            Firmware = LittleEndian.ReadUInt16(buffer, offset + 4);
            Lane = Text.Slice(buffer, offset + 7, laneCount);
            Site = Text.Slice(buffer, siteOffset + 1, siteCount);
            return true;
        }
    }
}
