using FieldNode.Simulator.Flash;

namespace FieldNode.Benchmarks.Ring;

/// <summary>The counts of one run; the names are those of the JSON output.</summary>
internal sealed record RingFigures
{
    public const int Small = 256 * 1024;
    public const int Large = 16 * 1024 * 1024;

    private const int Appends = 100_000;
    private const int Consumed = 200_000;
    private const int SectorBytes = 4096;

    public int RecordBytes { get; init; } = RingWorkload.RecordBytes;

    /// <summary>Bytes programmed per record, for records, heads and erase proofs.</summary>
    public double BytesPerRecord { get; init; }

    /// <summary>The same, with an acknowledgement every 50 records.</summary>
    public double BytesPerRecordWithAcknowledgements { get; init; }

    /// <summary>
    /// Without acknowledgements, on a lane in mid-day with five people in its open tube: each head holds the badge, tube and people.
    /// </summary>
    public double BytesPerRecordTubeOpen { get; init; }

    /// <summary>The same with a tube of ten that was just closed: the largest state of a lane with groups of ten.</summary>
    public double BytesPerRecordTubeFull { get; init; }

    /// <summary>Program calls per append.</summary>
    public double ProgramCallsPerRecord { get; init; }

    public long ProgramCallsMax { get; init; }

    /// <summary>All program calls: appends, erase proofs written in idle time, acknowledgements.</summary>
    public double AllProgramCallsPerRecord { get; init; }

    /// <summary>Page programs, including erase proofs and acknowledgements.</summary>
    public double PageProgramsPerRecord { get; init; }

    public int PagesPerCallMax { get; init; }

    public double ErasesPer1000 { get; init; }

    /// <summary>Erases during an append.</summary>
    public int ErasesInAppends { get; init; }

    public double WearMaxOverMean { get; init; }

    public long ReadsPerAppendMax { get; init; }

    /// <summary>Records held when a wrapped ring is full and nothing is acknowledged.</summary>
    public int RecordsHeld256KiB { get; init; }

    /// <summary>The same on a lane in mid-day whose tube of ten was just closed.</summary>
    public int RecordsHeld256KiBTubeFull { get; init; }

    /// <summary>
    /// Read calls until the log is mounted and the first unacknowledged record is read: the worst of clean, after a cut in an append, after
    /// a cut in an erase, and after 200,000 consumed.
    /// </summary>
    public long MountReads256KiB { get; init; }

    /// <summary>Bytes read for that, without those of the newest sector.</summary>
    public long MountBytes256KiB { get; init; }

    public int MountNewestSectorBytes { get; init; } = SectorBytes;

    public long MountReads16MiB { get; init; }

    public long MountBytes16MiB { get; init; }

    public long MountReads16MiBAfterConsuming { get; init; }

    /// <summary>Most program calls of one acknowledgement of 50 records.</summary>
    public long Acknowledge50Programs { get; init; }

    public long Acknowledge50Bytes { get; init; }

    /// <summary>Bytes that the ring keeps on the managed heap of .NET (64 bits), without the lane's state.</summary>
    public long RamBytes256KiB { get; init; }

    public long RamBytes16MiB { get; init; }

    public double FlashMsPerRecord { get; init; }

    public static RingFigures Measure()
    {
        var append = Wrapped(Small);
        var before = new Counters(append);
        append.Append(Appends);
        var after = new Counters(append);
        var acknowledgedBytes = append.AcknowledgeBytes - before.AcknowledgeBytes;
        var small = MountCases(Small);
        var large = MountCases(Large);
        var pages = (double)(after.Pages - before.Pages) / Appends;
        var erases = (double)(after.Erases - before.Erases) / Appends;
        var wear = append.Flash.SectorErases.Zip(before.SectorErases, (now, then) => now - then).ToArray();
        return new RingFigures
        {
            BytesPerRecord = (double)(after.Bytes - before.Bytes - acknowledgedBytes) / Appends,
            BytesPerRecordWithAcknowledgements = (double)(after.Bytes - before.Bytes) / Appends,
            BytesPerRecordTubeOpen = BytesInMidDay(people: 5),
            BytesPerRecordTubeFull = BytesInMidDay(people: 10),
            ProgramCallsPerRecord = (double)(after.AppendCalls - before.AppendCalls) / Appends,
            ProgramCallsMax = append.AppendCallsMax,
            AllProgramCallsPerRecord = (double)(after.Calls - before.Calls) / Appends,
            PageProgramsPerRecord = pages,
            PagesPerCallMax = append.Flash.PagesPerCallMax,
            ErasesPer1000 = erases * 1000,
            ErasesInAppends = append.Log.ErasesOnDemand,
            WearMaxOverMean = wear.Max() / wear.Average(),
            ReadsPerAppendMax = append.AppendReadsMax,
            RecordsHeld256KiB = Held(people: 0),
            RecordsHeld256KiBTubeFull = Held(people: 10),
            MountReads256KiB = small.Max(mount => mount.Reads),
            MountBytes256KiB = small.Max(mount => mount.Bytes) - SectorBytes,
            MountReads16MiB = large[..3].Max(mount => mount.Reads),
            MountBytes16MiB = large.Max(mount => mount.Bytes) - SectorBytes,
            MountReads16MiBAfterConsuming = large[3].Reads,
            Acknowledge50Programs = append.AcknowledgeCallsMax,
            Acknowledge50Bytes = append.AcknowledgeBytesMax,
            RamBytes256KiB = RingMemory.Measure(Small),
            RamBytes16MiB = RingMemory.Measure(Large),
            FlashMsPerRecord = pages * 0.7 + erases * 45,
        };
    }

    private static RingWorkload Wrapped(int bytes, int people = 0)
    {
        var workload = new RingWorkload(bytes, people);
        workload.Append(bytes / (RingWorkload.RecordBytes + 5) + 1000);
        return workload;
    }

    private static double BytesInMidDay(int people)
    {
        var workload = Wrapped(Small, people);
        var before = new Counters(workload);
        workload.Append(Appends);
        var after = new Counters(workload);
        return (double)(after.Bytes - before.Bytes - (workload.AcknowledgeBytes - before.AcknowledgeBytes)) / Appends;
    }

    // Fills a wrapped ring until it refuses, then counts the records it holds.
    private static int Held(int people)
    {
        var workload = Wrapped(Small, people);
        workload.Acknowledge(workload.Log.LastSequence);
        while (workload.AppendOne() == 0)
        {
        }

        return (int)workload.Log.UnackedRecords;
    }

    private static (long Reads, long Bytes)[] MountCases(int bytes)
    {
        var workload = Wrapped(bytes);
        workload.Append(120, acknowledge: false);
        var clean = workload.Mount();
        workload.Flash.CutAt(workload.Flash.Steps + 20);
        ExpectCut(() => workload.Append(1, acknowledge: false));
        var afterAppend = workload.Mount();
        while (workload.Log.UnackedRecords > 0)
        {
            workload.Acknowledge(workload.Log.LastSequence);
        }

        workload.Append(10, acknowledge: false);
        var erases = workload.Flash.Erases;
        while (workload.Flash.Erases == erases)
        {
            var image = (byte[])workload.Flash.Cells.Clone();
            workload.Append(1, acknowledge: false);
            if (workload.Flash.Erases > erases)
            {
                // Repeats the append before this erase, with a power cut in the middle of the erase.
                image.CopyTo(workload.Flash.Cells, 0);
                workload.Mount();
                workload.Flash.CutAt(workload.Flash.Steps + NorCells.EraseSteps / 2, CutModel.Shuffled);
                ExpectCut(() => workload.Log.PrepareNext());
            }
        }

        var afterErase = workload.Mount();
        workload.Append(Consumed);
        workload.Append(120, acknowledge: false);
        return [clean, afterAppend, afterErase, workload.Mount()];
    }

    private static void ExpectCut(Action action)
    {
        try
        {
            action();
        }
        catch (PowerCutException)
        {
            return;
        }

        throw new InvalidOperationException("the power cut did not happen during the operation");
    }

    private sealed class Counters(RingWorkload workload)
    {
        public long Bytes { get; } = workload.Flash.ProgrammedBytes;

        public long Calls { get; } = workload.Flash.ProgramCalls;

        public long Pages { get; } = workload.Flash.PagePrograms;

        public long Erases { get; } = workload.Flash.Erases;

        public long AppendCalls { get; } = workload.AppendCalls;

        public long AcknowledgeBytes { get; } = workload.AcknowledgeBytes;

        public int[] SectorErases { get; } = [.. workload.Flash.SectorErases];
    }
}
