using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Core.Enrolment;
using FieldNode.Core.Lane;
using FieldNode.Core.Log;
using FieldNode.Core.Roster;
using FieldNode.Core.Scan;
using FieldNode.DeviceTests;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Lane;
using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Protocol;
using FieldNode.Simulator.Flash;

namespace FieldNode.Fuzz;

/// <summary>
/// Every parser of external bytes, by name, as a function of bytes. Expected exceptions are caught here; any other is a crash.
/// </summary>
public static class Targets
{
    private const int SectorBytes = 4096;
    private const int FlashSectors = 6;

    private static readonly CodeClassifier s_codes = new("@@########", "BAG######", "B?????????????");
    private static readonly PlainSeals s_seals = new();

    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["batch"] = ReadBatch,
        ["record"] = ReadRecord,
        ["reply"] = bytes => new Reply().TryRead(bytes, bytes.Length),
        ["scan"] = Scan,
        ["card"] = ReadCard,
        ["settings"] = bytes => new StoredSettings().TryRead(bytes, Math.Min(bytes.Length, StoredSettings.BytesMax)),
        ["flash"] = MountFlash,
        ["roster-flash"] = MountRoster,
        ["log-file"] = bytes => LogFile.Parse(bytes),
        ["table"] = ReadTable,
        ["status"] = bytes => StatusEndpoint.TryParse(bytes, out _, out _, out _, out _),
        ["greeting"] = bytes => ClientHello.OffersTls13(bytes),
    };

    private static void ReadBatch(byte[] bytes)
    {
        var batch = new Batch();
        if (batch.TryRead(bytes, 0, bytes.Length) == BatchFault.None)
        {
            LogFile.Parse(bytes);
        }
    }

    // The first byte selects the type and whether the record is sealed. There is no checksum, which would block a fuzzer.
    private static void ReadRecord(byte[] bytes)
    {
        if (bytes.Length is 0 or > Frame.BytesMax - Frame.OverheadBytes)
        {
            return;
        }

        var frame = new byte[Frame.BytesMax];
        bytes.AsSpan(1).CopyTo(frame.AsSpan(Frame.HeadBytes));
        var count = Frame.Seal(frame, 0, 1, 1, (byte)(bytes[0] & 0x7F), 1000, bytes.Length - 1);
        RecordWords.Describe(new ArraySegment<byte>(frame, 0, count), isSealed: bytes[0] >= 0x80);
        foreach (var content in RecordContents.All())
        {
            content.TryRead(frame, Frame.HeadBytes, bytes.Length - 1);
        }
    }

    // Scanner bytes; each 0xFF is a pause.
    private static void Scan(byte[] bytes)
    {
        var line = new ScanLine(idleGapMs: 60, repeatWindowMs: 800);
        var card = new Card();
        var now = 0u;
        for (var at = 0; at < bytes.Length;)
        {
            now += bytes[at] == 0xFF ? 100u : 1u;
            line.Idle(now);
            at += line.Ready ? 0 : Math.Max(1, line.Feed(bytes, at, bytes.Length - at, now));
            if (line.Ready)
            {
                s_codes.Classify(line.Bytes, line.Offset, line.Count);
                card.Read(line.Bytes, line.Offset, line.Count);
                line.Clear();
            }
        }
    }

    // Codes of a card, one per line.
    private static void ReadCard(byte[] bytes)
    {
        var parts = new CardParts();
        var card = new EnrolmentCard();
        for (var rest = bytes.AsSpan(); rest.Length > 0;)
        {
            var end = rest.IndexOf((byte)'\n') is var found and >= 0 ? found : rest.Length;
            var code = rest[..end].ToArray();
            card.TryRead(code, 0, code.Length);
            if (code.Length <= CardParts.CodeBytesMax)
            {
                parts.Add(code, 0, code.Length);
                card.TryRead(parts.CardText, 0, parts.CardTextBytes);
            }

            rest = rest[Math.Min(end + 1, rest.Length)..];
        }
    }

    // A flash with any content is mounted, or is not a log; then it is written to and mounted again.
    private static void MountFlash(byte[] bytes)
    {
        var flash = Flash(bytes);
        for (var starts = 0; starts < 2; starts++)
        {
            var log = new RingLog(flash, new LaneState(), s_seals, s_seals);
            if (log.Mount(99) == LogResult.Ok)
            {
                log.ContentBuffer[RingLog.ContentOffset] = 1;
                log.Append(RecordType.Arrived, 0, 1);
                log.Acknowledge(log.LastSequence);
            }
        }
    }

    private static void MountRoster(byte[] bytes)
    {
        var roster = new RosterStore(Flash(bytes), 0, []);
        roster.Load();
        var (log, state) = (new RingLog(new NorFlash(FlashSectors * SectorBytes), new LaneState(), s_seals, s_seals), new LaneState());
        log.Format(99, 7);
        var marks = new RosterMarks(roster, new LaneMemory(log, state), state);
        for (var step = 0; step < 100 && !marks.KnowsAll; step++)
        {
            marks.Step();
        }

        roster.Advise(0x12345678, marks, out _);
    }

    private static NorFlash Flash(byte[] bytes)
    {
        var flash = new NorFlash(FlashSectors * SectorBytes);
        bytes.AsSpan(0, Math.Min(bytes.Length, flash.Bytes)).CopyTo(flash.Cells);
        return flash;
    }

    private static void ReadTable(byte[] bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"fieldnode-fuzz-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        File.WriteAllBytes(path, bytes);
        try
        {
            RosterFile.Read(path, "S", []);
        }
        catch (HostFault)
        {
            // It is not a table, and the parser says so.
        }
        finally
        {
            File.Delete(path);
        }
    }
}
