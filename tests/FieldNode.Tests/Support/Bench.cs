using System.Text;
using FieldNode.Core.Health;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Core.Settings;
using FieldNode.Core;
using FieldNode.DeviceTests;
using FieldNode.Lane;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;

namespace FieldNode.Tests.Support;

/// <summary>A node on a test bench: codes go in as bytes, signals come out, the flash is simulated, and the uplink never answers.</summary>
internal sealed class Bench : IScanner, IButtons, IPanel, ISignals, IUplink
{
    public const ulong NodeId = 0x1122334455667788;

    private readonly Queue<byte> _input = new();
    private byte _button;

    public Bench(NorFlash? flash = null, uint seed = 1)
    {
        Flash = flash ?? new NorFlash(16 * 4096);
        Settings = new NodeSettings
        {
            NodeId = NodeId,
            Lane = "L1"u8.ToArray(),
            Site = "S"u8.ToArray(),
            Seed = seed,
            LinkKey = new byte[NodeKeys.Bytes]
        };
        Node = NewNode();
    }

    public NodeSettings Settings { get; }

    /// <summary>Computes tags and seals; does nothing unless a test sets it.</summary>
    public ITags Tags { get; set; } = new PlainSeals();

    public ISealRoots Seals { get; set; } = new PlainSeals();

    /// <summary>Part health that the board would report.</summary>
    public NodeHealth Health { get; } = new();

    public NorFlash Flash { get; }

    /// <summary>Flash for a roster; null by default.</summary>
    public NorFlash? Roster { get; init; }

    public Node Node { get; private set; }

    public uint Now { get; private set; }

    public List<(byte Type, uint Sequence)> Confirmations { get; } = [];

    public List<byte> Refusals { get; } = [];

    public int FullSignals { get; private set; }

    public int Attentions { get; private set; }

    public LaneState State => Node.State;

    public byte[] Answer => [];

    public int AnswerCount => 0;

    public Bench Start()
    {
        Assert.Equal(LogResult.Ok, Node.Start(0));
        return this;
    }

    /// <summary>Takes the battery out and puts it back: a new node over the same flash.</summary>
    public Bench Restart()
    {
        Flash.PowerOn();
        Now = 0;
        _input.Clear();
        Node = NewNode();
        return Start();
    }

    /// <summary>Scans codes one after another; returns the refusal of the last, 0 if it was confirmed.</summary>
    public byte Scan(params string[] codes)
    {
        var last = Refusal.None;
        foreach (var code in codes)
        {
            var refusals = Refusals.Count;
            foreach (var value in Encoding.Latin1.GetBytes(code + "\r"))
            {
                _input.Enqueue(value);
            }

            Now += 3000; // longer than the repeat window
            do
            {
                Node.Step(Now);
            }
            while (_input.Count > 0);
            last = Refusals.Count > refusals ? Refusals[^1] : Refusal.None;
        }

        return last;
    }

    /// <summary>Creates a new node with the current settings.</summary>
    public Bench Renew()
    {
        Node = NewNode();
        return this;
    }

    /// <summary>Lets time pass without input.</summary>
    public void Wait(uint ms)
    {
        Now += ms;
        Node.Step(Now);
        Node.Step(Now); // the second step reports what the first one showed
    }

    /// <summary>Runs until the node's memory is current and the lane screen is back.</summary>
    public void Settle()
    {
        for (var i = 0; i < 10_000 && !Node.Memory.IsCurrent; i++)
        {
            Node.Step(Now);
        }

        Wait(Settings.EventShownMs);
    }

    /// <summary>The newest record of type T.</summary>
    public T Last<T>()
        where T : RecordContent, new()
    {
        var content = new T();
        var (_, frame) = Records().Last(record => Frame.Type(record.Frame, 0) == content.Type);
        Assert.True(content.TryRead(frame, Frame.HeadBytes, Frame.ContentCount(frame, 0)));
        return content;
    }

    /// <summary>The lane state without the fields that every record changes: clock, pace, and the log positions of its steps.</summary>
    public string Facts()
    {
        var state = State;
        return string.Join(' ', state.Round, state.Shift, state.GroupSize, state.Category, state.NextCategory, state.Training,
            state.Green, state.Target,
            Encoding.ASCII.GetString(state.Operator, 0, state.OperatorCount), state.TubeStatus, state.People, state.AskedWhat,
                state.AskedValue, state.Sampled,
            state.Arrivals, state.TurnedAway, state.Isolated, state.Place.IsOpen, state.Place.Kind, state.Bag.Status, state.Bag.Tubes,
                state.Bag.SealedBags);
    }

    public byte Press(byte button)
    {
        var refusals = Refusals.Count;
        _button = button;
        Now += 100;
        Node.Step(Now);
        return Refusals.Count > refusals ? Refusals[^1] : Refusal.None;
    }

    /// <summary>The state as bytes, to compare two nodes.</summary>
    public static byte[] Snapshot(LaneState state)
    {
        var buffer = new byte[SectorHead.BytesMax];
        return buffer[..state.Save(buffer, 0)];
    }

    /// <summary>Folds every record on the flash, from the first, to check the node's state independently.</summary>
    public LaneState Fold()
    {
        var fold = new LaneState();
        foreach (var (sequence, frame) in Records())
        {
            fold.Apply(sequence, frame, 0);
        }

        return fold;
    }

    /// <summary>All records on the flash, in order, without those that were acknowledged and overwritten.</summary>
    public List<(uint Sequence, byte[] Frame)> Records() => LogRecords.Read(Node.Log);

    int IScanner.Read(byte[] buffer, int offset, int count)
    {
        var taken = Math.Min(count, _input.Count);
        for (var i = 0; i < taken; i++)
        {
            buffer[offset + i] = _input.Dequeue();
        }

        return taken;
    }

    byte IButtons.Take()
    {
        var button = _button;
        _button = Button.None;
        return button;
    }

    void IPanel.Show(Screen screen)
    {
    }

    private Node NewNode()
    {
        return new Node(Settings,
            new NodePorts
            {
                Flash = Flash,
                Scanner = this,
                Buttons = this,
                Panel = this,
                Signals = this,
                Uplink = this,
                Tags = Tags,
                SealRoots = Seals,
                Health = Health,
                RosterFlash = Roster
            });
    }

    void ISignals.Confirmed(byte recordType, uint sequence) => Confirmations.Add((recordType, sequence));

    void ISignals.GroupFull() => FullSignals++;

    void ISignals.Refused(byte reason) => Refusals.Add(reason);

    void ISignals.Attention() => Attentions++;

    void IUplink.Begin(byte kind, byte[] body, int count)
    {
    }

    byte IUplink.Poll() => UplinkState.Failed;
}
