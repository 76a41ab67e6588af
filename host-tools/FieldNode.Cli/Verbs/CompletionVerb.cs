using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode completion: shell completion scripts; the suggestions come from the command itself.</summary>
internal static class CompletionVerb
{
    private static readonly Dictionary<string, string> s_scripts = new()
    {
        ["bash"] = """
            _fieldnode() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(fieldnode "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _fieldnode fieldnode
            """,
        ["zsh"] = """
            _fieldnode() {
                compadd -- ${(f)"$(fieldnode "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)"}
            }
            compdef _fieldnode fieldnode
            """,
        ["fish"] = """
            complete -f -c fieldnode -a '(fieldnode "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
            """,
    };

    public static Command Command()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash | zsh | fish" };
        shell.AcceptOnlyFromAmong([.. s_scripts.Keys]);
        var command = new Command("completion", Help.Text("completion")) { shell };
        command.SetAction(parsed => Console.Out.WriteLine(s_scripts[parsed.GetRequiredValue(shell)]));
        return command;
    }
}
