using System.Diagnostics;
using System.Text;
using FieldNode.Core;
using FieldNode.Core.Enrolment;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Host.Access;
using FieldNode.Lane;
using FieldNode.Log;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.PcBoard;

namespace FieldNode.Cli.NodeRun;

/// <summary>Runs the node's loop in real time on this computer's hardware.</summary>
internal sealed class NodeRunner(NodeSetup setup)
{
    private const int StepMs = 5;
    private const int LingerMs = 10_000;

    public async Task<int> Run(CancellationToken cancel)
    {
        var (card, cardText) = setup.ReadCard();
        using var flash = OpenFlash("flash.bin", setup.FlashBytes);
        using var settingsFlash = OpenFlash("settings.bin", SettingsStore.Sectors * flash.SectorBytes);
        using var roster = OpenFlash("roster.bin", SimulatedBoard.RosterBytes);
        var identity = new NodeIdentity(settingsFlash, card);
        CheckStart(new RingLog(flash, new LaneState(), HmacTags.Instance, identity.SealRoots).Mount(card.NodeId));
        identity.TakeCard(cardText);
        var settings = setup.Settings(card);
        identity.Tell(settings);
        using var uplink = new HttpUplink(new Uri(Encoding.ASCII.GetString(card.Url)), TrustedClient.Create(NodeSetup.Anchor(card)));
        using var serial = OpenSerial();
        using var stream = setup.Scanner == "-" ? new StreamScanner(Console.OpenStandardInput()) : null;
        var view = new NodeView(setup.Json, typedCodes: stream is not null && !Console.IsInputRedirected);
        var keys = new KeyButtons(setup.Scanner != "-");
        var node = new Node(settings, new NodePorts
        {
            Flash = flash,
            Scanner = (IScanner?)stream ?? serial!,
            Buttons = keys,
            Panel = view,
            Signals = view,
            Uplink = uplink,
            Tags = HmacTags.Instance,
            SealRoots = identity.SealRoots,
            RosterFlash = roster,
        });
        view.Attach(node);
        var clock = Stopwatch.StartNew();
        CheckStart(node.Start(0));
        view.Started();
        await Loop(node, identity, clock, () => keys.Quit || cancel.IsCancellationRequested || stream?.IsEnded == true);
        if (stream is not null && !cancel.IsCancellationRequested)
        {
            await Finish(node, identity, clock);
        }

        var left = node.Log.UnackedRecords;
        view.Stopped(left);
        return left > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
    }

    private static async Task Loop(Node node, NodeIdentity identity, Stopwatch clock, Func<bool> isOver)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(StepMs));
        while (!isOver())
        {
            node.Step((uint)clock.ElapsedMilliseconds);
            identity.Keep(node);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    // After the input has ended: silence still ends a code without terminator, and records get a chance to be uploaded. Also waits for the
    // clock, which the host's first answer sets: without it the export has no times.
    private async Task Finish(Node node, NodeIdentity identity, Stopwatch clock)
    {
        var quietUntil = clock.ElapsedMilliseconds + setup.IdleGapMs + 50;
        var giveUpAt = clock.ElapsedMilliseconds + LingerMs;
        await Loop(node, identity, clock, () => clock.ElapsedMilliseconds > quietUntil
            && ((node.Log.UnackedRecords == 0 && node.Uploader.ClockKnown) || node.HostRefuses || clock.ElapsedMilliseconds > giveUpAt));
    }

    private ImageFlash OpenFlash(string name, int bytes)
    {
        try
        {
            OwnersOnly.MakeDirectory(setup.StatePath); // private: a node's flash and settings contain its keys
            return ImageFlash.Open(Path.Combine(setup.StatePath, name), bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("state-not-usable", ExitCode.Failed, $"--state {setup.StatePath}: {e.Message}",
                $"--state {setup.StatePath}：{e.Message}");
        }
    }

    private SerialScanner? OpenSerial()
    {
        if (setup.Scanner == "-")
        {
            return null;
        }

        var scanner = new SerialScanner(setup.Scanner, setup.Baud, Say.Info);
        if (scanner.TryOpen(out var why))
        {
            return scanner;
        }

        scanner.Dispose();
        throw new HostFault("scanner-not-found", ExitCode.Failed,
            $"--scanner {setup.Scanner} cannot be opened at {setup.Baud} baud ({why}): name the serial device, for example /dev/ttyUSB0, "
                + "or - for standard input",
            $"--scanner {setup.Scanner} 无法以 {setup.Baud} 波特打开（{why}）：请给出串口设备，例如 /dev/ttyUSB0，或用 - 表示标准输入");
    }

    private void CheckStart(byte result)
    {
        var path = Path.Combine(setup.StatePath, "flash.bin");
        switch (result)
        {
            case LogResult.Ok or LogResult.Blank:
                return;
            case LogResult.OtherNode:
                throw new HostFault("other-node", ExitCode.Refused,
                    $"{path} is the log of another node: give this card its own --state directory",
                    $"{path} 是另一节点的日志：请为此卡使用单独的 --state 目录");
            case LogResult.NotALog:
                throw new HostFault("not-a-log", ExitCode.Refused,
                    $"{path} is not a log, and is left unchanged; give an empty --state directory",
                    $"{path} 的内容不是日志：保持原样；请使用空的 --state 目录");
            default:
                throw new HostFault("flash-fault", ExitCode.Failed, $"{path} cannot be written or read", $"{path} 无法读写");
        }
    }
}
