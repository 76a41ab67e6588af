using FieldNode.Core.Settings;
using FieldNode.Core;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Scanner;
using FieldNode.Simulator.Uplink;

namespace FieldNode.Simulator.Boards;

/// <summary>
/// A whole node in memory: the real Core on simulated parts, with a battery that can be pulled. What is on the flash survives, everything
/// else begins again.
/// </summary>
public sealed class SimulatedBoard : IButtons, IPanel
{
    private const uint QuietMs = 500; // a code without terminator ends by silence, and the next sector is made ready in it

    private readonly NodeSettings _settings;
    private readonly ISignals _signals;
    private readonly MemorySealRoots _seals;
    private readonly NorFlash? _roster;
    private readonly Queue<byte> _presses = new();
    private long _now;
    private long _bootedAt;
    private long _bootAgainAt;

    /// <summary>Flash for a roster: 10,000 people.</summary>
    public const int RosterBytes = 16 * 4096;

    /// <param name="key">The key that the node agreed on with its host.</param>
    public SimulatedBoard(NodeSettings settings, byte[] key, NorFlash flash, SimulatedLink link, ISignals signals, NorFlash? roster = null)
    {
        _roster = roster;
        _settings = settings;
        _signals = signals;
        _settings.LinkKey = NodeKeys.Link(HmacTags.Instance, key);
        _seals = new MemorySealRoots(key);
        Flash = flash;
        Link = link;
    }

    public NorFlash Flash { get; }

    public UartScanner Scanner { get; } = new();

    public SimulatedLink Link { get; }

    /// <summary>The running node; null while the power is off.</summary>
    public Node? Node { get; private set; }

    public NodeSettings Settings => _settings;

    /// <summary>Something goes on that must not be passed over: power is off, the scanner sends, a button is pressed, a request is under
    /// way.</summary>
    public bool IsBusy => Node is null || Scanner.IsBusy || Node.IdleMs((uint)(_now - _bootedAt)) < QuietMs || _presses.Count > 0
        || Link.IsBusy || Node.IsRemembering;

    /// <summary>Power cuts so far.</summary>
    public int PowerCuts { get; private set; }

    public void Press(byte button)
    {
        _presses.Enqueue(button);
    }

    /// <summary>Moves the board on to a time; starts it when it is off and due. The first call is the first start.</summary>
    public void Step(long nowMs)
    {
        _now = nowMs;
        Scanner.Advance(nowMs);
        Link.Advance(nowMs);
        if (nowMs < _bootAgainAt)
        {
            return;
        }

        try
        {
            if (Node is null)
            {
                Start(nowMs);
            }

            Node!.Step((uint)(nowMs - _bootedAt));
        }
        catch (PowerCutException)
        {
            PowerOff(nowMs, 8000);
        }
    }

    /// <summary>The battery is pulled now and put back after a while.</summary>
    public void PowerOff(long nowMs, int forMs)
    {
        PowerCuts++;
        Node = null;
        _presses.Clear();
        Scanner.PowerCut();
        Link.PowerCut();
        _bootAgainAt = nowMs + forMs;
        Flash.PowerOn();
    }

    byte IButtons.Take()
    {
        return _presses.TryDequeue(out var press) ? press : Button.None;
    }

    void IPanel.Show(Screen screen)
    {
        // The picture is made from Node.Screen when somebody looks.
    }

    private void Start(long nowMs)
    {
        _bootedAt = nowMs;
        var node = new Node(_settings, new NodePorts
        {
            Flash = Flash,
            Scanner = Scanner,
            Buttons = this,
            Panel = this,
            Signals = _signals,
            Uplink = Link,
            Tags = HmacTags.Instance,
            SealRoots = _seals,
            RosterFlash = _roster,
        });
        var result = node.Start(0);
        if (!node.Works)
        {
            throw new InvalidOperationException($"node {_settings.NodeId:X16} does not start: log result {result}");
        }

        Node = node;
    }
}
