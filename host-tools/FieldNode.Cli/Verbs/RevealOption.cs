using FieldNode.Log;
using FieldNode.Log.Store;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>--reveal REASON: shows people's codes, which are otherwise masked, once the disclosure is in the audit log.</summary>
internal sealed class RevealOption
{
    /// <summary>The role of anyone who works on the host itself and can read its key file.</summary>
    private const string Role = "host";

    private readonly Option<string?> _reveal = new("--reveal")
    {
        Description = Help.Text("--reveal"),
        HelpName = "REASON",
    };

    private Option<string> _who = Options.Who();

    /// <summary>Adds the option to a command.</summary>
    /// <param name="who">The command's own --who; null to add one.</param>
    public void AddTo(Command command, Option<string>? who = null)
    {
        command.Add(_reveal);
        if (who is null)
        {
            command.Add(_who);
        }

        _who = who ?? _who;
    }

    /// <summary>Whether --reveal is given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_reveal) is not null;

    /// <summary>How to show codes in an answer: open, which is noted in the audit log before this returns, or masked.</summary>
    /// <param name="subject">What the answer is about; never a person's code.</param>
    /// <param name="people">Number of codes in the answer.</param>
    public Func<string, string> Codes(ParseResult parsed, HostStore store, string verb, string subject, int people)
    {
        if (!IsGiven(parsed))
        {
            if (people > 0)
            {
                Say.Info(Say.In("People's codes are masked: --reveal REASON shows them, and is noted in the audit log",
                    "人员编号已打码：--reveal 理由 可显示，并记入审计日志"));
            }

            return store.Vault.Masked;
        }

        Note(parsed, store, verb, subject, people);
        return store.Vault.Open;
    }

    /// <summary>Notes the disclosure in the audit log.</summary>
    /// <exception cref="HostFault">No reason is given.</exception>
    public void Note(ParseResult parsed, HostStore store, string verb, string subject, int people)
    {
        new AuditLog(store, TimeProvider.System)
            .Note(new Disclosure(parsed.GetValue(_who) ?? "", Role, verb, subject, Reason(parsed), people));
    }

    /// <summary>The reason, in the viewer's words.</summary>
    /// <exception cref="HostFault">The reason is missing or blank.</exception>
    public string Reason(ParseResult parsed)
    {
        return parsed.GetValue(_reveal)?.Trim() is { Length: > 0 } reason ? reason
            : throw new HostFault("no-reason", ExitCode.Usage,
                "--reveal needs a reason: why must the codes be shown? For example, --reveal \"positive tube, lab called 17:40\"",
                "--reveal 需要理由：为何查看编号？例如 --reveal \"阳性管，实验室 17:40 来电\"");
    }
}
