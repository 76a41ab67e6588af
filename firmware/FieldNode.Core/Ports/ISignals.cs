namespace FieldNode.Core.Ports
{
    /// <summary>Signals that people at the lane hear and feel. Called only after the fact is durable; kinds differ by rhythm, not only by
    /// colour.</summary>
    public interface ISignals
    {
        /// <summary>A record of this type is on flash under this sequence number.</summary>
        void Confirmed(byte recordType, uint sequence);

        /// <summary>The person confirmed just now filled the group: seal the tube.</summary>
        void GroupFull();

        /// <summary>A scan was refused; the reason is one of <see cref="Protocol.Refusal"/>.</summary>
        void Refused(byte reason);

        /// <summary>There is something to read on the screen: a message from the host, or a log that is nearly full.</summary>
        void Attention();
    }
}
