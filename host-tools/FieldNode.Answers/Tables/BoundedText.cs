namespace FieldNode.Answers.Tables;

/// <summary>
/// Text of a part of an .xlsx file, with an end: XmlReader itself bounds neither a part nor a tag. No '&lt;' can stand within a tag, so
/// what lies between two of them bounds names, attributes and text.
/// </summary>
internal sealed class BoundedText(TextReader source, long charactersMax, int gapMax) : TextReader
{
    private long _characters;
    private int _gap;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var count = source.Read(buffer);
        _characters += count;
        if (_characters > charactersMax)
        {
            throw new InvalidDataException($"a part of it has more than {charactersMax} characters");
        }

        for (var rest = buffer[..count]; !rest.IsEmpty;)
        {
            var at = rest.IndexOf('<');
            _gap += at < 0 ? rest.Length : at;
            if (_gap > gapMax)
            {
                throw new InvalidDataException($"a tag or cell of it has more than {gapMax} characters");
            }

            _gap = at < 0 ? _gap : 0;
            rest = at < 0 ? [] : rest[(at + 1)..];
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
