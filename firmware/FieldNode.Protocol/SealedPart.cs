using FieldNode.Protocol.Records;

namespace FieldNode.Protocol
{
    /// <summary>Which bytes of a record are sealed: people's codes, refused scans, and check values of codes.</summary>
    public static class SealedPart
    {
        /// <summary>Finds the sealed part in a whole frame; returns its length in bytes, 0 if the record has none.</summary>
        /// <param name="at">Offset of the part in the buffer.</param>
        public static int Find(byte[] frame, int offset, out int at)
        {
            at = offset + Frame.HeadBytes;
            int end = at + Frame.ContentCount(frame, offset);
            switch (Frame.Type(frame, offset))
            {
                case RecordType.PersonSampled: return Code(frame, PersonSampled.CodeOffset, end, ref at);
                case RecordType.TurnedAway: return Code(frame, TurnedAway.CodeOffset, end, ref at);
                case RecordType.Refused: return Code(frame, Refused.CodeOffset, end, ref at);
                case RecordType.Asked:
                    at += Asked.ValueOffset;
                    return at + Asked.ValueBytes <= end ? Asked.ValueBytes : 0;
                default: return 0;
            }
        }

        private static int Code(byte[] frame, int codeOffset, int end, ref int at)
        {
            int count = Text.Count(frame, at + codeOffset, end, CodeContent.CodeBytesMax);
            at += codeOffset + 1;
            return count < 0 ? 0 : count;
        }
    }
}
