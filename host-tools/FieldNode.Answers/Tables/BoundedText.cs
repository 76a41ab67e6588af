namespace FieldNode.Answers.Tables;

/// <summary>
/// Limits the text of a part of an .xlsx file: XmlReader itself limits neither a part nor a tag. A tag cannot contain '&lt;', so limiting
/// the text between two of them limits names, attributes and text.
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
            throw new InvalidDataException($"a part has more than {charactersMax} characters");
        }

        for (var rest = buffer[..count]; !rest.IsEmpty;)
        {
            var at = rest.IndexOf('<');
            _gap += at < 0 ? rest.Length : at;
            if (_gap > gapMax)
            {
                throw new InvalidDataException($"a tag or cell has more than {gapMax} characters");
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
