namespace FieldNode.Core.Ports
{
    /// <summary>Handles an enrolment card that is scanned on a working lane.</summary>
    public interface IEnrolment
    {
        /// <summary>
        /// Takes a card or a part of one. Returns a <see cref="Protocol.Refusal"/>, or None: then the board restarts with the card, or
        /// waits for the other parts.
        /// </summary>
        /// <param name="unsent">Number of records that no host holds yet: another node's card must not strand them.</param>
        byte Take(byte[] code, int offset, int count, uint unsent, uint now);
    }
}
