using FieldNode.Answers.Facts;
using FieldNode.Answers.Roster;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Answers;

/// <summary>One sampling of a person.</summary>
public sealed record PersonSampledAt(int Round, string Site, string Lane, string Tube, int Position, string Category, string Operator,
    string Place, ResolvedTime Time, string State, string Record);

/// <summary>One time that a person was turned away.</summary>
public sealed record PersonTurnedAway(int Round, string Site, string Lane, string Reason, ResolvedTime Time, string Record);

/// <summary>Everything known about a person.</summary>
/// <param name="Roster">Null if on no roster.</param>
/// <param name="Household">The other members of the household, each with the rounds in which they are done.</param>
public sealed record PersonAnswer(string Person, RosterPerson? Roster, IReadOnlyList<PersonSampledAt> Sampled,
    IReadOnlyList<PersonTurnedAway> TurnedAway, IReadOnlyList<HouseholdMember> Household)
{
    public bool IsKnown => Roster is not null || Sampled.Count + TurnedAway.Count > 0;

    public static PersonAnswer Compute(HostStore store, string person)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(person);
        var code = store.Vault.Seal(person.Trim().ToUpperInvariant());
        return store.Read(connection =>
        {
            var days = new Dictionary<(ulong, uint), EpochDay>();
            var sampled = new List<PersonSampledAt>();
            var turnedAway = new List<PersonTurnedAway>();
            foreach (var record in SeenRecords.Find(connection, code)
                .Where(record => record.Kind is RecordType.PersonSampled or RecordType.TurnedAway))
            {
                var day = TraceAnswer.DayOf(connection, store.Vault, days, record.Id);
                sampled.AddRange(day.People.Where(row => record.Kind == RecordType.PersonSampled && row.Sequence == record.Id.Sequence
                    && row.Person == code && PersonState.Counts(row.State))
                    .Select(row => new PersonSampledAt(row.Round, row.Site, row.Lane, row.Tube, row.Position, row.Category, row.Operator,
                        row.Place, row.Time, row.State, record.Id.ToString())));
                turnedAway.AddRange(day.TurnedAway.Where(row => record.Kind == RecordType.TurnedAway && row.Sequence == record.Id.Sequence)
                    .Select(row => new PersonTurnedAway(row.Round, day.Site, day.Lane, row.ReasonName, row.Time, record.Id.ToString())));
            }

            var roster = Rosters.PersonOf(connection, store.Vault, code);
            var others = roster is null ? [] : Sql.Query(connection, "SELECT person, name FROM roster_people WHERE site = @site AND "
                + "building = @building AND household = @household AND person <> @person ORDER BY place",
                reader => (Person: reader.GetString(0), Name: reader.GetString(1)),
                    new { site = roster.Site, building = roster.Building, household = roster.Household, person = code });
            var done = SeenRecords.RoundsOf(connection, others.Select(member => member.Person));
            return new PersonAnswer(code, roster, sampled, turnedAway,
                [.. others.Select(member =>
                new HouseholdMember(member.Person, store.Vault.UnwrapText(member.Name, Secrets.Name(member.Person)),
                string.Join(' ', done[member.Person])))]);
        });
    }
}

/// <summary>Another member of the household.</summary>
/// <param name="RoundsDone">Rounds in which the person was sampled, separated by spaces.</param>
public sealed record HouseholdMember(string Person, string Name, string RoundsDone);
