namespace FieldNode.Simulator.Uplink;

/// <summary>The host, as seen by a simulated link.</summary>
public interface IHostPort
{
    /// <summary>Posts a body of one <see cref="FieldNode.Core.Ports.UplinkKind"/> and waits for the answer.</summary>
    HostAnswer Post(byte kind, byte[] body);
}

/// <summary>An HTTP status (0 = no answer) and the body.</summary>
public sealed record HostAnswer(int Status, byte[] Body)
{
    public static readonly HostAnswer Unreachable = new(0, []);
}
