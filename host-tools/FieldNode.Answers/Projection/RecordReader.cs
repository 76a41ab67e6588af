using FieldNode.Log;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Answers.Projection;

/// <summary>Reads the contents of frames. A content is valid until its thread reads the next one: each thread reuses one set of contents,
/// because thousands of folds are kept.</summary>
internal static class RecordReader
{
    [ThreadStatic]
    private static Dictionary<byte, RecordContent>? s_contents;

    private static Dictionary<byte, RecordContent> Contents => s_contents ??= RecordContents.All().ToDictionary(content => content.Type);

    /// <summary>
    /// A frame's content; null if this host does not know it. The code is empty if it cannot be read: this host lacks the key, or the
    /// opened bytes are not a valid code. A node never records a person without a code, or a resident ID with a wrong check digit.
    /// </summary>
    public static RecordContent? Read(EpochSeals seals, uint sequence, byte[] frame) => Read(frame, seals.Open(sequence, frame));

    /// <summary>A frame's content.</summary>
    /// <param name="open">The frame with its code opened; null if its key is missing.</param>
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
            // a person without papers has no code
            || (content is TurnedAway { Training: false, CodeCount: 0 } && SealedPart.Find(frame, 0, out _) > 0);
    }

    private static bool IsGarbled(CodeContent content)
    {
        return content is PersonSampled { Kind: PersonSampled.KindResidentId } person
            && ResidentId.Judge(person.Code, 0, person.CodeCount) != ResidentId.Valid;
    }

    /// <summary>The tube of a person's record; null for any other record. Does not overwrite the content read last.</summary>
    public static uint? TubeOf(byte[] frame)
    {
        return Frame.Type(frame, 0) == RecordType.PersonSampled && Frame.ContentCount(frame, 0) >= sizeof(uint)
            ? LittleEndian.ReadUInt32(frame, Frame.HeadBytes) : null;
    }

    /// <summary>Whether a record is a practice person.</summary>
    public static bool IsTraining(byte[] frame) => Frame.Type(frame, 0) == RecordType.PersonSampled && ReadPersonWithoutCode(frame) is null;

    /// <summary>A non-training person, without the code; null for any other record.</summary>
    public static PersonSampled? ReadPersonWithoutCode(byte[] frame)
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
