using FieldNode.Protocol;

namespace FieldNode.Core.Scan
{
    /// <summary>
    /// The form of a code, one character per byte: <c>@</c> is a letter, <c>#</c> a digit, <c>?</c> a letter or digit; any other character
    /// stands for itself. <c>@@########</c> is two letters and eight digits. Formats are settings because no national tube format was found
    /// (docs/field-facts.md, "Codes").
    /// </summary>
    public sealed class CodePattern
    {
        private readonly byte[] _form;

        public CodePattern(string form)
        {
            _form = Text.Ascii(form);
        }

        /// <summary>Creates one pattern for each form in a comma-separated list.</summary>
        public static CodePattern[] List(string forms)
        {
            int count = 1;
            for (int i = 0; i < forms.Length; i++)
            {
                if (forms[i] == ',')
                {
                    count++;
                }
            }

            CodePattern[] patterns = new CodePattern[count];
            string rest = forms;
            for (int i = 0; i < count; i++)
            {
                int comma = rest.IndexOf(',');
                patterns[i] = new CodePattern(comma < 0 ? rest : rest.Substring(0, comma));
                rest = comma < 0 ? "" : rest.Substring(comma + 1);
            }

            return patterns;
        }

        public static bool AnyMatches(CodePattern[] patterns, byte[] code, int offset, int count)
        {
            for (int i = 0; i < patterns.Length; i++)
            {
                if (patterns[i]._form.Length == count && patterns[i].Matches(code, offset, count))
                {
                    return true;
                }
            }

            return false;
        }

        public bool Matches(byte[] code, int offset, int count)
        {
            if (count != _form.Length || count == 0)
            {
                return false;
            }

            for (int i = 0; i < count; i++)
            {
                if (!Matches(_form[i], code[offset + i]))
                {
                    return false;
                }
            }

            return true;
        }

        private static bool Matches(byte form, byte value)
        {
            int upper = value & 0xDF;
            bool letter = upper >= 'A' && upper <= 'Z';
            bool digit = value >= '0' && value <= '9';
            switch ((char)form)
            {
                case '@': return letter;
                case '#': return digit;
                case '?': return letter || digit;
                default: return form == value;
            }
        }
    }
}
