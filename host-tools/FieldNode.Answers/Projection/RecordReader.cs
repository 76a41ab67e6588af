using FieldNode.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>Reads what stands in frames. A content is to be read before the next one of its thread: there is one set for each, for
/// thousands of folds are kept.</summary>
internal static class RecordReader
{
    [ThreadStatic]
    private static Dictionary<byte, RecordContent>? s_contents;

    private static Dictionary<byte, RecordContent> Contents => s_contents ??= RecordContents.All().ToDictionary(content => content.Type);

    /// <summary>
    /// A frame's content; null when it has none that this host knows. The code is empty when it cannot be read: this host lacks the key, or
    /// what it opens is no code. A node records no person without one, and no resident ID whose check digit is wrong.
    /// </summary>
    public static RecordContent? Read(EpochSeals seals, uint sequence, byte[] frame) => Read(frame, seals.Open(sequence, frame));

    /// <summary>A frame's content.</summary>
    /// <param name="open">The frame with its code open; null: its key is not here.</param>
    public static RecordContent? Read(byte[] frame, ArraySegment<byte>? open)
    {
        if (!Contents.TryGetValue(Frame.Type(frame, 0), out var content)
            || !content.TryRead(open?.Array ?? frame, (open?.Offset ?? 0) + Frame.HeadBytes, Frame.ContentCount(frame, 0)))
        {
            return null;
        }

        if (content is CodeContent code && (open is null || IsGarbled(code)))
        {
            code.CodeCount = 0;
        }

        return content;
    }

    /// <summary>Whether a record that was read is about a person whose code cannot be read.</summary>
    public static bool IsUnreadable(RecordContent content, byte[] frame)
    {
        return content is PersonSampled { Training: false, CodeCount: 0 }
            // somebody without papers has no code
            || (content is TurnedAway { Training: false, CodeCount: 0 } && SealedPart.Find(frame, 0, out _) > 0);
    }

    private static bool IsGarbled(CodeContent content)
    {
        return content is PersonSampled { Kind: PersonSampled.KindResidentId } person
            && ResidentId.Judge(person.Code, 0, person.CodeCount) != ResidentId.Valid;
    }

    /// <summary>The tube of a person's record; null for any other record. Leaves alone the content that was read last.</summary>
    public static uint? TubeOf(byte[] frame)
    {
        return Frame.Type(frame, 0) == RecordType.PersonSampled && Frame.ContentCount(frame, 0) >= sizeof(uint)
            ? LittleEndian.ReadUInt32(frame, Frame.HeadBytes) : null;
    }

    /// <summary>Whether a record is a practice person.</summary>
    public static bool IsTraining(byte[] frame) => Frame.Type(frame, 0) == RecordType.PersonSampled && ReadClosed(frame) is null;

    /// <summary>A person who counts, without the code; of anybody else, null.</summary>
    public static PersonSampled? ReadClosed(byte[] frame)
    {
        if (Frame.Type(frame, 0) != RecordType.PersonSampled || Contents[RecordType.PersonSampled] is not PersonSampled person
            || !person.TryRead(frame, Frame.HeadBytes, Frame.ContentCount(frame, 0)) || person.Training)
        {
            return null;
        }

        person.CodeCount = 0;
        return person;
    }
}
