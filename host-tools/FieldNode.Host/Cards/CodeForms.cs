using FieldNode.Protocol;

namespace FieldNode.Host.Cards;

/// <summary>
/// What codes look like at a site, for its nodes' cards: forms separated by commas, in which @ is a letter, # a digit, ? either, and any other
/// character itself; and the categories that lanes offer, by name. Empty: what a node takes by itself.
/// </summary>
public sealed record CodeForms(string Tubes, string Bags, string Papers, string Categories)
{
    private const int CodeBytesMax = 40;
    private const int TubeBytesMax = 24;

    /// <summary>Checks them, and returns them.</summary>
    /// <exception cref="HostFault">A form or a category is none.</exception>
    public CodeForms Checked()
    {
        CheckForms("--tubes", Tubes, TubeBytesMax);
        CheckForms("--bags", Bags, TubeBytesMax);
        CheckForms("--papers", Papers, CodeBytesMax);
        CheckLength("--categories", Categories);
        foreach (var name in Split(Categories))
        {
            if (!Enumerable.Range(0, Category.Last + 1).Any(i => Category.Name(i) == name))
            {
                var known = string.Join(' ', Enumerable.Range(0, Category.Last + 1).Select(i => Category.Name(i)));
                throw new HostFault("bad-forms", ExitCode.Usage, $"--categories: '{name}' is none of {known}", $"--categories：'{name}' 不在 {known} 之中");
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
                throw new HostFault("bad-forms", ExitCode.Usage, $"{option}: '{form}' is no form: 1 to {most} characters, @ a letter, # a digit, ? either, for example @@########", $"{option}：'{form}' 不是码型：1 至 {most} 个字符，@ 为字母，# 为数字，? 为任一，例如 @@########");
            }
        }
    }

    private static void CheckLength(string option, string text)
    {
        if (text.Length > EnrolmentCard.FormsBytesMax)
        {
            throw new HostFault("bad-forms", ExitCode.Usage, $"{option} has {text.Length} characters: at most {EnrolmentCard.FormsBytesMax}", $"{option} 有 {text.Length} 个字符：最多 {EnrolmentCard.FormsBytesMax}");
        }
    }

    private static string[] Split(string text) => text.Length == 0 ? [] : text.Split(',');
}
