namespace FieldNode.Host.Store;

/// <summary>What secrets in the store are for: each is wrapped for one of these alone.</summary>
internal static class Secrets
{
    public const string NodeKey = "node key";
    public const string Claim = "claim";
    public const string Exchange = "claim exchange";
    public const string Ticket = "ticket";
    public const string SealReserve = "seal reserve";
    public const string Roster = "roster";
    public const string Authority = "authority";
}
