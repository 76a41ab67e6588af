namespace FieldNode.Log.Pull;

/// <summary>How hosts speak of their logs with each other (docs/protocol.md).</summary>
public static class LogWire
{
    public const string Path = "/v1/log";

    /// <summary>Headers of an answer: the host's number in hex, the number of the last batch in the body, and of the last there
    /// is.</summary>
    public const string HostHeader = "FieldNode-Host";
    public const string NextHeader = "FieldNode-Next";
    public const string LastHeader = "FieldNode-Last";

    /// <summary>Which store of the host it is: after a restore another, whose batches have other numbers.</summary>
    public const string StoreHeader = "FieldNode-Store";

    /// <summary>An answer holds at most this many bytes, and at least one batch.</summary>
    public const int BytesMax = 1024 * 1024;
}

/// <summary>A node as another host is told of it: without its key.</summary>
public sealed record LogNode(string Node, string Name, string Site, string Lane);
