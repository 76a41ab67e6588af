namespace FieldNode.Protocol.Records
{
    /// <summary>The content of one record type. Instances are reused, so a scan allocates nothing. A reader takes the fields it knows and
    /// ignores the bytes after them: a later version may append fields, but never changes or removes one.</summary>
    public abstract class RecordContent
    {
        public abstract byte Type { get; }

        /// <summary>Writes the content; returns the offset after it. The caller provides <see cref="Frame.ContentBytesMax"/>
        /// bytes.</summary>
        public abstract int Write(byte[] buffer, int offset);

        /// <summary>Reads the fields from bytes that have passed their CRC but are not trusted; false if they are not valid for this
        /// type.</summary>
        public abstract bool TryRead(byte[] buffer, int offset, int count);
    }
}
