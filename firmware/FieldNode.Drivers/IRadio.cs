namespace FieldNode.Drivers
{
    /// <summary>The board's Wi-Fi. Calls return at once; the work continues in the background.</summary>
    public interface IRadio
    {
        /// <summary>Starts joining a network; false if it has joined or a join is under way.</summary>
        bool Connect(string ssid, string password);

        /// <summary>The connection's <see cref="RadioState"/>.</summary>
        byte Poll(uint now);
    }

    public static class RadioState
    {
        /// <summary>No join was started.</summary>
        public const byte Idle = 0;
        public const byte Connecting = 1;

        /// <summary>Joined, with an address.</summary>
        public const byte Up = 2;

        /// <summary>The network is out of range or was lost.</summary>
        public const byte NoNetwork = 3;

        /// <summary>The network rejects the password.</summary>
        public const byte WrongPassword = 4;
    }
}
