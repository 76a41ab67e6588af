using System.Globalization;
using System.Text;
using FieldNode.Protocol;

namespace FieldNode.Simulator.Worlds;

/// <summary>A fictional person, and where the person is expected to live.</summary>
public sealed record Resident(string Code, string Household, string Building);

/// <summary>Fictional people: resident ID numbers with a valid check character. The area code 000000 is not assigned, so no number belongs
/// to a real person.</summary>
public static class People
{
    private const string Area = "000000";
    private const int DoorsPerFloor = 4;
    private const int NumbersPerDay = 1000;

    /// <summary>Number of possible birth dates.</summary>
    public const int Days = 33_000;

    private static readonly DateOnly s_firstDay = new(1930, 1, 1);

    /// <summary>Generates distinct random ID numbers.</summary>
    public static IReadOnlyList<string> Generate(int count, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var numbers = new HashSet<string>(count);
        while (numbers.Count < count)
        {
            numbers.Add(Generate(random));
        }

        return [.. numbers];
    }

    /// <summary>Generates one random ID number.</summary>
    public static string Generate(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Born(random.Next(Days), random.Next(NumbersPerDay));
    }

    /// <summary>All ID numbers for a birth date, 0 to <see cref="Days"/> - 1, as tried by someone who guesses numbers.</summary>
    public static IEnumerable<string> OfDay(int day)
    {
        return Enumerable.Range(0, NumbersPerDay).Select(number => Born(day, number));
    }

    /// <summary>A practice person's number, which encodes the category (<see cref="PracticePeople"/>).</summary>
    public static string Practice(int number, byte category)
    {
        var born = new DateOnly(1890, 1, 1).AddDays(number / 100 % 3600);
        return WithCheck(string.Create(CultureInfo.InvariantCulture, $"{Area}{born:yyyyMMdd}{category}{number % 100:D2}"));
    }

    /// <summary>Assigns people to households and buildings. The households are of nearly equal size, in the order of the
    /// buildings.</summary>
    public static IReadOnlyList<Resident> Settle(IReadOnlyList<string> codes, int households, int buildings)
    {
        ArgumentNullException.ThrowIfNull(codes);
        var residents = new List<Resident>(codes.Count);
        for (var i = 0; i < codes.Count; i++)
        {
            var home = (int)((long)i * households / codes.Count);
            var building = (int)((long)home * buildings / households);
            var door = home - (int)(((long)building * households + buildings - 1) / buildings);
            residents.Add(new Resident(codes[i], $"{building + 1}-{door / DoorsPerFloor + 1}{door % DoorsPerFloor + 1:D2}",
                $"{building + 1}"));
        }

        return residents;
    }

    private static string Born(int day, int number)
    {
        return WithCheck(string.Create(CultureInfo.InvariantCulture, $"{Area}{s_firstDay.AddDays(day):yyyyMMdd}{number:D3}"));
    }

    private static string WithCheck(string digits)
    {
        return digits + (char)ResidentId.CheckCharacter(Encoding.ASCII.GetBytes(digits), 0);
    }
}
