using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.DeviceTests
{
    /// <summary>Seals that change nothing, for tests of other things: every tag is zeros, and so is every pad.</summary>
    public sealed class PlainSeals : ITags, ISealRoots
    {
        private byte _taken;

        public byte Key { get { return SealStart.OfClaim(1); } }

        public uint Check { get { return 1; } }

        public byte[] Take(out byte chain)
        {
            chain = _taken++;
            return new byte[NodeKeys.Bytes];
        }

        public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
        {
            System.Array.Clear(tag, tagOffset, NodeKeys.Bytes);
        }
    }
}
