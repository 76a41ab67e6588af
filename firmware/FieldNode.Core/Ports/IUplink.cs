namespace FieldNode.Core.Ports
{
    /// <summary>Sends one request at a time to the host, without blocking.</summary>
    public interface IUplink
    {
        /// <summary>
        /// Starts sending a body of one <see cref="UplinkKind"/>; the bytes may be reused when it returns. Call only while no request is in
        /// progress.
        /// </summary>
        void Begin(byte kind, byte[] body, int count);

        /// <summary>State of the request. After it has returned an answer or a failure once, it is <see cref="UplinkState.Idle"/>
        /// again.</summary>
        byte Poll();

        /// <summary>The bytes of the last answer; valid until the next <see cref="Begin"/>.</summary>
        byte[] Answer { get; }

        int AnswerCount { get; }
    }

    /// <summary>Kind of request, which selects the host's address (docs/protocol.md).</summary>
    public static class UplinkKind
    {
        public const byte Batch = 0;
        public const byte Claim = 1;
        public const byte Status = 2;
        public const byte Roster = 3;
        public const byte Rejoin = 4;
    }

    public static class UplinkState
    {
        public const byte Idle = 0;
        public const byte Pending = 1;

        /// <summary>A 2xx answer: see <see cref="IUplink.Answer"/>.</summary>
        public const byte Answered = 2;

        /// <summary>The host refused: a status other than 2xx.</summary>
        public const byte Refused = 3;

        /// <summary>No network, no host, or no answer in time.</summary>
        public const byte Failed = 4;
    }
}
