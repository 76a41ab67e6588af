using System.Buffers.Binary;
using FieldNode.Log.Keys;
using FieldNode.Protocol;

namespace FieldNode.Log.Nodes;

/// <summary>
/// A ticket that a host gives a node to keep, wrapped under the store's own key. It holds all that the host needs to take the node back
/// after a restore from a backup made before the trade. A ticket that is stolen from a node opens nothing.
/// </summary>
/// <param name="Key">The key that node and host agreed on.</param>
/// <param name="Nonce">The nonce that the node drew.</param>
/// <param name="Claim">The claim that was traded.</param>
internal sealed record Ticket(ulong Node, int Enrolment, byte[] Key, byte[] Nonce, byte[] Claim)
{
    private const int EnrolmentOffset = 8;
    private const int KeyOffset = 9;
    private const int NonceOffset = KeyOffset + ClaimMessage.KeyBytes;
    private const int ClaimOffset = NonceOffset + ClaimMessage.NonceBytes;
    private const int Bytes = ClaimOffset + EnrolmentCard.ClaimBytes;

    public byte[] Wrap(Vault vault)
    {
        var plain = new byte[Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(plain, Node);
        plain[EnrolmentOffset] = (byte)Enrolment;
        Key.CopyTo(plain, KeyOffset);
        Nonce.CopyTo(plain, NonceOffset);
        Claim.CopyTo(plain, ClaimOffset);
        return vault.Wrap(plain, Secrets.Ticket);
    }

    /// <summary>Opens a ticket; null if it is not from this store.</summary>
    public static Ticket? TryOpen(Vault vault, byte[] wrapped)
    {
        try
        {
            var plain = vault.Unwrap(wrapped, Secrets.Ticket);
            return plain.Length == Bytes
                ? new Ticket(BinaryPrimitives.ReadUInt64LittleEndian(plain), plain[EnrolmentOffset], plain[KeyOffset..NonceOffset],
                    plain[NonceOffset..ClaimOffset], plain[ClaimOffset..])
                : null;
        }
        catch (HostFault)
        {
            return null;
        }
    }
}
