using FieldNode.Log.Keys;

namespace FieldNode.Answers.Sightings;

/// <summary>Codes that begin with the same hexadecimal digits: as many as the level says.</summary>
internal readonly record struct Bucket(int Level, long Digits)
{
    public const int Fanout = 16;

    private const int DigitBits = 4;
    private const int CodeBits = 64;

    /// <summary>Codes that still begin alike are one code, in most cases, and do not go further down.</summary>
    private const int LevelMax = CodeBits / DigitBits - 1;

    public static Bucket Root => default;

    public bool IsDeepest => Level == LevelMax;

    public static Bucket Of(CodeKey code, int level) => new(level, level == 0 ? 0 : (long)(code.High >> (CodeBits - DigitBits * level)));

    /// <summary>The first of its codes.</summary>
    public CodeKey First => new(Level == 0 ? 0 : (ulong)Digits << (CodeBits - DigitBits * Level), 0);

    public Bucket Below(int digit) => new(Level + 1, Digits << DigitBits | (uint)digit);

    /// <summary>Whether two buckets have codes in common.</summary>
    public bool Meets(Bucket other) => Level <= other.Level ? other.Digits >> DigitBits * (other.Level - Level) == Digits
        : other.Meets(this);
}

/// <summary>A sorted run of sightings.</summary>
/// <param name="tier">How often its entries were merged within the bucket.</param>
internal sealed class Run(Bucket bucket, long id, int tier, int entries)
{
    public Bucket Bucket => bucket;

    public long Id => id;

    public int Tier => tier;

    public int Entries => entries;

    /// <summary>Null: not read yet.</summary>
    public byte[]? Filter { get; set; }

    /// <summary>What came first is first: it has gone down, or was merged, most often.</summary>
    public static int ByAge(Run one, Run other)
    {
        return one.Bucket.Level != other.Bucket.Level ? other.Bucket.Level.CompareTo(one.Bucket.Level) : one.Tier != other.Tier
            ? other.Tier.CompareTo(one.Tier) : one.Id.CompareTo(other.Id);
    }
}
