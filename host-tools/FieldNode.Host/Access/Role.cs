using FieldNode.Log;

namespace FieldNode.Host.Access;

/// <summary>What somebody may see on the page; each sees what the one before sees, too.</summary>
public enum Role
{
    /// <summary>The big screen for the queue, and nothing else.</summary>
    Screen,

    /// <summary>Counts: lanes, coverage, pace, bags, training.</summary>
    Viewer,

    /// <summary>What is in doubt, too: gaps, clocks, copied cards.</summary>
    Technician,

    /// <summary>People: who is missing, searches; and settles doubts.</summary>
    Coordinator,
}

/// <summary>The words for roles, the same in commands, on the page and in the store.</summary>
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
            ?? throw new HostFault("bad-role", ExitCode.Usage, $"'{word}' is no role: {string.Join(", ", All.Select(Word))}",
                $"没有角色 '{word}'：{string.Join("、", All.Select(Word))}");
    }
}
