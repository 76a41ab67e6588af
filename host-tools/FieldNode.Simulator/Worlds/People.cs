using System.Text;
using FieldNode.Core.Scan;
using FieldNode.Protocol;

namespace FieldNode.Simulator.Worlds;

/// <summary>Invented people: resident ID numbers with a right check character. The area code 000000 belongs to no place, so no number is anybody's.</summary>
public static class People
{
    private const string Area = "000000";

    /// <summary>Different ID numbers, from a source of chance.</summary>
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

    /// <summary>One ID number.</summary>
    public static string Generate(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var born = new DateOnly(1930, 1, 1).AddDays(random.Next(33_000));
        var digits = $"{Area}{born:yyyyMMdd}{random.Next(1000):D3}";
        return digits + (char)ResidentId.CheckCharacter(Encoding.ASCII.GetBytes(digits), 0);
    }
}
