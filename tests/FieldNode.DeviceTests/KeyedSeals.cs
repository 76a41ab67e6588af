using FieldNode.Core.Ports;
using FieldNode.Protocol;

namespace FieldNode.DeviceTests
{
    /// <summary>Seal roots from one key, as a node has them after its claim.</summary>
    public sealed class KeyedSeals : ISealRoots
    {
        private readonly ITags _tags;
        private readonly byte[] _reserve;
        private readonly uint _check;

        private byte _taken;

        public KeyedSeals(ITags tags, byte[] key)
        {
            _tags = tags;
            _reserve = NodeKeys.Seal(tags, key);
            _check = NodeKeys.SealCheck(tags, _reserve);
        }

        public byte Key { get { return SealStart.OfClaim(1); } }

        public uint Check { get { return _check; } }

        public byte[] Take(out byte chain)
        {
            chain = _taken++;
            return SealChain.TakeRoot(_tags, _reserve);
        }
    }
}
