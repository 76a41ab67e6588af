using FieldNode.Answers.Roster;
using FieldNode.Log.Pull;
using FieldNode.Log.Store;

namespace FieldNode.Host.Operations;

/// <summary>What a pull brought.</summary>
/// <param name="Refused">What was left out, in words: batches of nodes of this host that do not carry their tag.</param>
/// <param name="HasKeys">The keys that open people's codes came too: an earlier FieldNode has none.</param>
public sealed record SitePullResult(string Host, long Batches, int Records, int Conflicts, int Rosters, IReadOnlyList<string> Refused,
    bool HasKeys);

/// <summary>Brings all that another host gives to hosts: its log, and its rosters where they are newer.</summary>
public sealed class SitePull(HostStore store, TimeProvider time, HttpClient client)
{
    /// <param name="key">The other host's access key.</param>
    /// <param name="progress">Told of batches brought, and of how many there are.</param>
    /// <exception cref="HostFault">The other host does not answer, does not let us in, or sends what is no log; what was brought before
    /// stays.</exception>
    public async Task<SitePullResult> Run(Uri host, string key, Action<long, long> progress, CancellationToken cancel)
    {
        var other = new HostClient(client, host, key);
        var log = await new HostPull(store, time, other).Run(progress, cancel);
        return new SitePullResult(log.Host, log.Batches, log.Records, log.Conflicts, await new RosterPull(store, time, other).Run(cancel),
            log.Refused, log.HasKeys);
    }
}
