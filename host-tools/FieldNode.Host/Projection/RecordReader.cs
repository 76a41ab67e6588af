using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Host.Projection;

/// <summary>Reads what stands in frames. A content is to be read before the next one of its thread: there is one set for each, for thousands of folds are kept.</summary>
internal static class RecordReader
{
    [ThreadStatic]
    private static Dictionary<byte, RecordContent>? s_contents;

    private static Dictionary<byte, RecordContent> Contents => s_contents ??= RecordContents.All().ToDictionary(content => content.Type);

    /// <summary>A frame's content; null when it has none that this host knows. The code of a person is empty when this host has not the key that opens it.</summary>
    public static RecordContent? Read(EpochSeals seals, uint sequence, byte[] frame)
    {
        var open = seals.Open(sequence, frame);
        if (!Contents.TryGetValue(Frame.Type(frame, 0), out var content) || !content.TryRead(open?.Array ?? frame, (open?.Offset ?? 0) + Frame.HeadBytes, Frame.ContentCount(frame, 0)))
        {
            return null;
        }

        if (open is null && content is CodeContent code)
        {
            code.CodeCount = 0;
        }

        return content;
    }

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
