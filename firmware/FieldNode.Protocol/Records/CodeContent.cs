namespace FieldNode.Protocol.Records
{
    /// <summary>Shared part of the records that carry a scanned code.</summary>
    public abstract class CodeContent : RecordContent
    {
        /// <summary>Longest tube, person or badge code, in bytes.</summary>
        public const int CodeBytesMax = 40;

        public readonly byte[] Code = new byte[CodeBytesMax];

        public int CodeCount;

        /// <summary>Copies a code; the caller ensures that it has at most <see cref="CodeBytesMax"/> bytes.</summary>
        public void SetCode(byte[] source, int offset, int count)
        {
            System.Array.Copy(source, offset, Code, 0, count);
            CodeCount = count;
        }

        protected int WriteCode(byte[] buffer, int offset)
        {
            return Text.Write(buffer, offset, Code, CodeCount);
        }

        protected bool TryReadCode(byte[] buffer, int offset, int end)
        {
            int count = Text.Count(buffer, offset, end, CodeBytesMax);
            if (count < 0)
            {
                return false;
            }

            SetCode(buffer, offset + 1, count);
            return true;
        }
    }
}
