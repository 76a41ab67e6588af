namespace FieldNode.Simulator.Uplink;

/// <summary>The host as a simulated link reaches it.</summary>
public interface IHostPort
{
    /// <summary>Posts a batch and waits for the answer.</summary>
    HostAnswer Post(byte[] batch);
}

/// <summary>An HTTP status (0 = nobody answered) and the body.</summary>
public sealed record HostAnswer(int Status, byte[] Body)
{
    public static readonly HostAnswer Unreachable = new(0, []);
}
