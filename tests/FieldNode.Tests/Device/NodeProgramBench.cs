using FieldNode.Core.Screens;
using FieldNode.Host.Cards;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Device;

/// <summary>The device's own program on a modelled board, with a real host where its node is enrolled.</summary>
public abstract class NodeProgramBench : IAsyncLifetime
{
    protected const string Person = "11010519491231002X";

    private const string Wifi = "Site-WLAN";

    private protected ModelBoard Board { get; } = new();

    private protected TestHost Host { get; private set; } = null!;

    private protected EnrolledNode Enrolled { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await TestHost.Start(Board.Time);
        Enrolled = EnrolmentCards.NewNode("lane-9", "正飞", "L9");
        new NodeRegistry(Host.Store, TimeProvider.System).Add(Enrolled);
    }

    public async ValueTask DisposeAsync()
    {
        Board.Dispose();
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected FieldNode.Core.Node Node => Board.Program!.Node!;

    private protected CardNetwork Network() => new(Host.Address.ToString().TrimEnd('/'), Wifi, "secret12", "zh", []);

    /// <summary>The codes of the node's card; several if it includes a certificate.</summary>
    protected IReadOnlyList<string> Card(int anchorBytes = 0)
    {
        return EnrolmentCards.Codes(EnrolmentCards.Text(Enrolled, Host.Store.HostId,
            Network() with { Anchor = [.. Enumerable.Range(0, anchorBytes).Select(i => (byte)i)] }));
    }

    protected void ScanAll(IEnumerable<string> codes)
    {
        foreach (var code in codes)
        {
            Board.Scan(code);
        }
    }

    // Enrols the node with its card and waits until the lane is ready.
    protected void Enrol()
    {
        Board.RunUntil(() => Board.Shows(ScreenWords.ScanCard) || Board.Program?.Node is { Works: true }, "started");
        if (Board.Shows(ScreenWords.ScanCard))
        {
            ScanAll(Card());
        }

        Board.RunUntil(() => Board.Program?.Node is { Works: true } && Board.Shows(ScreenWords.ScanTube), "the lane is ready");
    }

    protected List<byte[]> Records() => [.. LogRecords.Read(Node.Log).Select(record => record.Frame)];

    protected void AssertRecorded(byte part, byte state)
    {
        Board.RunUntil(() => Records().Any(record => IsPart(record, part, state)),
            $"{NodePart.Name(part)} {PartState.Name(state)} is recorded");
    }

    protected static bool IsPart(byte[] record, byte part, byte state)
    {
        return Frame.Type(record, 0) == RecordType.PartChanged && Read<PartChanged>(record) is var changed && changed.Part == part
            && changed.State == state;
    }

    protected static T Read<T>(byte[] record)
        where T : RecordContent, new()
    {
        var content = new T();
        Assert.True(content.TryRead(record, Frame.HeadBytes, Frame.ContentCount(record, 0)));
        return content;
    }
}
