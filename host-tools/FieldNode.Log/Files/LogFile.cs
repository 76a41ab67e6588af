using FieldNode.Log.Parts;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;

namespace FieldNode.Log.Files;

/// <summary>An unreadable place in a file.</summary>
public sealed record Damage(long Offset, string What);

/// <summary>The content of a file.</summary>
public sealed record LogFileContent(LogSource Kind, IReadOnlyList<LogPart> Parts, IReadOnlyList<Damage> Damages);

/// <summary>
/// Reads a log file (.fnlog: batches one after another) or a raw flash image of a node. Reads all that is readable, and reports the rest by
/// offset. Files are at most 256 MiB: sixteen times the largest flash of a node.
/// </summary>
public static class LogFile
{
    public const long BytesMax = 256L * 1024 * 1024;

    private const int SectorBytes = 4096;

    /// <summary>Reads a file.</summary>
    /// <param name="files">Null for the files of this computer.</param>
    /// <exception cref="HostFault">The file is missing, unreadable, empty, too large, or neither a log nor an image.</exception>
    public static LogFileContent Read(string path, IFiles? files = null)
    {
        files ??= Outside.Real.Files;
        byte[] bytes;
        try
        {
            var length = files.Length(path);
            if (length > BytesMax)
            {
                throw new HostFault("file-too-large", ExitCode.Refused,
                    $"{path} has {length} bytes: a log or flash image has at most {BytesMax}",
                    $"{path} 有 {length} 字节：日志或闪存映像最多 {BytesMax} 字节");
            }

            bytes = files.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("file-unreadable", ExitCode.Failed, $"{path} cannot be read: {e.Message}", $"无法读取 {path}：{e.Message}");
        }

        return Parse(bytes) ?? throw NotALog(path, bytes);
    }

    /// <summary>Parses the bytes of a file; null if they are neither a log nor an image.</summary>
    public static LogFileContent? Parse(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (Batch.BeginsAt(bytes, 0, bytes.Length))
        {
            return ParseBatches(bytes);
        }

        return bytes.Length >= SectorBytes && bytes.Length % SectorBytes == 0 ? ParseImage(bytes) : null;
    }

    private static LogFileContent ParseBatches(byte[] bytes)
    {
        var parts = new List<LogPart>();
        var damages = new List<Damage>();
        var offset = 0;
        var readUpTo = 0;
        while (offset < bytes.Length)
        {
            var batch = new Batch();
            var fault = batch.TryRead(bytes, offset, bytes.Length);
            if (fault == BatchFault.None)
            {
                parts.Add(LogPart.FromBatch(batch, bytes.AsSpan(offset, batch.TotalBytes).ToArray(), LogSource.LogFile));
                offset += batch.TotalBytes;
                readUpTo = offset;
                continue;
            }

            if (offset == readUpTo)
            {
                damages.Add(new Damage(offset, BatchFaults.Describe(fault))); // one for each stretch between readable batches
            }

            offset = NextBatch(bytes, offset + 1);
        }

        return new LogFileContent(LogSource.LogFile, parts, damages);
    }

    private static int NextBatch(byte[] bytes, int offset)
    {
        while (offset < bytes.Length)
        {
            var next = bytes.AsSpan(offset).IndexOf("FNB"u8);
            if (next < 0)
            {
                break;
            }

            offset += next;
            if (Batch.BeginsAt(bytes, offset, bytes.Length))
            {
                return offset;
            }

            offset++;
        }

        return bytes.Length;
    }

    private static LogFileContent? ParseImage(byte[] bytes)
    {
        var parts = new List<LogPart>();
        var damages = new List<Damage>();
        var heads = new Dictionary<uint, (int Start, SectorHead Head)>();
        for (var start = 0; start < bytes.Length; start += SectorBytes)
        {
            var head = new SectorHead();
            if (head.TryReadOpen(bytes, start) && heads.TryAdd(head.Number, (start, head)))
            {
                continue;
            }

            if (!IsUnused(bytes, start))
            {
                damages.Add(new Damage(start, "the head of this sector does not pass its CRC"));
            }
        }

        var notInUse = new HashSet<int>(); // retired slots, and the one being erased
        var newest = heads.Count > 0 ? heads.Keys.Max() : 0;
        foreach (var (number, (start, head)) in heads.OrderBy(entry => entry.Key))
        {
            var next = ParseSector(bytes, start + head.Bytes, start + SectorBytes, head, head.FirstSequence, parts, damages, notInUse);
            var follower = Follower(start, bytes.Length, notInUse);
            if (!heads.ContainsKey(number + 1) && !new SectorHead().TryReadOpen(bytes, follower))
            {
                // After a broken head, frames are still valid if their sequence numbers continue. If there are none, the sector is being
                // erased.
                var end = ParseSector(bytes, follower + SectorHead.PreparedBytes, follower + SectorBytes, head, next, parts, [], notInUse);
                if (end == next && number == newest)
                {
                    notInUse.Add(follower / SectorBytes);
                }
            }
        }

        damages.RemoveAll(damage => notInUse.Contains((int)(damage.Offset / SectorBytes)));
        return heads.Count > 0 ? new LogFileContent(LogSource.FlashImage, parts, [.. damages.OrderBy(damage => damage.Offset)]) : null;
    }

    private static int Follower(int start, int length, HashSet<int> notInUse)
    {
        do
        {
            start = (start + SectorBytes) % length;
        }
        while (notInUse.Contains(start / SectorBytes) && notInUse.Count < length / SectorBytes);
        return start;
    }

    // Erased; or erased and marked as the next sector; or marked, and its head torn before anything was written after it.
    private static bool IsUnused(byte[] bytes, int start)
    {
        var from = new SectorHead().TryReadPrepared(bytes, start) ? SectorHead.BytesMax + Frame.BytesMax : 0;
        return SectorWalk.AllErased(bytes, start + from, start + SectorBytes);
    }

    // Returns the sequence number that follows the sector's last frame.
    private static uint ParseSector(byte[] bytes, int offset, int end, SectorHead head, uint firstSequence, List<LogPart> parts,
        List<Damage> damages, HashSet<int> notInUse)
    {
        notInUse.UnionWith(Enumerable.Range(0, head.Retired.Count).Select(head.Retired.SlotAt));
        var walk = new SectorWalk(bytes, offset, end, head.Epoch, firstSequence);
        var run = new FrameRun(head.NodeId, head.Epoch, head.Seals);
        var damagedPlaces = 0;
        while (walk.Next())
        {
            if (walk.DamagedPlaces > damagedPlaces)
            {
                damagedPlaces = walk.DamagedPlaces;
                damages.Add(new Damage(walk.DamageOffset, "bytes that are not a frame, followed by frames"));
            }

            if (walk.IsLocal && Frame.Type(bytes, walk.FrameOffset) == RecordType.SectorRetired)
            {
                notInUse.Add((int)Frame.Ticks(bytes, walk.FrameOffset));
            }
            else if (!walk.IsLocal)
            {
                run.Add(walk.Sequence, bytes.AsSpan(walk.FrameOffset, walk.FrameBytes), parts);
            }
        }

        run.Finish(parts);
        if (!SectorWalk.AllErased(bytes, walk.EndOffset, end))
        {
            damages.Add(new Damage(walk.EndOffset, "bytes that are not a frame, up to the end of the sector: a write cut short by "
                + "power loss, or damage"));
        }

        return walk.NextSequence;
    }

    private static HostFault NotALog(string path, byte[] bytes)
    {
        var what = bytes.Length == 0 ? "is empty" : "is neither a .fnlog file (begins with FNB2 or FNB1) nor a flash image (sectors of "
            + "4,096 bytes, one with a FieldNode head)";
        var chinese = bytes.Length == 0 ? "是空文件" : "既不是 .fnlog 文件（以 FNB2 或 FNB1 开头），也不是闪存映像（4096 字节扇区，带 FieldNode 头）";
        return new HostFault("not-a-log", ExitCode.Refused, $"{path} {what}", $"{path} {chinese}");
    }

    /// <summary>Collects consecutive frames of a sector into parts shaped like batches without a tag.</summary>
    private sealed class FrameRun(ulong node, uint epoch, SealStart seals)
    {
        private readonly List<byte> _frames = [];
        private uint _first;
        private int _count;

        public void Add(uint sequence, ReadOnlySpan<byte> frame, List<LogPart> parts)
        {
            if (_count > 0 && (sequence != _first + (uint)_count || _count == Batch.FramesMax))
            {
                Finish(parts);
            }

            _first = _count == 0 ? sequence : _first;
            _frames.AddRange(frame);
            _count++;
        }

        public void Finish(List<LogPart> parts)
        {
            if (_count == 0)
            {
                return;
            }

            var batch = new Batch
            {
                NodeId = node,
                Epoch = epoch,
                FirstSequence = _first,
                FrameCount = _count,
                FramesBytes = _frames.Count
            };
            batch.Seals.CopyFrom(seals);
            var bytes = new byte[batch.TotalBytes];
            batch.WriteHead(bytes, 0);
            _frames.CopyTo(bytes, Batch.HeadBytes);
            parts.Add(LogPart.FromBatch(batch, bytes, LogSource.FlashImage));
            _frames.Clear();
            _count = 0;
        }
    }
}
