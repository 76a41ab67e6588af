using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Host.Export;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

public sealed class LogFileTests
{
    private static readonly int s_hostileInputs = Sweep.Count(1_000_000, 100_000);

    [Fact]
    public void An_image_gives_every_record_of_the_node()
    {
        var bench = new Bench().Start();
        bench.Scan(["ZZ00000001", .. People.Generate(10, new Random(1))]);

        var content = LogFile.Parse(bench.Flash.Cells)!;

        Assert.Equal(LogSource.FlashImage, content.Kind);
        Assert.Empty(content.Damages);
        Assert.Equal(bench.Records().Select(record => Convert.ToHexString(record.Frame)), content.Parts.SelectMany(part => part.Frames())
            .Select(frame => Convert.ToHexString(frame.Frame)));
    }

    [Fact]
    public void Damage_in_an_image_is_reported_by_offset_and_costs_one_record()
    {
        var bench = new Bench().Start();
        bench.Scan(["ZZ00000001", .. People.Generate(10, new Random(1))]);
        var image = (byte[])bench.Flash.Cells.Clone();
        var frame = bench.Records()[5].Frame;
        var at = image.AsSpan().IndexOf(frame);
        image[at + 8] ^= 0x10;

        var content = LogFile.Parse(image)!;

        Assert.Equal(at, content.Damages.Single().Offset);
        Assert.Equal(bench.Records().Count - 1, content.Parts.Sum(part => part.FrameCount));
    }

    [Fact]
    public void A_broken_head_in_an_image_is_reported_and_its_records_are_read_all_the_same()
    {
        var bench = new Bench().Start();
        bench.Scan([.. Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? "FN:ARRIVED:1" : "FN:CATEGORY:CHILD")]);
        var image = (byte[])bench.Flash.Cells.Clone();
        image[4096 + 20] ^= 0xFF;

        var content = LogFile.Parse(image)!;

        Assert.Equal(4096, content.Damages.Single().Offset);
        Assert.Equal(bench.Records().Count, content.Parts.Sum(part => part.FrameCount));
    }

    [Fact]
    public void Thousands_of_damaged_places_in_a_row_are_one()
    {
        Assert.Single(LogFile.Parse([.. Enumerable.Repeat("FNB1"u8.ToArray(), 100_000).SelectMany(magic => magic)])!.Damages);
    }

    [Fact]
    public void What_came_from_an_image_is_exported_without_a_tag_and_merges_again()
    {
        using var directory = new TemporaryDirectory();
        var bench = new Bench().Start();
        bench.Scan("ZZ00000001", "11010519491231002X");
        File.WriteAllBytes(directory.File("image"), bench.Flash.Cells);
        var store = AnsweringStore.Open(directory.File("data"));
        new NodeRegistry(store, TimeProvider.System).Add(new EnrolledNode(Bench.NodeId, "lane-1", "", "", new byte[32]));
        var merge = new FileMerge(store, TimeProvider.System);
        merge.Merge(directory.File("image"), adopt: false);
        using (var stream = File.Create(directory.File("log")))
        {
            BatchExport.Write(store, stream);
        }

        Assert.Equal(0, merge.Merge(directory.File("log"), adopt: false).Added);
        Assert.All(LogFile.Read(directory.File("log")).Parts, part => Assert.Equal(LogSource.FlashImage, part.Source));
    }

    /// <summary>tests/fixtures/logs: written by that version's own tool; the passphrase of the keys is "correct horse".</summary>
    [Fact]
    public void A_log_of_the_second_version_opens_with_keys_of_its_time()
    {
        using var directory = new TemporaryDirectory();
        var store = AnsweringStore.Open(directory.File("data"));
        new FileMerge(store, TimeProvider.System).Merge(Repository.Fixture("logs/version-2.fnlog"), adopt: true);
        Assert.All(OpenLog.People(store, new PersonFilter(All: true)), row => Assert.Equal(PersonState.Unreadable, row.State));

        new SealKeys(store).Add(SealKeyFile.Read(Repository.Fixture("logs/version-2.keys"), "correct horse"));

        Assert.Equal([("11010519491231002X", PersonState.Valid), ("E12345678", PersonState.Valid)],
            OpenLog.People(store).Select(row => (row.Person, row.State)));
        Assert.Empty(new DoubtsAnswer(store, Fleet.Read(store)).List([DoubtKind.Unreadable]));
    }

    /// <summary>
    /// Small files share a commit, and the next ones are read meanwhile: a refused file delays no other, and an adopted node stays adopted.
    /// </summary>
    [Fact]
    public void Files_of_one_merge_end_as_those_merged_one_by_one()
    {
        using var directory = new TemporaryDirectory();
        List<string> files = [];
        for (uint node = 1; node <= 6; node++)
        {
            files.Add(directory.File($"{node}.fnlog"));
            var frames = Logs.Morning(1, $"L{node}", $"ZZ0000000{node}", "11010519491231002X");
            File.WriteAllBytes(files[^1], node == 3 ? "no log"u8.ToArray() : Logs.BatchOf(1, node, 1, 1, new byte[32], [.. frames]));
        }

        files.Insert(2, files[0]); // the same file again
        var (together, single) = (AnsweringStore.Open(directory.File("together")), AnsweringStore.Open(directory.File("single")));
        var outcomes = new FileMerge(together, TimeProvider.System).Merge(files, adopt: true, TestContext.Current.CancellationToken)
            .ToList();
        foreach (var file in files)
        {
            try
            {
                new FileMerge(single, TimeProvider.System).Merge(file, adopt: true);
            }
            catch (HostFault fault)
            {
                Assert.Equal(directory.File("3.fnlog"), file);
                Assert.Equal("not-a-log", fault.Code);
            }
        }

        Assert.Equal(files, outcomes.Select(outcome => outcome.Path));
        Assert.Equal([directory.File("3.fnlog")], outcomes.Where(outcome => outcome.Fault is not null).Select(outcome => outcome.Path));
        Assert.Equal(0, outcomes[2].Result!.Added);
        Assert.Equal(new NodeRegistry(single, TimeProvider.System).List().Select(node => node.Id),
            new NodeRegistry(together, TimeProvider.System).List().Select(node => node.Id));
        Assert.Equal(OpenLog.People(single, new PersonFilter()), OpenLog.People(together, new PersonFilter()));
        Assert.True(new StoreVerification(together).Run(directory.File("scratch"), cancel: TestContext.Current.CancellationToken).IsRight);
    }

    [Fact]
    public void A_log_with_a_broken_batch_in_its_middle_keeps_the_others()
    {
        var frames = Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X");
        var first = Logs.BatchOf(1, 2, 1, 1, new byte[32], frames[0], frames[1]);
        var second = Logs.BatchOf(1, 2, 1, 3, new byte[32], frames[2], frames[3]);
        byte[] broken = [.. first];
        broken[40] ^= 1;

        var content = LogFile.Parse([.. broken, .. second])!;

        Assert.Equal(0, content.Damages.Single().Offset);
        Assert.Equal(3u, content.Parts.Single().FirstSequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(4096)]
    [InlineData(5000)]
    public void What_is_neither_a_log_nor_an_image_is_refused(int count)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory.File("x"), Enumerable.Repeat((byte)'x', count).ToArray());

        var fault = Assert.Throws<HostFault>(() => LogFile.Read(directory.File("x")));

        Assert.Equal(("not-a-log", ExitCode.Refused), (fault.Code, fault.ExitCode));
    }

    [Fact]
    public void A_worn_image_whose_battery_was_pulled_in_an_erase_is_whole()
    {
        using var directory = new TemporaryDirectory();
        var ring = Ring.New(6);
        ring.AppendAcknowledged(300);
        ring.Flash.StopErasing(2);
        ring.AppendAcknowledged(6 * 75 * 2);
        var erases = ring.Flash.Erases;
        while (ring.Flash.Erases == erases)
        {
            ring.Flash.PowerOn();
            ring.AppendOne(43);
            ring.Log.Acknowledge(ring.Log.LastSequence);
            ring.Flash.CutAt(ring.Flash.Steps + 5, CutModel.Shuffled); // cuts an erase that was done ahead of time
            try
            {
                while (ring.Log.PrepareNext())
                {
                }
            }
            catch (PowerCutException)
            {
                break;
            }
        }

        File.WriteAllBytes(directory.File("image"), ring.Flash.Cells);
        var content = LogFile.Read(directory.File("image"));

        Assert.Empty(content.Damages);
        Assert.Equal(ring.Log.LastSequence, content.Parts.Max(part => part.FirstSequence + (uint)part.FrameCount - 1));
        ring.Flash.Cells[4 * 4096 + 3] ^= 0x55;
        File.WriteAllBytes(directory.File("image"), ring.Flash.Cells);
        Assert.Contains(LogFile.Read(directory.File("image")).Damages, damage => damage.Offset == 4 * 4096);
    }

    [Fact]
    public void A_log_of_an_unknown_node_or_with_a_wrong_tag_is_refused_whole()
    {
        using var directory = new TemporaryDirectory();
        var store = AnsweringStore.Open(directory.File("data"));
        var registry = new NodeRegistry(store, TimeProvider.System);
        registry.Add(new EnrolledNode(2, "lane-2", "S", "L2", new byte[32]));
        var frames = Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X").ToArray();
        var good = Logs.BatchOf(1, 2, 1, 1, new byte[32], frames[..2]);
        File.WriteAllBytes(directory.File("unknown"), [.. good, .. Logs.BatchOf(1, 3, 1, 1, new byte[32], frames)]);
        File.WriteAllBytes(directory.File("forged"), [.. good, .. Logs.BatchOf(1, 2, 1, 3, [1, 2, 3], frames[2..])]);
        var merge = new FileMerge(store, TimeProvider.System);

        Assert.Equal("unknown-node", Assert.Throws<HostFault>(() => merge.Merge(directory.File("unknown"), adopt: false)).Code);
        Assert.Equal("bad-tag", Assert.Throws<HostFault>(() => merge.Merge(directory.File("forged"), adopt: false)).Code);
        Assert.Empty(new LogStatus(store).Epochs());
    }

    [Fact]
    public void Random_and_mutated_files_are_read_without_a_crash_or_a_large_allocation()
    {
        var seed = Seed.Take(nameof(Random_and_mutated_files_are_read_without_a_crash_or_a_large_allocation));
        var log = Logs.BatchOf(1, 2, 7, 1, new byte[32], [.. Logs.Morning(7, "L1", "ZZ00000001", "11010519491231002X")]);
        var bench = new Bench(new FieldNode.Simulator.Flash.NorFlash(3 * 4096)).Start();
        bench.Scan("ZZ00000001", "11010519491231002X");
        var sector = bench.Flash.Cells[..4096];
        var worst = 0L;
        Parallel.For(0, Environment.ProcessorCount, worker =>
        {
            var random = new Random(seed + worker);
            for (var i = 0; i < s_hostileInputs / Environment.ProcessorCount; i++)
            {
                var input = i % 20 == 0 ? MutatedSector(random, sector) : Mutations.Next(random, log);
                var before = GC.GetAllocatedBytesForCurrentThread();
                Inspect(input);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                InterlockedMax(ref worst, allocated);
            }
        });

        Assert.True(worst < 1_000_000, $"one file of at most 8 KB made inspect allocate {worst} bytes");
    }

    private static void Inspect(byte[] input)
    {
        foreach (var part in LogFile.Parse(input)?.Parts ?? [])
        {
            foreach (var (_, frame) in part.Frames())
            {
                RecordWords.Describe(frame, part.Seals.Key != SealStart.Plain);
            }
        }
    }

    private static byte[] MutatedSector(Random random, byte[] sector)
    {
        var changed = (byte[])sector.Clone();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            changed[random.Next(300)] = (byte)random.Next(256);
        }

        return changed;
    }

    private static void InterlockedMax(ref long target, long value)
    {
        long seen;
        while ((seen = Interlocked.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
