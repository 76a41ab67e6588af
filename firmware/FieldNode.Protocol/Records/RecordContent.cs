namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// The content of one record type. Instances are reused, so a scan allocates nothing. A reader takes the fields it knows and
    /// leaves bytes behind them alone: a later version may append fields, never change or remove one.
    /// </summary>
    public abstract class RecordContent
    {
        public abstract byte Type { get; }

        /// <summary>Writes the content; returns the offset behind it. The caller provides <see cref="Frame.ContentBytesMax"/>
        /// bytes.</summary>
        public abstract int Write(byte[] buffer, int offset);

        /// <summary>Takes the fields from bytes that have passed their CRC but are not trusted; false when they cannot be this
        /// type.</summary>
        public abstract bool TryRead(byte[] buffer, int offset, int count);
    }
}
