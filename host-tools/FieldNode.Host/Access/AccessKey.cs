using FieldNode.Log;
using FieldNode.Log.Keys;
using System.Security.Cryptography;
using System.Text;

namespace FieldNode.Host.Access;

/// <summary>The key that lets other hosts read the log ('fieldnode pull'). It is generated once and kept in the data directory, readable by
/// the owner only. People sign in and nodes have their own keys: neither needs it.</summary>
public sealed class AccessKey
{
    public const string FileName = "access-key";

    private const int RandomBytes = 16;

    private AccessKey(string text)
    {
        Text = text;
    }

    /// <summary>32 hex digits.</summary>
    public string Text { get; }

    /// <summary>The key of a data directory; generated if absent.</summary>
    /// <exception cref="HostFault">The file cannot be read or written, or does not contain a valid key.</exception>
    public static AccessKey LoadOrCreate(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            if (!File.Exists(path))
            {
                KeySource.Draw(Outside.Real, path, RandomBytes);
            }

            var text = File.ReadAllText(path).Trim();
            return text.Length == 2 * RandomBytes && text.All(char.IsAsciiHexDigit) ? new AccessKey(text)
                : throw new HostFault("bad-access-key", ExitCode.Failed,
                $"{path} is not a key of {2 * RandomBytes} hex digits: delete it to generate a new one",
                $"{path} 不是 {2 * RandomBytes} 位十六进制密钥：删除后会重新生成");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("data-not-writable", ExitCode.Failed, $"{path} cannot be used: {e.Message}", $"{path} 无法使用：{e.Message}");
        }
    }

    /// <summary>Compares a text with this key in constant time.</summary>
    public bool Fits(string given)
    {
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(Text));
    }
}
