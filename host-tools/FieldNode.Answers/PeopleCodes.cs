using FieldNode.Answers.Facts;
using FieldNode.Answers.Roster;

namespace FieldNode.Answers;

/// <summary>
/// Answers name people by pseudonyms. Output that leaves the host names them by masked codes or, once the disclosure is in the audit log,
/// by their codes. In both cases, one function converts each code in an answer.
/// </summary>
public static class PeopleCodes
{
    public static TracedTube With(this TracedTube tube, Func<string, string> code)
    {
        ArgumentNullException.ThrowIfNull(tube);
        List<TracedPerson> Each(IEnumerable<TracedPerson> people) =>
            [.. people.Select(person => person with { Person = code(person.Person), Roster = person.Roster?.With(code) })];
        return tube with { People = Each(tube.People), QueueBefore = Each(tube.QueueBefore), QueueAfter = Each(tube.QueueAfter) };
    }

    public static PersonAnswer With(this PersonAnswer person, Func<string, string> code)
    {
        ArgumentNullException.ThrowIfNull(person);
        return person with
        {
            Person = code(person.Person),
            Roster = person.Roster?.With(code),
            Household = [.. person.Household.Select(member => member with { Person = code(member.Person) })]
        };
    }

    public static RosterPerson With(this RosterPerson person, Func<string, string> code)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(code);
        return person with { Person = code(person.Person) };
    }

    public static MissingPerson With(this MissingPerson person, Func<string, string> code)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(code);
        return person with { Person = code(person.Person) };
    }

    public static SampledWhere With(this SampledWhere person, Func<string, string> code)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(code);
        return person with { Person = code(person.Person) };
    }

    public static PersonRow With(this PersonRow person, Func<string, string> code)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(code);
        return person with { Person = code(person.Person) };
    }

    public static EpochDay With(this EpochDay day, Func<string, string> code)
    {
        ArgumentNullException.ThrowIfNull(day);
        ArgumentNullException.ThrowIfNull(code);
        return day with
        {
            People = [.. day.People.Select(row => row.With(code))],
            TurnedAway = [.. day.TurnedAway.Select(row => row with { Person = code(row.Person) })]
        };
    }

    public static Doubt With(this Doubt doubt, Func<string, string> code)
    {
        ArgumentNullException.ThrowIfNull(doubt);
        ArgumentNullException.ThrowIfNull(code);
        return doubt.Kind == DoubtKind.Twice ? doubt with { Code = code(doubt.Code) } : doubt;
    }
}
