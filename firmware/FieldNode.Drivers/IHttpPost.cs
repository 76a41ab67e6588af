namespace FieldNode.Drivers
{
    /// <summary>One HTTP POST at a time. Over http it runs in the background. Over https the platform's handshake blocks the whole program,
    /// for a second or for as long as the host does not answer, so use https only while no lane is working.</summary>
    public interface IHttpPost
    {
        /// <summary>Starts a request; false while an earlier one, abandoned or not, has not returned.</summary>
        /// <param name="certificate">The certificate that an https host must present, DER; empty for http.</param>
        bool Begin(string url, string contentType, byte[] body, byte[] certificate);

        /// <summary><see cref="HttpPost.Pending"/>, <see cref="HttpPost.NoAnswer"/> or the HTTP status.</summary>
        int Poll();

        /// <summary>The body of the last answer. A body longer than <see cref="HttpPost.AnswerBytesMax"/> counts as no answer.</summary>
        byte[] Answer { get; }

        /// <summary>The current address of a host name, as text; empty if unknown. Blocks the whole program for up to 20 s.</summary>
        string LookUp(string name);

        int AnswerCount { get; }
    }

    public static class HttpPost
    {
        public const int Pending = -1;
        public const int NoAnswer = 0;

        /// <summary>More than any valid answer has; a hostile one must not fill the heap.</summary>
        public const int AnswerBytesMax = 1024;
    }
}
