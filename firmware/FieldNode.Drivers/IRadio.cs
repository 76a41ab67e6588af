namespace FieldNode.Drivers
{
    /// <summary>The board's Wi-Fi. Calls return at once; what they begin goes on in the background.</summary>
    public interface IRadio
    {
        /// <summary>Begins to join a network; false while it is joined or another join is under way.</summary>
        bool Connect(string ssid, string password);

        /// <summary>How that stands: one of <see cref="RadioState"/>.</summary>
        byte Poll(uint now);
    }

    public static class RadioState
    {
        /// <summary>Nothing was begun.</summary>
        public const byte Idle = 0;
        public const byte Connecting = 1;

        /// <summary>Joined, with an address.</summary>
        public const byte Up = 2;

        /// <summary>The network is not there, or was lost.</summary>
        public const byte NoNetwork = 3;

        /// <summary>The network wants another password.</summary>
        public const byte WrongPassword = 4;
    }
}
