using FieldNode.Log;
using FieldNode.Protocol;

namespace FieldNode.Host.Cards;

/// <summary>The forms of codes at a site, for its nodes' cards, and the names of the categories that lanes offer. Forms are separated by
/// commas; @ stands for a letter, # for a digit, ? for either, and any other character for itself. Empty: the node's default.</summary>
public sealed record CodeForms(string Tubes, string Bags, string Papers, string Categories)
{
    private const int CodeBytesMax = 40;
    private const int TubeBytesMax = 24;
    private const string TubesDefault = "@@########,@@#########,#########,##########";
    private const string BagsDefault = "BAG######,BAG########"; // a node's default if its card has none
    private const string ResidentIdForm = "#################?";

    /// <summary>Validates the forms and categories, and returns this.</summary>
    /// <exception cref="HostFault">A form or category is invalid or ambiguous.</exception>
    public CodeForms Checked()
    {
        CheckForms("--tubes", Tubes, TubeBytesMax);
        CheckForms("--bags", Bags, TubeBytesMax);
        CheckForms("--papers", Papers, CodeBytesMax);
        var bags = Split(Bags.Length > 0 ? Bags : BagsDefault);
        foreach (var form in Split(Tubes.Length > 0 ? Tubes : TubesDefault).Concat(Split(Papers)))
        {
            CheckOverlap(form, bags, "a bag's", "转运袋码");
            CheckOverlap(form, [ResidentIdForm], "a resident ID's", "身份证号");
        }

        CheckLength("--categories", Categories);
        foreach (var name in Split(Categories))
        {
            if (!Enumerable.Range(0, Category.Last + 1).Any(i => Category.Name(i) == name))
            {
                var known = string.Join(' ', Enumerable.Range(0, Category.Last + 1).Select(i => Category.Name(i)));
                throw new HostFault("bad-forms", ExitCode.Usage, $"--categories: '{name}' is not one of {known}",
                    $"--categories：'{name}' 不在 {known} 之中");
            }
        }

        return this;
    }

    private static void CheckForms(string option, string forms, int most)
    {
        CheckLength(option, forms);
        foreach (var form in Split(forms))
        {
            if (form.Length == 0 || form.Length > most || form.Any(letter => letter is <= ' ' or > '~' or ';'))
            {
                throw new HostFault("bad-forms", ExitCode.Usage,
                    $"{option}: '{form}' is not a form: 1 to {most} characters, @ a letter, # a digit, ? either, for example @@########",
                    $"{option}：'{form}' 不是码型：1 至 {most} 个字符，@ 为字母，# 为数字，? 为字母或数字，例如 @@########");
            }
        }
    }

    // A code that fits two kinds would be read as the first: a tube's code would open a bag, or a person's code would open a tube.
    private static void CheckOverlap(string form, string[] others, string whose, string chinese)
    {
        if (form.StartsWith("FN:", StringComparison.OrdinalIgnoreCase)
            || Array.Exists(others, other => other.Length == form.Length && other.Zip(form).All(pair => Meet(pair.First, pair.Second))))
        {
            throw new HostFault("bad-forms", ExitCode.Usage,
                $"'{form}' could also be {(form.StartsWith("FN:", StringComparison.OrdinalIgnoreCase) ? "a card's" : whose)} code: give a "
                + "form that distinguishes them",
                $"'{form}' 也可能是{(form.StartsWith("FN:", StringComparison.OrdinalIgnoreCase) ? "操作卡" : chinese)}：请给出可区分的码型");
        }
    }

    private static bool Meet(char a, char b)
    {
        static bool Takes(char form, char letter) =>
            form switch
            {
                '@' => letter is '@' or '?' || char.IsAsciiLetter(letter),
                '#' => letter is '#' or '?'
                || char.IsAsciiDigit(letter),
                '?' => letter is '@' or '#' or '?' || char.IsAsciiLetterOrDigit(letter),
                _ => char.ToUpperInvariant(form) == char.ToUpperInvariant(letter)
            };
        return Takes(a, b) || Takes(b, a);
    }

    private static void CheckLength(string option, string text)
    {
        if (text.Length > EnrolmentCard.FormsBytesMax)
        {
            throw new HostFault("bad-forms", ExitCode.Usage,
                $"{option} has {text.Length} characters: at most {EnrolmentCard.FormsBytesMax}",
                $"{option} 有 {text.Length} 个字符：最多 {EnrolmentCard.FormsBytesMax}");
        }
    }

    private static string[] Split(string text) => text.Length == 0 ? [] : text.Split(',');
}
