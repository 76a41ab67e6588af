using System.Text;
using System.Text.Json;
using FieldNode.Answers.Reports;
using FieldNode.Core;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Protocol;
using FieldNode.Simulator.Panel;
using Spectre.Console;

namespace FieldNode.Cli.NodeRun;

/// <summary>
/// The node's screen and signals on a computer: the OLED drawn in a terminal, else a line per event; with --json, a JSON line per event on
/// standard output. Codes typed in the same terminal would garble the drawing, so then each event is a line, too. An event is printed after
/// its record is on the flash.
/// </summary>
internal sealed class NodeView(bool json, bool typedCodes) : IPanel, ISignals
{
    private const int BoxLines = ScreenText.Lines + 2;

    private readonly bool _draws = !json && !typedCodes && !Console.IsOutputRedirected && Terminal.IsInteractive;
    private bool _drawn;
    private string _said = "";
    private Node? _node;

    public void Attach(Node node)
    {
        _node = node;
    }

    public void Show(Screen screen)
    {
        if (!_draws)
        {
            SayScreen(screen);
            return;
        }

        if (_drawn)
        {
            AnsiConsole.Cursor.MoveUp(BoxLines);
        }

        _drawn = true;
        AnsiConsole.Write(ScreenBox.Draw(ScreenText.Render(screen, ScreenBox.Language), screen.Kind));
    }

    // Without the drawing, prints the screen's text about a step: a question, mode, place or bag, or information from roster or host.
    private void SayScreen(Screen screen)
    {
        var says = screen.Kind >= ScreenKind.Ask || screen.Kind == ScreenKind.Message
            || (screen.Kind == ScreenKind.Confirmed && screen.Advice != RosterAdvice.None);
        var words = says ? ScreenText.Render(screen, ScreenBox.Language)[ScreenText.HappenedLine] : "";
        if (words.Length > 0 && words != _said && !json)
        {
            Event("screen", new { }, words);
        }

        _said = words;
    }

    public void Confirmed(byte recordType, uint sequence)
    {
        var state = _node!.State;
        Event("confirmed", new
        {
            @event = "confirmed",
            type = RecordWords.Name(recordType),
            sequence,
            code = Code,
            group = state.People,
            size = state.TubeSize,
            sampled = state.Sampled
        },
            $"{RecordWords.Name(recordType)} #{sequence}  {state.People}/{state.TubeSize}");
    }

    public void GroupFull()
    {
        Event("full", new { @event = "full" }, ScreenWords.Word(ScreenWords.Seal, ScreenBox.Language));
        Beep();
    }

    public void Refused(byte reason)
    {
        Event("refused", new { @event = "refused", reason = Refusal.Name(reason), code = Code },
            $"{Refusal.Name(reason)}: {ScreenWords.OfRefusal(reason, ScreenBox.Language)}");
        Beep();
    }

    public void Attention()
    {
        var reply = _node!.Uploader.Reply;
        var lane = reply.MessageCount > 0 ? Encoding.UTF8.GetString(reply.MessageText[0], 0, reply.MessageTextCount[0]) : "";
        Event("attention", new { @event = "attention", messages = reply.MessageCount, lane, nearlyFull = _node.Log.NearlyFull },
            AttentionWords(lane));
        Beep();
    }

    /// <summary>Reports the state restored at the start.</summary>
    public void Started()
    {
        var state = _node!.State;
        Event("started", new
        {
            @event = "started",
            node = _node.Log.NodeId.ToString("X16"),
            epoch = _node.Log.Epoch.ToString("X8"),
            boot = state.BootCount,
            group = state.People,
            size = state.TubeSize,
            tube = Encoding.ASCII.GetString(state.TubeCode, 0, state.TubeCodeCount),
            tubeOpen = state.TubeStatus == 1,
            sampled = state.Sampled,
            unsent = _node.Log.UnackedRecords,
            retired = _node.Log.RetiredCount
        },
            $"start {state.BootCount}, {state.People}/{state.TubeSize}, {state.Sampled} sampled, {_node.Log.UnackedRecords} not yet "
                + "uploaded" + (_node.Log.RetiredCount > 0
                    ? $", {_node.Log.RetiredCount} of {_node.Log.SectorCount} flash sectors retired" : ""));
    }

    public void Stopped(uint unsent)
    {
        Event("stopped", new { @event = "stopped", unsent }, Say.In($"{unsent} records not yet uploaded", $"未上传 {unsent} 条"));
    }

    private string AttentionWords(string lane)
    {
        if (lane.Length > 0)
        {
            return lane;
        }

        if (_node!.Log.NearlyFull)
        {
            return ScreenWords.Word(ScreenWords.NearlyFull, ScreenBox.Language);
        }

        var isTrouble = _node.Screen.TroublePart >= 0 || PartState.IsTrouble(_node.Screen.HostState);
        return !isTrouble ? Say.In("read the screen", "请看屏幕") : Say.In("check the node's parts, or its host", "请查看节点部件或主机");
    }

    // Masked as on the screen; empty when a button was pressed.
    private string Code => Encoding.ASCII.GetString(_node!.Screen.Code, 0, _node.Screen.CodeCount).Replace('~', '*');

    private void Event(string name, object facts, string words)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(facts));
            Console.Out.Flush();
        }
        else if (!_draws)
        {
            Console.Out.WriteLine($"{name,-10} {words}");
            Console.Out.Flush();
        }
    }

    private void Beep()
    {
        if (_draws)
        {
            Console.Out.Write('\a');
        }
    }
}
