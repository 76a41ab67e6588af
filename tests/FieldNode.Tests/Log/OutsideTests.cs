using FieldNode.Answers;
using FieldNode.Answers.Roster;
using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Simulator.Load;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>
/// Log and Answers get everything external by injection: a host can run in one thread, and the same seed makes the same store, byte for
/// byte except SQLite's own counter.
/// </summary>
public sealed class OutsideTests
{
    private const int Nodes = 6;
    private const int Batches = 60;

    // SQLite's change counter and its copy (sqlite.org/fileformat2.html, "The Database Header"): a connection reopened after another test
    // cleared the pools continues from the value that it read.
    private static readonly int[] s_changeCounters = [24, 92];

    [Fact]
    public void The_same_seed_makes_the_same_store_and_key_in_one_thread()
    {
        var seed = Seed.Take(nameof(The_same_seed_makes_the_same_store_and_key_in_one_thread));

        var first = Files(seed);

        Assert.Equal(first, Files(seed));
        Assert.NotEqual(first.Key, Files(seed + 1).Key);
    }

    [Fact]
    public void A_host_touches_no_file_but_through_the_files_that_it_was_given()
    {
        using var directory = new TemporaryDirectory();
        var files = new MemoryFiles();
        var outside = Outside.Real with { Files = files };

        var store = AnsweringStore.Open(directory.File("data"), outside: outside);
        var lane = new LaneLog(1, new byte[NodeKeys.Bytes], store.HostId, 1, "S", "L1");
        files.Write("log", lane.Take(30));
        files.Write("roster", "person,household,building\nE12345678,1,1\n"u8);
        new FileMerge(store, TimeProvider.System).Merge("log", adopt: true);

        Assert.Equal(30, new LogStatus(store).Epochs().Single().Records);
        Assert.Equal("E12345678", RosterFile.Read("roster", "S", [], files).People.Single().Person);
        Assert.Equal(store.HostId, AnsweringStore.Open(directory.File("data"), outside: outside).HostId);
        Assert.Contains(directory.File("data.key"), files.Names);
        // Only SQLite's files, because of the VFS named here: it needs no shared-memory file beside the database.
        Assert.Equal([HostStore.FileName, HostStore.FileName + "-wal"],
            Directory.EnumerateFiles(directory.File("."), "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("data", "data-not-writable")]
    [InlineData("data.key", "key-missing")]
    public void A_disk_that_takes_no_file_is_told(string broken, string code)
    {
        using var directory = new TemporaryDirectory();
        var outside = Outside.Real with { Files = new MemoryFiles { Broken = directory.File(broken) } };

        Assert.Equal(code, Assert.Throws<HostFault>(() => AnsweringStore.Open(directory.File("data"), outside: outside)).Code);
    }

    // A host's day: nodes are enrolled, a roster is imported, batches arrive and are merged in steps.
    private static (string Store, string Key) Files(int seed)
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(seed);
        var (time, work) = (new SetTime(), new OneThread());
        var outside = new Outside(time, new SeededChance(random), work, Outside.Real.Files);
        var store = AnsweringStore.Open(directory.File("data"), outside: outside);
        var lanes = Enumerable.Range(1, Nodes).Select(i =>
        {
            var key = new byte[NodeKeys.Bytes];
            random.NextBytes(key);
            var node = new EnrolledNode((ulong)i, $"lane-{i}", "S", $"L{i}", key);
            new NodeRegistry(store, time).Add(node);
            return new LaneLog(node.Id, key, store.HostId, i, "S", node.Lane);
        }).ToList();
        var people = People.Settle([.. RandomScans.People.Take(20)], 12, 3);
        new Rosters(store).Set("S", [.. people.Select(one => new RosterPerson("S", one.Code, one.Household, one.Building))]);

        using var queue = new Stepped(new MergeQueue(store, time));
        for (var i = 0; i < Batches; i++)
        {
            time.Now += TimeSpan.FromSeconds(random.Next(100));
            Assert.True(queue.Queue.TryAdd(Logs.PartOf(lanes[random.Next(Nodes)].Take(random.Next(1, 30)), LogSource.Upload),
                out var merged));
            if (random.Next(3) == 0)
            {
                Assert.InRange(queue.Queue.Step(), 1, Batches);
                Assert.True(merged.IsCompletedSuccessfully);
            }
        }

        queue.Queue.Step();
        Assert.Equal(0, queue.Queue.Step());
        Assert.Equal([Environment.CurrentManagedThreadId], work.Threads);
        return Read(store, directory);
    }

    private static (string Store, string Key) Read(HostStore store, TemporaryDirectory directory)
    {
        using (var connection = store.Connect())
        {
            FieldNode.Log.Database.Sql.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        var bytes = File.ReadAllBytes(store.Path);
        foreach (var counter in s_changeCounters)
        {
            bytes.AsSpan(counter, sizeof(uint)).Clear();
        }

        return (Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)), File.ReadAllText(directory.File("data.key")));
    }

    /// <summary>A queue whose loop is stepped by the test; it ends with the test.</summary>
    private sealed class Stepped(MergeQueue queue) : IDisposable
    {
        public MergeQueue Queue => queue;

        public void Dispose() => Assert.True(queue.DisposeAsync().AsTask().IsCompleted);
    }

    private sealed class SeededChance(Random random) : IRandomSource
    {
        public void Fill(Span<byte> bytes) => random.NextBytes(bytes);
    }

    /// <summary>Files in memory, except SQLite's.</summary>
    private sealed class MemoryFiles : IFiles
    {
        private readonly Dictionary<string, byte[]> _files = [];

        public IEnumerable<string> Names => _files.Keys;

        /// <summary>Paths with this prefix cannot be created.</summary>
        public string? Broken { get; init; }

        // https://sqlite.org/vfs.html, "Standard Unix VFSes"
        public string Vfs => "unix-excl";

        public bool Exists(string path) => _files.ContainsKey(path);

        public long Length(string path) => Read(path).Length;

        public byte[] Read(string path) => _files.TryGetValue(path, out var bytes) ? bytes : throw new FileNotFoundException(path);

        public void Make(string path)
        {
            Check(path);
            _files.TryAdd(path, []);
        }

        public void Write(string path, ReadOnlySpan<byte> bytes)
        {
            Check(path);
            _files[path] = bytes.ToArray();
        }

        public void Move(string from, string to)
        {
            _files.Add(to, _files[from]);
            _files.Remove(from);
        }

        public void Delete(string path) => _files.Remove(path);

        public void MakeDirectory(string path)
        {
            Check(path);
            Directory.CreateDirectory(path); // for SQLite
        }

        public long FreeBytes(string path) => long.MaxValue;

        private void Check(string path)
        {
            if (Broken is not null && path.StartsWith(Broken, StringComparison.Ordinal))
            {
                throw new IOException($"{path}: no space left");
            }
        }
    }

    /// <summary>Runs everything at once, in the calling thread.</summary>
    private sealed class OneThread : IScheduler
    {
        public HashSet<int> Threads { get; } = [];

        public void ForEachParallel<T>(IEnumerable<T> items, Action<T> work)
        {
            Note();
            foreach (var item in items)
            {
                work(item);
            }
        }

        public Task Loop(Func<Task> loop)
        {
            Note();
            return Task.CompletedTask;
        }

        public Task<T> Ahead<T>(Func<T> work)
        {
            Note();
            return Task.FromResult(work());
        }

        public void Later(Action work)
        {
            Note();
            work();
        }

        public Task Pause(TimeSpan time, CancellationToken cancel)
        {
            Note();
            return Task.CompletedTask;
        }

        private void Note() => Threads.Add(Environment.CurrentManagedThreadId);
    }
}
