namespace FieldNode.Core.Ports
{
    /// <summary>What becomes of an enrolment card that is scanned on a lane that works.</summary>
    public interface IEnrolment
    {
        /// <summary>
        /// Takes a card or a part of one; returns a <see cref="Protocol.Refusal"/>, or None: the board restarts with it, or waits for
        /// the other parts.
        /// </summary>
        /// <param name="unsent">Records that no host holds yet: another node's card must not strand them.</param>
        byte Take(byte[] code, int offset, int count, uint unsent, uint now);
    }
}
