using FieldNode.Log;
using FieldNode.Protocol;

namespace FieldNode.Host.Cards;

/// <summary>
/// What codes look like at a site, for its nodes' cards: forms separated by commas, in which @ is a letter, # a digit, ? either, and any
/// other character itself; and the categories that lanes offer, by name. Empty: what a node takes by itself.
/// </summary>
public sealed record CodeForms(string Tubes, string Bags, string Papers, string Categories)
{
    private const int CodeBytesMax = 40;
    private const int TubeBytesMax = 24;
    private const string TubesDefault = "@@########,@@#########,#########,##########";
    private const string BagsDefault = "BAG######,BAG########"; // what a node takes when its card tells none
    private const string ResidentIdForm = "#################?";

    /// <summary>Checks them, and returns them.</summary>
    /// <exception cref="HostFault">A form or a category is none.</exception>
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
                throw new HostFault("bad-forms", ExitCode.Usage, $"--categories: '{name}' is none of {known}",
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
                    $"{option}: '{form}' is no form: 1 to {most} characters, @ a letter, # a digit, ? either, for example @@########",
                    $"{option}：'{form}' 不是码型：1 至 {most} 个字符，@ 为字母，# 为数字，? 为任一，例如 @@########");
            }
        }
    }

    // A code of two kinds would be taken for the first of them: tubes that open bags, or people that open tubes.
    private static void CheckOverlap(string form, string[] others, string whose, string chinese)
    {
        if (form.StartsWith("FN:", StringComparison.OrdinalIgnoreCase)
            || Array.Exists(others, other => other.Length == form.Length && other.Zip(form).All(pair => Meet(pair.First, pair.Second))))
        {
            throw new HostFault("bad-forms", ExitCode.Usage,
                $"'{form}' can be {(form.StartsWith("FN:", StringComparison.OrdinalIgnoreCase) ? "a card's" : whose)} code too: give a "
                + "form that tells them apart",
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
