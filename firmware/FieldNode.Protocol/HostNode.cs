namespace FieldNode.Protocol
{
    /// <summary>Identities of hosts' own logs: no node is ever given one of them.</summary>
    public static class HostNode
    {
        private const ulong Prefix = 0xFFFFFFFF00000000;

        /// <summary>The identity under which a host's own log travels.</summary>
        public static ulong Of(uint hostId)
        {
            return Prefix | hostId;
        }

        public static bool IsHost(ulong nodeId)
        {
            return nodeId >= Prefix;
        }
    }
}
