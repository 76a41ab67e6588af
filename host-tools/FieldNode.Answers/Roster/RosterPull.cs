using FieldNode.Log.Pull;
using FieldNode.Log.Store;

namespace FieldNode.Answers.Roster;

/// <summary>A site's roster as announced to another host.</summary>
public sealed record LogRoster(string Site, long ImportedMs);

/// <summary>Everyone on a site's roster, and the slots of its buildings.</summary>
public sealed record LogRosterPeople(IReadOnlyList<RosterPerson> People, IReadOnlyDictionary<string, string> Slots);

/// <summary>Imports another host's rosters where they are newer.</summary>
public sealed class RosterPull(HostStore store, TimeProvider time, HostClient other)
{
    /// <summary>Imports the newer rosters. Returns how many there were.</summary>
    /// <exception cref="HostFault">The other host does not answer or sends an invalid roster; rosters already imported stay.</exception>
    public Task<int> Run(CancellationToken cancel) => other.Ask(() => Pull(cancel), cancel);

    private async Task<int> Pull(CancellationToken cancel)
    {
        var rosters = new Rosters(store, time);
        var newer = 0;
        foreach (var roster in await other.Get<List<LogRoster?>>(LogWire.Path + "/rosters", cancel))
        {
            if (roster?.Site is null)
            {
                throw new InvalidDataException("its list of rosters cannot be read");
            }

            if (roster.ImportedMs <= rosters.ImportedMs(roster.Site))
            {
                continue;
            }

            var content = await other.Get<LogRosterPeople>($"{LogWire.Path}/roster?site={Uri.EscapeDataString(roster.Site)}", cancel);
            if (content is not { People.Count: > 0, Slots: not null }
                || content.People.Any(person =>
                person is not
                {
                    Person: not null, Household: not null, Building: not null, Name: not null, Phone: not null,
                    Category: not null, Mobility: not null
                }))
            {
                throw new InvalidDataException($"its roster of '{roster.Site}' cannot be read");
            }

            rosters.Import([.. content.People.Where(person => person.Site == roster.Site)],
                content.Slots.ToDictionary(slot => (roster.Site, slot.Key), slot => slot.Value), replace: true, dryRun: false,
                importedAt: DateTimeOffset.FromUnixTimeMilliseconds(roster.ImportedMs));
            newer++;
        }

        return newer;
    }
}
