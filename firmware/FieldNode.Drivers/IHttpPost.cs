namespace FieldNode.Drivers
{
    /// <summary>
    /// One HTTP POST at a time. Over http it goes on in the background; over https the platform's handshake stops the whole program, for a
    /// second or for as long as the host does not answer: only while no lane works.
    /// </summary>
    public interface IHttpPost
    {
        /// <summary>Begins; false while an earlier one, given up or not, has not come back.</summary>
        /// <param name="certificate">What an https host must show, DER; empty for http.</param>
        bool Begin(string url, string contentType, byte[] body, byte[] certificate);

        /// <summary><see cref="HttpPost.Pending"/>, <see cref="HttpPost.NoAnswer"/>, or the answer's HTTP status.</summary>
        int Poll();

        /// <summary>The body of the last answer; one that is longer than any honest one is no answer.</summary>
        byte[] Answer { get; }

        /// <summary>The address that a name has now, as text; empty when nobody knows. It stops the whole program, for up to 20
        /// s.</summary>
        string LookUp(string name);

        int AnswerCount { get; }
    }

    public static class HttpPost
    {
        public const int Pending = -1;
        public const int NoAnswer = 0;

        /// <summary>More than any honest answer has; a hostile one must not fill the heap.</summary>
        public const int AnswerBytesMax = 1024;
    }
}
