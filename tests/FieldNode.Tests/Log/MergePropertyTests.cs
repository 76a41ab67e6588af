using FieldNode.Answers.Reports;
using FieldNode.Host.Export;
using FieldNode.Log.Files;
using FieldNode.Log.Merge;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>
/// Merge is a set union: the same records, by any route, in any order, split in any way, any number of times, give byte-identical exports.
/// </summary>
public abstract class MergePropertyTests(Stores stores, int cases)
{
    [Fact]
    public void Shuffled_repeated_and_overlapping_logs_and_images_give_identical_exports()
    {
        var seed = Seed.Take(nameof(Shuffled_repeated_and_overlapping_logs_and_images_give_identical_exports));
        using var source = new SourceLogs(stores, seed);
        var expected = source.ExportOf(source.Whole());
        Parallel.For(0, cases, Threads.AtOnce, @case =>
        {
            var random = new Random(seed + @case);
            var files = source.Pieces(random);
            Assert.True(expected.AsSpan().SequenceEqual(source.ExportOf(files)),
                $"case {@case}: another export. "
                + $"{Seed.Replay(nameof(Shuffled_repeated_and_overlapping_logs_and_images_give_identical_exports), seed)}");
        });
    }

    /// <summary>Two nodes' logs, with a conflict between two copies of one of them, as records and as flash images.</summary>
    private sealed class SourceLogs : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly List<(ulong Node, uint Epoch, uint First, List<byte[]> Frames)> _logs = [];
        private readonly List<byte[]> _images = [];
        private readonly byte[] _key = new byte[NodeKeys.Bytes];
        private readonly List<SealKeyOf> _keys = [];
        private readonly Lock _lock = new();
        private readonly Stores _stores;
        private int _opened;

        public SourceLogs(Stores stores, int seed)
        {
            _stores = stores;
            var random = new Random(seed);
            for (var lane = 0; lane < 2; lane++)
            {
                var bench = new Bench(seed: (uint)(lane + 1)) { Tags = HmacTags.Instance, Seals = new MemorySealRoots(_key) }.Renew()
                    .Start();
                var people = People.Generate(12, random);
                bench.Scan(["FN:BADGE:wang", $"ZZ{lane:D8}", .. people, "FN:UNDO", "FN:UNDO", "=cmd", "FN:CLOSE:EMPTY"]);
                bench.Restart();
                bench.Scan([$"ZZ{lane + 10:D8}", .. people]);
                _logs.Add((Bench.NodeId, bench.Node.Log.Epoch, 1, [.. bench.Records().Select(record => record.Frame)]));
                _images.Add(bench.Flash.Cells);
            }

            _keys.Add(new SealKeyOf($"{Bench.NodeId:X16}", SealStart.OfClaim(1), Reserve, NodeKeys.SealCheck(HmacTags.Instance, Reserve)));
            var (node, epoch, _, frames) = _logs[0];
            var forged = Logs.FrameOf(epoch, 5, 1,
                new FieldNode.Protocol.Records.PersonSampled { Tube = 3, Position = 9, Round = 1 }.WithCode(People.Generate(random)));
            _logs.Add((node, epoch, 5, [forged]));
        }

        public List<byte[]> Whole() => [.. _logs.Select(log => Part(log, 0, log.Frames.Count))];

        public List<byte[]> Pieces(Random random)
        {
            var pieces = new List<byte[]>();
            foreach (var log in _logs)
            {
                pieces.Add(Part(log, 0, log.Frames.Count / 2 + 1)); // the whole log at least once
                pieces.Add(Part(log, log.Frames.Count / 2, log.Frames.Count));
                for (var i = random.Next(4); i > 0; i--)
                {
                    var from = random.Next(log.Frames.Count);
                    pieces.Add(Part(log, from, random.Next(from, log.Frames.Count) + 1));
                }
            }

            pieces.AddRange(_images.Where(_ => random.Next(2) == 0));
            pieces.AddRange(pieces.Where(_ => random.Next(4) == 0).ToList());
            var shuffled = pieces.ToArray();
            random.Shuffle(shuffled);
            return [.. shuffled];
        }

        public byte[] ExportOf(IEnumerable<byte[]> files)
        {
            string directory;
            lock (_lock)
            {
                directory = _directory.File($"store-{_opened++}");
            }

            var store = _stores.Open(directory);
            var merge = new FileMerge(store, TimeProvider.System);
            var file = System.IO.Path.Combine(directory, "piece");
            foreach (var bytes in files)
            {
                File.WriteAllBytes(file, bytes);
                merge.Merge(file, adopt: true);
            }

            new SealKeys(store).Add(_keys);
            using var export = new MemoryStream();
            PeopleExport.WriteCsv(OpenLog.People(store, new PersonFilter(All: true)), export);
            PeopleExport.WriteJsonLines(OpenLog.People(store, new PersonFilter(All: true)), export);
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
            return export.ToArray();
        }

        public void Dispose() => _directory.Dispose();

        private byte[] Reserve => NodeKeys.Seal(HmacTags.Instance, _key);

        private SealStart Seals => new() { Key = SealStart.OfClaim(1), Since = 1, Check = NodeKeys.SealCheck(HmacTags.Instance, Reserve) };

        private byte[] Part((ulong Node, uint Epoch, uint First, List<byte[]> Frames) log, int from, int to)
        {
            return Logs.BatchOf(1, log.Node, log.Epoch, log.First + (uint)from, new byte[32],
                [.. log.Frames.Skip(from).Take(to - from)], Seals);
        }
    }
}

public sealed class SqliteMergePropertyTests() : MergePropertyTests(Stores.Sqlite, Sweep.Count(1000, 80));

public sealed class PostgresMergePropertyTests() : MergePropertyTests(Stores.Postgres, Sweep.Count(50, 8));
