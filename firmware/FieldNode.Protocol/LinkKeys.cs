namespace FieldNode.Protocol
{
    /// <summary>Subkeys for the messages between a node and its host, one per kind of message, so that no message can pass as another
    /// kind.</summary>
    public sealed class LinkKeys
    {
        private const string BatchLabel = "batch";
        private const string ReplyLabel = "reply";
        private const string StatusLabel = "status";
        private const string RosterLabel = "roster";
        private const string RejoinLabel = "rejoin";

        /// <param name="link"><see cref="NodeKeys.Link"/>.</param>
        public LinkKeys(ITags tags, byte[] link)
        {
            Batch = NodeKeys.Derive(tags, link, Text.Ascii(BatchLabel));
            Reply = NodeKeys.Derive(tags, link, Text.Ascii(ReplyLabel));
            Status = NodeKeys.Derive(tags, link, Text.Ascii(StatusLabel));
            Roster = NodeKeys.Derive(tags, link, Text.Ascii(RosterLabel));
            Rejoin = NodeKeys.Derive(tags, link, Text.Ascii(RejoinLabel));
        }

        public byte[] Batch { get; }

        public byte[] Reply { get; }

        public byte[] Status { get; }

        public byte[] Roster { get; }

        public byte[] Rejoin { get; }
    }
}
