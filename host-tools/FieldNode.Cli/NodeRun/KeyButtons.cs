using FieldNode.Core.Ports;

namespace FieldNode.Cli.NodeRun;

/// <summary>The keyboard as the node's buttons: a = arrived, u = undo, q = quit. Without a terminal there are no buttons.</summary>
internal sealed class KeyButtons(bool useKeyboard) : IButtons
{
    private readonly bool _listens = useKeyboard && !Console.IsInputRedirected;

    public bool Quit { get; private set; }

    public byte Take()
    {
        if (!_listens || !Console.KeyAvailable)
        {
            return Button.None;
        }

        switch (char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar))
        {
            case 'a': return Button.Arrived;
            case 'u': return Button.Undo;
            case 'q': Quit = true; return Button.None;
            default: return Button.None;
        }
    }
}
