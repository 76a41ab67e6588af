namespace FieldNode.Protocol
{
    /// <summary>Identities reserved for hosts' own logs; no node is ever given one.</summary>
    public static class HostNode
    {
        private const ulong Prefix = 0xFFFFFFFF00000000;

        /// <summary>The node identity of a host's own log.</summary>
        public static ulong FromHost(uint hostId)
        {
            return Prefix | hostId;
        }

        public static bool IsHost(ulong nodeId)
        {
            return nodeId >= Prefix;
        }
    }
}
