using FieldNode.Log.Keys;
using FieldNode.Log.Merge;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FieldNode.Log.Files;

/// <summary>
/// Seal keys in a file, for a host that receives logs as files: JSON, encrypted with AES-256-GCM under a passphrase
/// (<see cref="KeySource.OfPassphrase"/>).
/// </summary>
public static class SealKeyFile
{
    private const string Format = "fieldnode-seal-keys-1";
    private const int TagBytes = 16;
    private const int NonceBytes = 12;
    private const long BytesMax = 64 * 1024 * 1024;

    /// <summary>Writes keys.</summary>
    public static void Write(Stream stream, IReadOnlyList<SealKeyOf> keys, string passphrase, IRandomSource chance)
    {
        ArgumentNullException.ThrowIfNull(chance);
        var plain = JsonSerializer.SerializeToUtf8Bytes(keys);
        var envelope = new Envelope(Format, chance.Bytes(16), chance.Bytes(NonceBytes), new byte[plain.Length + TagBytes]);
        using var cipher = Cipher(passphrase, envelope.Salt);
        cipher.Encrypt(envelope.Nonce, plain, envelope.Sealed.AsSpan(0, plain.Length), envelope.Sealed.AsSpan(plain.Length),
            Encoding.ASCII.GetBytes(Format));
        JsonSerializer.Serialize(stream, envelope);
    }

    /// <summary>Reads keys.</summary>
    /// <param name="files">Null for the files of this computer.</param>
    /// <exception cref="HostFault">The file cannot be read, is not a key file, or the passphrase does not open it.</exception>
    public static IReadOnlyList<SealKeyOf> Read(string path, string passphrase, IFiles? files = null)
    {
        files ??= Outside.Real.Files;
        try
        {
            if (files.Length(path) > BytesMax)
            {
                throw NotKeys(path);
            }

            var envelope = JsonSerializer.Deserialize<Envelope>(files.Read(path));
            if (envelope is not { Format: Format, Salt.Length: 16, Nonce.Length: NonceBytes, Sealed.Length: >= TagBytes })
            {
                throw NotKeys(path);
            }

            var plain = new byte[envelope.Sealed.Length - TagBytes];
            using var cipher = Cipher(passphrase, envelope.Salt);
            cipher.Decrypt(envelope.Nonce, envelope.Sealed.AsSpan(0, plain.Length), envelope.Sealed.AsSpan(plain.Length), plain,
                Encoding.ASCII.GetBytes(Format));
            return JsonSerializer.Deserialize<List<SealKeyOf>>(plain) ?? throw NotKeys(path);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new HostFault("wrong-key", ExitCode.Refused, $"the passphrase does not open {path}, or the file was changed",
                $"口令打不开 {path}，或文件已被改动");
        }
        catch (JsonException)
        {
            throw NotKeys(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("file-unreadable", ExitCode.Failed, $"{path} cannot be read: {e.Message}", $"无法读取 {path}：{e.Message}");
        }
    }

    private static AesGcm Cipher(string passphrase, byte[] salt)
    {
        return new AesGcm(KeySource.OfPassphrase(passphrase, salt), TagBytes);
    }

    private static HostFault NotKeys(string path)
    {
        return new HostFault("not-keys", ExitCode.Refused, $"{path} is not a file of 'fieldnode keys export'",
            $"{path} 不是 'fieldnode keys export' 的文件");
    }

    private sealed record Envelope(string Format, byte[] Salt, byte[] Nonce, byte[] Sealed);
}
