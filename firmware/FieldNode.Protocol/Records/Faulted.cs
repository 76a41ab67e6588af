namespace FieldNode.Protocol.Records
{
    /// <summary>
    /// The node's program hit an unhandled error, and the node restarted.
    /// <code>
    ///   0                  1
    ///   +------------------+--------------------+
    ///   | failed starts u8 | n, words u8 + ASCII|
    ///   +------------------+--------------------+
    /// </code>
    /// </summary>
    public sealed class Faulted : RecordContent
    {
        public const int WordsBytesMax = 60;

        /// <summary>Consecutive starts that did not reach normal operation; from ten on, the node starts in safe mode.</summary>
        public byte FailedStarts;

        /// <summary>Type and message of the error, at most <see cref="WordsBytesMax"/> bytes.</summary>
        public byte[] Words = new byte[0];

        public override byte Type { get { return RecordType.Faulted; } }

        public override int Write(byte[] buffer, int offset)
        {
            buffer[offset] = FailedStarts;
            return Text.Write(buffer, offset + 1, Words, Words.Length < WordsBytesMax ? Words.Length : WordsBytesMax);
        }

        public override bool TryRead(byte[] buffer, int offset, int count)
        {
            int words = count < 2 ? -1 : Text.Count(buffer, offset + 1, offset + count, WordsBytesMax);
            if (words < 0)
            {
                return false;
            }

            FailedStarts = buffer[offset];
            Words = new byte[words];
            System.Array.Copy(buffer, offset + 2, Words, 0, words);
            return true;
        }
    }
}
