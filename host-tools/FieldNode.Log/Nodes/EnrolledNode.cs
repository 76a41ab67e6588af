using FieldNode.Protocol;

namespace FieldNode.Log.Nodes;

/// <summary>
/// An enrolled node. Its key is null until it traded its claim for one, and when it is known from files only and cannot upload.
/// </summary>
public sealed record EnrolledNode(ulong Id, string Name, string Site, string Lane, byte[]? Key, byte[]? Claim = null)
{
    private LinkKeys? _links;

    public string IdText => Id.ToString("X16");

    /// <summary>Which of the node's cards the claim is on: 1 for the first.</summary>
    public int Enrolment { get; init; } = 1;

    /// <summary>Nothing is taken from it any more.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>The exchange that gave it its key is still here, to be answered again: it has not used the key yet.</summary>
    internal bool HoldsExchange { get; init; }

    /// <summary>The subkeys of what it and this host say to each other; null as the key.</summary>
    internal LinkKeys? Links => Key is null ? null : _links ??= new LinkKeys(HmacTags.Instance, NodeKeys.Link(HmacTags.Instance, Key));
}

/// <summary>How a claim was answered.</summary>
public enum ClaimResult
{
    Answered,
    UnknownNode,

    /// <summary>Its tag does not fit the claim on the node's card.</summary>
    BadTag,

    /// <summary>The claim was traded already: the card was scanned on two boxes, or the box lost its memory. Or the ticket is of an earlier
    /// card. Print a new card.</summary>
    Used,

    /// <summary>The card is older than a claim may become. Print a new card.</summary>
    Expired,

    /// <summary>The node was revoked. Print a new card if it is to belong here again.</summary>
    Revoked,
}
