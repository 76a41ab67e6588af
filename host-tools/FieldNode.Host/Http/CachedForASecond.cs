namespace FieldNode.Host.Http;

/// <summary>Caches a value that is too expensive to compute for each request; it is at most one second old.</summary>
internal sealed class CachedForASecond<T>(Func<T> look, TimeProvider time)
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private (T Seen, long At)? _last;

    public T Value
    {
        get
        {
            lock (_lock)
            {
                if (_last is not { } last || time.GetElapsedTime(last.At) >= s_lookAgain)
                {
                    _last = last = (look(), time.GetTimestamp());
                }

                return last.Seen;
            }
        }
    }
}
