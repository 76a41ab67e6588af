using FieldNode.Protocol;

namespace FieldNode.Answers.Roster;

/// <summary>Finds for each bucket of a roster's table a displacement under which its people have places of their own.</summary>
/// <param name="table">Provides the key and the numbers of buckets and places.</param>
/// <param name="buckets">The people's codes, by bucket.</param>
internal sealed class RosterPlaces(RosterTable table, Dictionary<int, uint[]> buckets)
{
    private const int Free = -1;
    private const int MovesPerBucket = 20; // a table as full as a roster needs about one

    private readonly int[] _owners = [.. Enumerable.Repeat(Free, table.Places)];
    private readonly PriorityQueue<int, int> _waiting = new();

    public ushort[] Displacements { get; } = new ushort[table.Buckets];

    /// <summary>Keeps the places of buckets whose people were all in the previous roster; few of them move for those that changed. False if
    /// not all find places.</summary>
    public bool TryLay(PackedRoster? before)
    {
        foreach (var (bucket, codes) in buckets)
        {
            Displacements[bucket] = before is null ? (ushort)0
                : LittleEndian.ReadUInt16(before.Body, bucket * RosterTable.DisplacementBytes);
            if (before is null || !codes.All(code => before.Find(code) >= 0) || CostOf(bucket, Displacements[bucket]) > 0)
            {
                _waiting.Enqueue(bucket, -codes.Length); // the largest first
            }
            else
            {
                Take(bucket);
            }
        }

        var moves = buckets.Count * MovesPerBucket;
        while (_waiting.TryDequeue(out var bucket, out _))
        {
            if (moves-- == 0 || !TryChoose(bucket))
            {
                return false;
            }

            Take(bucket);
        }

        return true;
    }

    // Chooses the displacement that moves the fewest others.
    private bool TryChoose(int bucket)
    {
        var least = int.MaxValue;
        var first = Displacements[bucket];
        for (var i = 0; i <= ushort.MaxValue && least > 0; i++)
        {
            var displacement = (ushort)(first + i);
            if (CostOf(bucket, displacement) is var cost && cost < least)
            {
                (least, Displacements[bucket]) = (cost, displacement);
            }
        }

        return least < int.MaxValue;
    }

    private int CostOf(int bucket, ushort displacement)
    {
        var codes = buckets[bucket];
        var cost = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            var place = table.PlaceOf(codes[i], displacement);
            for (var j = 0; j < i; j++)
            {
                if (table.PlaceOf(codes[j], displacement) == place)
                {
                    return int.MaxValue;
                }
            }

            var owner = _owners[place];
            cost += owner == Free ? 0 : buckets[owner].Length * buckets[owner].Length; // the more people, the harder to move
        }

        return cost;
    }

    private void Take(int bucket)
    {
        foreach (var code in buckets[bucket])
        {
            var place = table.PlaceOf(code, Displacements[bucket]);
            if (_owners[place] is not Free and var owner)
            {
                Leave(owner);
            }

            _owners[place] = bucket;
        }
    }

    private void Leave(int bucket)
    {
        foreach (var code in buckets[bucket])
        {
            _owners[table.PlaceOf(code, Displacements[bucket])] = Free;
        }

        _waiting.Enqueue(bucket, -buckets[bucket].Length);
    }
}
