namespace FieldNode.Log.Keys;

/// <summary>
/// The purposes of the secrets in the store, including their row. Each secret is wrapped for one row and column: a copy in another row or
/// column cannot be opened.
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

    /// <param name="person">The person's pseudonym, the key of the row.</param>
    public static string Name(string person) => $"roster_people.name {person}";

    public static string Phone(string person) => $"roster_people.phone {person}";

    /// <summary>Purposes in stores of versions 5 to 10: bound to the kind of column, but not to a row.</summary>
    internal static class Unbound
    {
        public const string NodeKey = "node key";
        public const string Claim = "claim";
        public const string Exchange = "claim exchange";
        public const string SealReserve = "seal reserve";
        public const string Roster = "roster";
    }
}
