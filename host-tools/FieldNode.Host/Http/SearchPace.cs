using System.Threading.RateLimiting;

namespace FieldNode.Host.Http;

/// <summary>
/// How fast one account may look codes up. A masked code shows seven of eighteen characters: who could try thousands a second would soon
/// know the others. A hand at a keyboard never meets this limit.
/// </summary>
internal sealed class SearchPace : IDisposable
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
