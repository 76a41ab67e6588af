namespace FieldNode.Protocol
{
    /// <summary>Invented people for training: resident ID numbers with area code 000000, which no place has, and a birth year before 1900
    /// (18xx). The 15th digit is the category under which a volunteer must scan them.</summary>
    public static class PracticePeople
    {
        private const int Zeros = 6;
        private const int CategoryAt = 14;
        private const int CodeBytes = 18;

        /// <summary>Whether the code is a practice person's and requires a category other than <paramref name="category"/>.</summary>
        public static bool IsUnderWrongCategory(byte[] code, int count, byte category)
        {
            if (count != CodeBytes || code[Zeros] != '1' || code[Zeros + 1] != '8')
            {
                return false;
            }

            for (int i = 0; i < Zeros; i++)
            {
                if (code[i] != '0')
                {
                    return false;
                }
            }

            return code[CategoryAt] - '0' != category;
        }
    }
}
