using System.Threading.RateLimiting;

namespace FieldNode.Host.Http;

/// <summary>Limits how fast an account may look up codes. A masked code shows seven of eighteen characters: thousands of tries a second
/// would soon find the others. A person at a keyboard never reaches this limit.</summary>
internal sealed class SearchLimit : IDisposable
{
    public const int Burst = 60;

    private readonly PartitionedRateLimiter<string> _accounts = RequestLimit.Buckets<string>(Burst, 1, TimeSpan.FromSeconds(2));

    public bool Allows(string account)
    {
        using var lease = _accounts.AttemptAcquire(account);
        return lease.IsAcquired;
    }

    public void Dispose() => _accounts.Dispose();
}
