using System.Security.Cryptography;
using System.Text;

namespace FieldNode.Log.Keys;

/// <summary>
/// Opens a store's own keys: a key file outside its data directory and its backups, or a passphrase. Without it, no one can open what the
/// store has sealed, not even its owner.
/// </summary>
public sealed class KeySource
{
    /// <summary>Environment variable: the path of the key file, if it is not <c>DIRECTORY.key</c>.</summary>
    public const string FileVariable = "FIELDNODE_KEYFILE";

    /// <summary>Environment variable: a passphrase instead of a key file.</summary>
    public const string PassphraseVariable = "FIELDNODE_PASSPHRASE";

    private const int KeyBytes = 32;

    // OWASP's recommendation of 2023 for PBKDF2 with HMAC-SHA256.
    private const int Iterations = 600_000;

    private readonly string? _passphrase;
    private readonly Outside _outside;

    private KeySource(string path, string? passphrase, Outside outside)
    {
        Path = path;
        _passphrase = passphrase;
        _outside = outside;
    }

    /// <summary>The key file; unused if there is a passphrase.</summary>
    public string Path { get; }

    public bool IsPassphrase => _passphrase is not null;

    /// <summary>The key source of a data directory's store: the passphrase or the file that the environment names, else the file beside the
    /// directory.</summary>
    /// <param name="outside">Null for <see cref="Outside.Real"/>.</param>
    public static KeySource ForDirectory(string directory, Outside? outside = null)
    {
        var file = Environment.GetEnvironmentVariable(FileVariable);
        var passphrase = Environment.GetEnvironmentVariable(PassphraseVariable);
        return new KeySource(string.IsNullOrEmpty(file) ? System.IO.Path.GetFullPath(directory)
            .TrimEnd(System.IO.Path.DirectorySeparatorChar) + ".key" : file, string.IsNullOrEmpty(passphrase) ? null : passphrase,
            outside ?? Outside.Real);
    }

    /// <summary>The key that wraps the store's keys.</summary>
    /// <param name="salt">The store's salt, used with a passphrase.</param>
    /// <param name="isNew">True if the store has no keys yet: the key file is created if missing.</param>
    /// <exception cref="HostFault">The file is missing, cannot be read, or holds no key.</exception>
    public byte[] Key(byte[] salt, bool isNew)
    {
        if (_passphrase is not null)
        {
            return OfPassphrase(_passphrase, salt);
        }

        try
        {
            if (isNew && !_outside.Files.Exists(Path))
            {
                Draw(_outside, Path, KeyBytes);
            }

            var text = Encoding.UTF8.GetString(_outside.Files.Read(Path)).Trim();
            return text.Length == 2 * KeyBytes && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text)
                : throw new HostFault("bad-key-file", ExitCode.Refused,
                    $"{Path} does not hold a key of {2 * KeyBytes} hex digits: restore the store's own key file",
                    $"{Path} 不是 {2 * KeyBytes} 位十六进制密钥：请放回该存储自己的密钥文件");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HostFault("key-missing", ExitCode.Refused,
                $"the key file {Path} is missing: restore the store's own, name it in {FileVariable}, or give the passphrase in "
                    + $"{PassphraseVariable}",
                $"缺少密钥文件 {Path}：请放回该存储自己的密钥文件，用 {FileVariable} 指明位置，或在 {PassphraseVariable} 给出口令");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("key-missing", ExitCode.Failed, $"the key file {Path} cannot be used: {e.Message}",
                $"密钥文件 {Path} 无法使用：{e.Message}");
        }
    }

    /// <summary>Derives a key from a passphrase: PBKDF2-HMAC-SHA256, 600,000 rounds.</summary>
    internal static byte[] OfPassphrase(string passphrase, byte[] salt)
    {
        return Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase), salt, Iterations, HashAlgorithmName.SHA256, KeyBytes);
    }

    /// <summary>Copies another key file to <see cref="Path"/>; a file with the same key is left alone.</summary>
    /// <returns>True if the file did not exist before.</returns>
    /// <exception cref="HostFault">The other file cannot be read, or <see cref="Path"/> cannot be written or holds another key.</exception>
    public bool TakeCopy(string other)
    {
        try
        {
            var bytes = _outside.Files.Read(other);
            var isThere = _outside.Files.Exists(Path);
            if (isThere && !_outside.Files.Read(Path).AsSpan().SequenceEqual(bytes))
            {
                throw new HostFault("file-exists", ExitCode.Usage,
                    $"{Path} already exists with another key: move it away, or restore into another directory",
                    $"{Path} 已存在且为另一密钥：请先移走，或恢复到其他目录");
            }

            if (!isThere)
            {
                _outside.Files.Write(Path, bytes);
            }

            return !isThere;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("key-missing", ExitCode.Failed, $"the key file {other} cannot be copied to {Path}: {e.Message}",
                $"无法把密钥文件 {other} 复制到 {Path}：{e.Message}");
        }
    }

    /// <summary>Writes random bytes to a file, in hex: completely or not at all. If two processes do so at once, the bytes of the first one
    /// stay.</summary>
    internal static void Draw(Outside outside, string path, int bytes)
    {
        var part = $"{path}.{Convert.ToHexString(outside.Chance.Bytes(4))}";
        outside.Files.Write(part, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(outside.Chance.Bytes(bytes)) + "\n"));
        try
        {
            outside.Files.Move(part, path);
        }
        catch (IOException) when (outside.Files.Exists(path))
        {
            outside.Files.Delete(part);
        }
    }
}
