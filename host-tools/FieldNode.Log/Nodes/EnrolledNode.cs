using FieldNode.Protocol;

namespace FieldNode.Log.Nodes;

/// <summary>
/// An enrolled node. Its key is null until it trades its claim for one, or if the node is known only from files and cannot upload.
/// </summary>
public sealed record EnrolledNode(ulong Id, string Name, string Site, string Lane, byte[]? Key, byte[]? Claim = null)
{
    private LinkKeys? _links;

    public string IdText => Id.ToString("X16");

    /// <summary>The number of the node's card that carries the claim: 1 for the first.</summary>
    public int Enrolment { get; init; } = 1;

    /// <summary>True if the node is revoked: nothing more is accepted from it.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>True if the exchange that gave the node its key is still stored, to be answered again: the node has not used the key
    /// yet.</summary>
    internal bool HoldsExchange { get; init; }

    /// <summary>The subkeys of the messages between the node and this host; null if the key is null.</summary>
    internal LinkKeys? Links => Key is null ? null : _links ??= new LinkKeys(HmacTags.Instance, NodeKeys.Link(HmacTags.Instance, Key));
}

/// <summary>The result of a claim.</summary>
public enum ClaimResult
{
    Answered,
    UnknownNode,

    /// <summary>The tag does not match the claim on the node's card.</summary>
    BadTag,

    /// <summary>The claim was already traded: the card was scanned on two boxes, or the box lost its memory. Or the ticket belongs to an
    /// earlier card. Print a new card.</summary>
    Used,

    /// <summary>The claim has expired. Print a new card.</summary>
    Expired,

    /// <summary>The node was revoked. Print a new card to admit it again.</summary>
    Revoked,
}
