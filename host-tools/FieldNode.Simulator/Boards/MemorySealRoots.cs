using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.Simulator.Boards;

/// <summary>The seal roots of a simulated node whose claim was already exchanged for keys. They survive a battery removal.</summary>
/// <param name="agreedKey">The key agreed by node and host.</param>
public sealed class MemorySealRoots(byte[] agreedKey) : ISealRoots
{
    private readonly byte[] _reserve = NodeKeys.Seal(HmacTags.Instance, agreedKey);
    private readonly uint _check = NodeKeys.SealCheck(HmacTags.Instance, NodeKeys.Seal(HmacTags.Instance, agreedKey));
    private byte _taken;

    public byte Key => SealStart.OfClaim(1);

    public uint Check => _check;

    public byte[] Take(out byte chain)
    {
        chain = _taken++;
        return SealChain.TakeRoot(HmacTags.Instance, _reserve);
    }
}
