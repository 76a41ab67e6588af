using FieldNode.Protocol;

namespace FieldNode.Core.Scan
{
    /// <summary>Determines what a code is, in the order of the lane language: card, bag, tube, person, else unknown.</summary>
    public sealed class CodeClassifier
    {
        private readonly CodePattern[] _bags;
        private readonly CodePattern[] _tubes;
        private readonly CodePattern[] _papers;

        /// <param name="tubes">Comma-separated forms of tube codes, see <see cref="CodePattern"/>.</param>
        /// <param name="bags">Comma-separated forms of bag codes.</param>
        /// <param name="papers">Comma-separated forms of other papers and booking codes.</param>
        public CodeClassifier(string tubes, string bags, string papers)
        {
            _bags = CodePattern.List(bags);
            _tubes = CodePattern.List(tubes);
            _papers = CodePattern.List(papers);
        }

        public byte Classify(byte[] code, int offset, int count)
        {
            if (count >= 3 && code[offset + 2] == ':' && (code[offset] & 0xDF) == 'F' && (code[offset + 1] & 0xDF) == 'N')
            {
                return CodeKind.Card;
            }

            if (CodePattern.AnyMatches(_bags, code, offset, count))
            {
                return CodeKind.Bag;
            }

            if (CodePattern.AnyMatches(_tubes, code, offset, count))
            {
                return CodeKind.Tube;
            }

            byte judged = ResidentId.Judge(code, offset, count);
            if (judged != ResidentId.OtherForm)
            {
                return judged == ResidentId.Valid ? CodeKind.ResidentId : CodeKind.WrongCheckDigit;
            }

            return CodePattern.AnyMatches(_papers, code, offset, count) ? CodeKind.OtherPaper : CodeKind.Unknown;
        }
    }

    public static class CodeKind
    {
        public const byte Unknown = 0;
        public const byte Card = 1;
        public const byte Tube = 2;
        public const byte ResidentId = 3;
        public const byte OtherPaper = 4;

        /// <summary>The form of a resident ID, but a wrong check character.</summary>
        public const byte WrongCheckDigit = 5;
        public const byte Bag = 6;
    }
}
