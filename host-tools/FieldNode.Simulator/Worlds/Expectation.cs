using System.Globalization;

namespace FieldNode.Simulator.Worlds;

/// <summary>A required value: "= 10", "&gt;= 10" or "&lt;= 10".</summary>
public readonly record struct Expectation(string Relation, double Value)
{
    private static readonly string[] s_relations = [">=", "<=", "="];

    public static bool TryParse(string text, out Expectation expectation)
    {
        ArgumentNullException.ThrowIfNull(text);
        expectation = default;
        var relation = Array.Find(s_relations, relation => text.StartsWith(relation, StringComparison.Ordinal));
        if (relation is null || !double.TryParse(text[relation.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !double.IsFinite(value))
        {
            return false;
        }

        expectation = new Expectation(relation, value);
        return true;
    }

    /// <exception cref="FormatException">The text is not a valid expectation.</exception>
    public static Expectation Parse(string text)
    {
        return TryParse(text, out var expectation) ? expectation
            : throw new FormatException($"'{text}' is not like '= 10', '>= 10' or '<= 10'");
    }

    public bool Holds(double figure)
    {
        return Relation switch
        {
            ">=" => figure >= Value,
            "<=" => figure <= Value,
            _ => figure.Equals(Value),
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Relation} {Value}");
}
