namespace FieldNode.Core.Ports
{
    /// <summary>What the lane hears and feels. Called only after the fact is durable; each kind differs by rhythm, not only by
    /// colour.</summary>
    public interface ISignals
    {
        /// <summary>A record of this type is on flash under this sequence number.</summary>
        void Confirmed(byte recordType, uint sequence);

        /// <summary>The person confirmed just now filled the group: seal the tube.</summary>
        void GroupFull();

        /// <summary>A scan does not count; the reason is one of <see cref="Protocol.Refusal"/>.</summary>
        void Refused(byte reason);

        /// <summary>Something to read on the screen: a message of the host, or a log that is nearly full.</summary>
        void Attention();
    }
}
