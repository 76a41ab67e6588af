namespace FieldNode.Log.Pull;

/// <summary>The protocol in which hosts exchange their logs (docs/protocol.md).</summary>
public static class LogWire
{
    public const string Path = "/v1/log";

    /// <summary>Headers of an answer: the host's number in hex, the number of the last batch in the body, and of the last batch in the
    /// store.</summary>
    public const string HostHeader = "FieldNode-Host";
    public const string NextHeader = "FieldNode-Next";
    public const string LastHeader = "FieldNode-Last";

    /// <summary>The number of the host's store: it changes after a restore, and then batches have other numbers.</summary>
    public const string StoreHeader = "FieldNode-Store";

    /// <summary>An answer holds at most this many bytes, and at least one batch.</summary>
    public const int BytesMax = 1024 * 1024;
}

/// <summary>A node as reported to another host: without its key.</summary>
public sealed record LogNode(string Node, string Name, string Site, string Lane);
