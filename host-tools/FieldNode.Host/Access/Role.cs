using FieldNode.Log;

namespace FieldNode.Host.Access;

/// <summary>What an account may see on the page. Each role includes the one before.</summary>
public enum Role
{
    /// <summary>Only the big screen for the queue.</summary>
    Screen,

    /// <summary>Counts: lanes, coverage, pace, bags, training.</summary>
    Viewer,

    /// <summary>Also doubts: gaps, clocks, copied cards.</summary>
    Technician,

    /// <summary>Also people: who is missing, and searches. Settles doubts.</summary>
    Coordinator,
}

/// <summary>The words for roles, as used in commands, on the page and in the store.</summary>
public static class Roles
{
    public static IReadOnlyList<Role> All { get; } = Enum.GetValues<Role>();

    public static string Word(Role role) => role switch
    {
        Role.Screen => "screen",
        Role.Viewer => "viewer",
        Role.Technician => "technician",
        _ => "coordinator",
    };

    /// <exception cref="HostFault">There is no such role.</exception>
    public static Role Parse(string word)
    {
        return All.Where(role => Word(role) == word).Select(role => (Role?)role).FirstOrDefault()
            ?? throw new HostFault("bad-role", ExitCode.Usage, $"'{word}' is not a role: {string.Join(", ", All.Select(Word))}",
                $"没有角色 '{word}'：{string.Join("、", All.Select(Word))}");
    }
}
