using FieldNode.Core.Settings;
using FieldNode.Core;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Scanner;
using FieldNode.Simulator.Uplink;

namespace FieldNode.Simulator.Boards;

/// <summary>A complete node in memory: the real Core on simulated parts, with a battery that can be removed. The flash content survives;
/// everything else restarts.</summary>
public sealed class SimulatedBoard : IButtons, IPanel
{
    private const uint QuietMs = 500; // a code without terminator ends after silence, in which the next sector is also prepared

    private readonly NodeSettings _settings;
    private readonly ISignals _signals;
    private readonly MemorySealRoots _seals;
    private readonly NorFlash? _roster;
    private readonly Queue<byte> _presses = new();
    private long _now;
    private long _bootedAt;
    private long _bootAgainAt;

    /// <summary>Flash size for a roster of 10,000 people.</summary>
    public const int RosterBytes = 16 * 4096;

    /// <param name="key">The key agreed by the node and its host.</param>
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

    /// <summary>The running node; null while powered off.</summary>
    public Node? Node { get; private set; }

    public NodeSettings Settings => _settings;

    /// <summary>True while time must not be skipped: the power is off, the scanner is sending, a button is pressed, or a request is under
    /// way.</summary>
    public bool IsBusy => Node is null || Scanner.IsBusy || Node.IdleMs((uint)(_now - _bootedAt)) < QuietMs || _presses.Count > 0
        || Link.IsBusy || Node.IsRemembering;

    /// <summary>Number of power cuts so far.</summary>
    public int PowerCuts { get; private set; }

    public void Press(byte button)
    {
        _presses.Enqueue(button);
    }

    /// <summary>Advances the board to a time. Starts it if it is off and due; the first call starts it for the first time.</summary>
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

    /// <summary>Removes the battery now and reinserts it after <paramref name="forMs"/>.</summary>
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
        // The picture is rendered from Node.Screen on demand.
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
