namespace FieldNode.Drivers
{
    /// <summary>The platform's Wi-Fi station as it is: a join takes up to 40 s in the background, and looking costs.</summary>
    public interface IStation
    {
        /// <summary>Begins to join a network. Not to be called while a join is under way.</summary>
        void Begin(string ssid, string password);

        /// <summary>How the last join stands: one of <see cref="StationJoin"/>.</summary>
        byte Poll();

        /// <summary>
        /// Whether the station has an address now, whatever a join said. It reads two files and makes garbage: at most once a second.
        /// </summary>
        bool HasAddress();
    }

    public static class StationJoin
    {
        /// <summary>Nothing was begun.</summary>
        public const byte Idle = 0;
        public const byte UnderWay = 1;

        /// <summary>The platform says that it joined; an address may still be missing.</summary>
        public const byte Joined = 2;
        public const byte Failed = 3;

        /// <summary>The platform blames the password. It does so for a weak signal, too.</summary>
        public const byte BadCredential = 4;
    }
}
