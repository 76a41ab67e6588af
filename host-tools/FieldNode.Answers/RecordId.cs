using FieldNode.Log;
using System.Globalization;

namespace FieldNode.Answers;

/// <summary>A record's identity as people write it: node, epoch and sequence number, such as 00000000000000A1/1B2C3D4E/17.</summary>
public readonly record struct RecordId(ulong Node, uint Epoch, uint Sequence)
{
    /// <exception cref="HostFault">The text is not a valid record identity.</exception>
    public static RecordId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        return parts.Length == 3
            && ulong.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var node)
            && uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch)
            && uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new RecordId(node, epoch, sequence)
            : throw new HostFault("bad-record", ExitCode.Usage,
                $"'{text}' is not a valid record: use node/epoch/number, as listed by 'fieldnode doubts'",
                $"'{text}' 不是有效的记录编号：格式为 节点/纪元/序号，见 'fieldnode doubts'");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Node:X16}/{Epoch:X8}/{Sequence}");
}
