namespace FieldNode.Log.Keys;

/// <summary>
/// What secrets in the store are for, and in which row they stand: each is wrapped for one place alone. One that is copied into another
/// row, or another column, opens nothing there.
/// </summary>
internal static class Secrets
{
    public const string Ticket = "ticket";
    public const string Authority = "authority";

    public static string NodeKey(ulong node) => $"nodes.key {node:X16}";

    public static string Claim(ulong node, int enrolment) => $"claims.claim {node:X16} {enrolment}";

    public static string Request(ulong node, int enrolment) => $"claims.request {node:X16} {enrolment}";

    public static string Answer(ulong node, int enrolment) => $"claims.answer {node:X16} {enrolment}";

    public static string SealReserve(ulong node, byte key, uint check) => $"seal_keys.reserve {node:X16} {key} {check:X8}";

    public static string Roster(string site) => $"rosters.people {site}";

    /// <param name="person">The person's pseudonym, under which the row stands.</param>
    public static string Name(string person) => $"roster_people.name {person}";

    public static string Phone(string person) => $"roster_people.phone {person}";

    /// <summary>As stores of versions 5 to 10 wrapped them: for a column's kind, in any row.</summary>
    internal static class Unbound
    {
        public const string NodeKey = "node key";
        public const string Claim = "claim";
        public const string Exchange = "claim exchange";
        public const string SealReserve = "seal reserve";
        public const string Roster = "roster";
    }
}
