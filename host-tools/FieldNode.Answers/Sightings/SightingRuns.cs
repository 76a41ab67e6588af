using FieldNode.Log.Keys;
using System.Data.Common;
using System.Runtime.InteropServices;

namespace FieldNode.Answers.Sightings;

/// <summary>
/// The index from codes to records. A commit's sightings are one sorted run, written in one piece: in a tree over all codes, each of which
/// begins like no other, nearly every sighting would be a page of its own. Runs lie in buckets. A bucket that is full is merged and goes
/// down into sixteen, by the next digit of the codes, so that a sighting is written once for each level, of which there are as many as
/// there are digits in the number of all buckets; a bucket of many small runs merges these first.
/// </summary>
/// <param name="bucketFull">A bucket of so many entries goes down: a megabyte is merged at once.</param>
internal sealed class SightingRuns(DbConnection connection, List<IDisposable> owned, int bucketFull = SightingRuns.BucketFull)
{
    private const int BucketFull = 32_768;

    private const int RunsOfTier = 16;

    private const int RunsAtOnce = 64;
    private const int WholeLevelsMax = 2;

    private readonly RunTable _table = new(connection, owned);
    private readonly RunMerge _merge = new();

    /// <summary>The sightings of keys that stand; of keys without any, nothing. The keys are in their order.</summary>
    /// <param name="isKnown">Nobody else has written since they were last looked for.</param>
    public Dictionary<SeenKey, List<Sighting>> Find(IReadOnlyList<SeenKey> keys, bool isKnown = false)
    {
        if (!isKnown)
        {
            _table.Refresh();
        }

        var asked = new Dictionary<Run, List<SeenKey>>();
        for (var level = 0; level <= _table.Depth; level++)
        {
            AskFilters(keys, level, asked);
        }

        var found = new Dictionary<SeenKey, List<Sighting>>();
        foreach (var runs in asked.Keys.Order(Comparer<Run>.Create(Run.ByAge)).Chunk(RunsAtOnce))
        {
            var bytes = _table.Read(runs);
            foreach (var run in runs)
            {
                foreach (var key in asked[run])
                {
                    Take(bytes[run.Id], key.Code, only: key, found);
                }
            }
        }

        return Standing(found);
    }

    /// <summary>All sightings of a code that stand, in their order.</summary>
    public List<Sighting> Find(CodeKey code)
    {
        _table.Refresh();
        var runs = Enumerable.Range(0, _table.Depth + 1).SelectMany(level => _table.Of(Bucket.Of(code, level)))
            .Order(Comparer<Run>.Create(Run.ByAge)).ToList();
        var bytes = _table.Read(runs);
        var found = new Dictionary<SeenKey, List<Sighting>>();
        foreach (var run in runs)
        {
            Take(bytes[run.Id], code, only: null, found);
        }

        return [.. Standing(found).Values.SelectMany(sightings => sightings).Order()];
    }

    /// <summary>All sightings that stand, in their order.</summary>
    public IEnumerable<Sighting> All()
    {
        _table.Refresh();
        var level = Math.Min(_table.Depth, WholeLevelsMax);
        for (var digits = 0; digits < Math.Pow(Bucket.Fanout, level); digits++)
        {
            var part = new Bucket(level, digits);
            var runs = _table.All.Where(run => run.Bucket.Meets(part)).Order(Comparer<Run>.Create(Run.ByAge)).ToList();
            var bytes = _table.Read(runs);
            foreach (var (sighting, _) in RunBytes.Read(_merge.Merge([.. runs.Select(run => (ReadOnlyMemory<byte>)bytes[run.Id]
                .AsMemory(PartOf(bytes[run.Id], part)))], dropsGone: true)))
            {
                yield return sighting;
            }
        }
    }

    /// <summary>Adds entries, in their order, behind all that were there when keys were looked for; and merges for a while, if there is
    /// enough to be merged.</summary>
    public void Append(ReadOnlySpan<RunEntry> entries)
    {
        if (entries.Length == 0)
        {
            return;
        }

        // More than what comes needs: each level asks for one merge of a full bucket.
        for (var i = 0; i <= entries.Length * (_table.Depth + 1) / bucketFull && MergeOne(); i++)
        {
        }

        _table.Add(Bucket.Root, 0, RunBytes.Write(entries)); // last, so that no merge reads what is just being written
        _table.Write();
    }

    private void AskFilters(IReadOnlyList<SeenKey> keys, int level, Dictionary<Run, List<SeenKey>> asked)
    {
        for (int from = 0, to; from < keys.Count; from = to)
        {
            var bucket = Bucket.Of(keys[from].Code, level);
            for (to = from + 1; to < keys.Count && Bucket.Of(keys[to].Code, level) == bucket; to++)
            {
            }

            var runs = _table.Of(bucket);
            _table.ReadFilters(runs);
            foreach (var run in runs)
            {
                AskFilter(run, keys, from, to, asked);
            }
        }
    }

    private static void AskFilter(Run run, IReadOnlyList<SeenKey> keys, int from, int to, Dictionary<Run, List<SeenKey>> asked)
    {
        var filter = run.Filter!;
        for (var i = from; i < to; i++)
        {
            if (BlockFilter.MayHold(filter, keys[i]))
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(asked, run, out _) ??= []).Add(keys[i]);
            }
        }
    }

    // The fullest bucket that can go down goes down; else one of many small runs is tidied.
    private bool MergeOne()
    {
        _table.Changed.RemoveWhere(bucket => !IsFull(bucket) && SmallTier(bucket) is null);
        if (_table.Changed.Count == 0)
        {
            return false;
        }

        var fullest = _table.Changed.MaxBy(EntriesOf);
        if (IsFull(fullest))
        {
            GoDown(fullest);
        }
        else
        {
            MergeTier(SmallTier(fullest)!);
        }

        return true;
    }

    private int EntriesOf(Bucket bucket) => _table.Of(bucket).Sum(run => run.Entries);

    private bool IsFull(Bucket bucket) => !bucket.IsDeepest && EntriesOf(bucket) >= bucketFull;

    // What half fills a bucket goes down soon: merging it before would be in vain.
    private List<Run>? SmallTier(Bucket bucket)
    {
        return _table.Of(bucket).GroupBy(run => run.Tier)
            .Where(runs => runs.Count() >= RunsOfTier && (bucket.IsDeepest || runs.Sum(run => run.Entries) < bucketFull / 2))
            .Select(runs => runs.ToList()).FirstOrDefault();
    }

    private void MergeTier(List<Run> runs)
    {
        var (bucket, tier) = (runs[0].Bucket, runs[0].Tier);
        _table.Add(bucket, tier + 1, Merged(runs).ToArray());
        _table.Write();
    }

    private void GoDown(Bucket bucket)
    {
        var merged = Merged([.. _table.Of(bucket)]);
        if (merged.Length == 0)
        {
            _table.Add(bucket, 0, []); // so that no number of a run is given twice
        }

        for (var digit = 0; digit < Bucket.Fanout; digit++)
        {
            var below = bucket.Below(digit);
            if (merged[PartOf(merged, below)] is { Length: > 0 } part)
            {
                _table.Add(below, 0, part.ToArray());
            }
        }

        _table.Write();
    }

    private ReadOnlySpan<byte> Merged(List<Run> runs)
    {
        runs.Sort(Run.ByAge);
        var bytes = _table.Read(runs);
        _table.Remove(runs);
        var isOldest = !_table.All.Any(run => run.Bucket.Meets(runs[0].Bucket) && Run.ByAge(run, runs[0]) < 0);
        return _merge.Merge([.. runs.Select(run => (ReadOnlyMemory<byte>)bytes[run.Id])], dropsGone: isOldest);
    }

    // Where in a run a bucket's entries are, which meets the run's.
    private static Range PartOf(ReadOnlySpan<byte> run, Bucket bucket)
    {
        var from = RunBytes.Find(run, bucket.First);
        var to = from;
        while (to < RunBytes.Count(run) && Bucket.Of(RunBytes.KeyAt(run, to).Code, bucket.Level) == bucket)
        {
            to++;
        }

        return (from * RunBytes.EntryBytes)..(to * RunBytes.EntryBytes);
    }

    // From one run into what was found in older ones: what is gone is taken out.
    private static void Take(byte[] bytes, CodeKey code, SeenKey? only, Dictionary<SeenKey, List<Sighting>> found)
    {
        for (var i = RunBytes.Find(bytes, code); i < RunBytes.Count(bytes) && RunBytes.At(bytes, i) is var (sighting, isGone)
            && sighting.Key.Code == code; i++)
        {
            if (only is not null && sighting.Key != only)
            {
                continue;
            }

            ref var sightings = ref CollectionsMarshal.GetValueRefOrAddDefault(found, sighting.Key, out _);
            sightings ??= [];
            var at = sightings.BinarySearch(sighting);
            if (isGone && at >= 0)
            {
                sightings.RemoveAt(at);
            }
            else if (!isGone && at < 0)
            {
                sightings.Insert(~at, sighting);
            }
        }
    }

    private static Dictionary<SeenKey, List<Sighting>> Standing(Dictionary<SeenKey, List<Sighting>> found)
    {
        foreach (var key in found.Where(sightings => sightings.Value.Count == 0).Select(sightings => sightings.Key).ToList())
        {
            found.Remove(key);
        }

        return found;
    }
}
