namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// A badge was scanned: later records of this node belong to this operator.
    /// <code>
    ///   0            1+n
    ///   +------------+
    ///   | n, badge   |
    ///   +------------+
    /// </code>
    /// </summary>
    public sealed class OperatorSet : CodeContent
    {
        /// <summary>Longest badge, in bytes.</summary>
        public const int BadgeBytesMax = 16;

        public override byte Type { get { return RecordType.OperatorSet; } }

        public override int Write(byte[] buffer, int offset)
        {
            return WriteCode(buffer, offset);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            return TryReadCode(buffer, offset, offset + count);
        }
    }
}
