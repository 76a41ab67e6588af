namespace FieldNode.Drivers
{
    /// <summary>The platform's Wi-Fi station. A join takes up to 40 s in the background, and checking for an address is
    /// expensive.</summary>
    public interface IStation
    {
        /// <summary>Starts joining a network. Do not call it while a join is under way.</summary>
        void Begin(string ssid, string password);

        /// <summary>The last join's <see cref="StationJoin"/>.</summary>
        byte Poll();

        /// <summary>True if the station has an address now, whatever the join's result. Reads two files and allocates: call at most once a
        /// second.</summary>
        bool HasAddress();
    }

    public static class StationJoin
    {
        /// <summary>No join was started.</summary>
        public const byte Idle = 0;
        public const byte UnderWay = 1;

        /// <summary>The platform reports a join; the address may still be missing.</summary>
        public const byte Joined = 2;
        public const byte Failed = 3;

        /// <summary>The platform blames the password, as it also does when the signal is weak.</summary>
        public const byte BadCredential = 4;
    }
}
