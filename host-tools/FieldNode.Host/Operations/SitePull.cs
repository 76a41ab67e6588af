using FieldNode.Answers.Roster;
using FieldNode.Log.Pull;
using FieldNode.Log.Store;

namespace FieldNode.Host.Operations;

/// <summary>Result of a pull.</summary>
/// <param name="Refused">Descriptions of what was skipped: batches of this host's own nodes without a valid tag.</param>
/// <param name="HasKeys">Whether the keys that decrypt people's codes came too; an earlier FieldNode has none.</param>
public sealed record SitePullResult(string Host, long Batches, int Records, int Conflicts, int Rosters, IReadOnlyList<string> Refused,
    bool HasKeys);

/// <summary>Pulls everything that another host offers to hosts: its log, and its rosters if newer.</summary>
public sealed class SitePull(HostStore store, TimeProvider time, HttpClient client)
{
    /// <param name="key">The other host's access key.</param>
    /// <param name="progress">Called with the number of batches pulled and the total.</param>
    /// <exception cref="HostFault">The other host does not answer, refuses the key, or sends an invalid log. Batches pulled before are
    /// kept.</exception>
    public async Task<SitePullResult> Run(Uri host, string key, Action<long, long> progress, CancellationToken cancel)
    {
        var other = new HostClient(client, host, key);
        var log = await new HostPull(store, time, other).Run(progress, cancel);
        return new SitePullResult(log.Host, log.Batches, log.Records, log.Conflicts, await new RosterPull(store, time, other).Run(cancel),
            log.Refused, log.HasKeys);
    }
}
