using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Data.Common;
using FieldNode.Log.Database;

namespace FieldNode.Log.Keys;

/// <summary>
/// A store's own keys, and encryption with them. People's codes become pseudonyms, which only this store's keys open. Equal codes have
/// equal pseudonyms, so that tables can be joined by them. Other secrets are wrapped. The keys are in the database, wrapped with
/// AES-256-GCM under a <see cref="KeySource"/>.
/// <code>
///   pseudonym   "~" + base64url( iv 12, AES-256-CTR(code) )    iv = HMAC-SHA256(code), first 12 bytes: a synthetic IV, as in RFC 5297
///   wrapped     nonce 12, AES-256-GCM(secret), tag 16          bound to its purpose
/// </code>
/// </summary>
public sealed class Vault : IDisposable
{
    private const char Mark = '~';
    internal const int IvBytes = 12;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int BlockBytes = 16;

    private readonly IRandomSource _chance;
    private readonly byte[] _ivKey;
    private readonly byte[] _tagKey;
    private readonly Aes _codes = Aes.Create();
    private readonly ThreadLocal<CodeCipher> _ciphers;
    private readonly AesGcm _secrets;
    private readonly Lock _lock = new();

    private Vault(byte[] master, IRandomSource chance)
    {
        _chance = chance;
        _ivKey = Derive(master, "FieldNode pseudonyms");
        _tagKey = Derive(master, "FieldNode tags");
        _codes.Key = Derive(master, "FieldNode codes");
        _codes.Mode = CipherMode.ECB; // encrypts only counters, below
        _codes.Padding = PaddingMode.None;
        _ciphers = new ThreadLocal<CodeCipher>(() => new CodeCipher(_codes, _ivKey), trackAllValues: true);
        _secrets = new AesGcm(Derive(master, "FieldNode secrets"), TagBytes);
    }

    /// <summary>Whether a text is a pseudonym.</summary>
    public static bool IsSealed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && text[0] == Mark;
    }

    /// <summary>Opens the vault of a store that has one.</summary>
    /// <exception cref="HostFault">The key source is another store's, or is not available.</exception>
    internal static Vault Open(DbConnection connection, KeySource source, IRandomSource chance)
    {
        var (salt, wrapped) = Sql.Query(connection, "SELECT salt, wrapped FROM vault", reader => ((byte[])reader[0], (byte[])reader[1]))
            .Single();
        using var outer = new AesGcm(source.Key(salt, isNew: false), TagBytes);
        try
        {
            return new Vault(Unwrap(outer, wrapped, "master"), chance);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw source.IsPassphrase
                ? new HostFault("wrong-key", ExitCode.Refused, $"the passphrase in {KeySource.PassphraseVariable} does not open this store",
                    $"{KeySource.PassphraseVariable} 中的口令打不开此存储")
                : new HostFault("wrong-key", ExitCode.Refused,
                    $"the key file {source.Path} belongs to another store: restore this store's, or name it in {KeySource.FileVariable}",
                    $"密钥文件 {source.Path} 属于另一存储：请放回本存储的密钥文件，或用 {KeySource.FileVariable} 指明");
        }
    }

    /// <summary>Checks that a key source belongs to a store. The store may be of an earlier version, without keys.</summary>
    /// <exception cref="HostFault">The key source belongs to another store, or is not available.</exception>
    internal static void CheckKey(DbConnection connection, KeySource source, IRandomSource chance)
    {
        if (Sql.Scalar(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'vault'") > 0)
        {
            Open(connection, source, chance).Dispose();
        }
    }

    /// <summary>Generates the keys of a store that has none.</summary>
    internal static Vault Create(DbConnection connection, KeySource source, IRandomSource chance)
    {
        var master = chance.Bytes(32);
        var salt = chance.Bytes(16);
        using var outer = new AesGcm(source.Key(salt, isNew: true), TagBytes);
        Sql.Execute(connection, "INSERT INTO vault VALUES (1, @salt, @wrapped)",
            new { salt, wrapped = Wrap(outer, chance, master, "master") });
        return new Vault(master, chance);
    }

    /// <summary>The pseudonym of a person's code; empty if the code is empty.</summary>
    public string Seal(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (code.Length == 0)
        {
            return "";
        }

        var bytes = new byte[IvBytes + Encoding.UTF8.GetByteCount(code)];
        var iv = bytes.AsSpan(0, IvBytes);
        var body = bytes.AsSpan(IvBytes);
        Encoding.UTF8.GetBytes(code, body);
        Iv(body, iv);
        ApplyPad(iv, body);
        return Mark + Base64Url.EncodeToString(bytes);
    }

    /// <summary>The index key of a person's code, which is also the start of its pseudonym; half the cost of <see cref="Seal"/>.</summary>
    internal CodeKey KeyOf(string code)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(code.Length)];
        Span<byte> identity = stackalloc byte[IvBytes];
        Iv(bytes[..Encoding.UTF8.GetBytes(code, bytes)], identity);
        return CodeKey.Read(identity);
    }

    /// <summary>The code behind a pseudonym; any other text is returned unchanged.</summary>
    /// <exception cref="HostFault">The text is not a pseudonym of this store.</exception>
    public string Open(string pseudonym)
    {
        ArgumentNullException.ThrowIfNull(pseudonym);
        if (!IsSealed(pseudonym))
        {
            return pseudonym;
        }

        var isRight = false;
        byte[] bytes = [];
        try
        {
            bytes = Base64Url.DecodeFromChars(pseudonym.AsSpan(1));
            if (bytes.Length > IvBytes)
            {
                ApplyPad(bytes.AsSpan(0, IvBytes), bytes.AsSpan(IvBytes));
                Span<byte> iv = stackalloc byte[IvBytes];
                Iv(bytes.AsSpan(IvBytes), iv);
                isRight = CryptographicOperations.FixedTimeEquals(iv, bytes.AsSpan(0, IvBytes));
            }
        }
        catch (FormatException)
        {
            isRight = false;
        }

        return isRight ? Encoding.UTF8.GetString(bytes.AsSpan(IvBytes))
            : throw new HostFault("bad-pseudonym", ExitCode.Refused,
                "the store holds a sealed code that its keys do not open: it was changed, or put there by another store",
                "存储中有本存储密钥打不开的密文：已被改动或来自另一存储");
    }

    /// <summary>A masked code that anyone may see (<see cref="Mask"/>); a text that is not a pseudonym is returned unchanged.</summary>
    public string Masked(string pseudonym)
    {
        return IsSealed(pseudonym) ? Mask(Open(pseudonym)) : pseudonym;
    }

    /// <summary>HMAC-SHA256 under a key of the store, for one purpose.</summary>
    public byte[] Tag(string purpose, byte[] bytes)
    {
        return HMACSHA256.HashData(Derive(_tagKey, purpose), bytes);
    }

    /// <summary>Wraps a secret for one purpose.</summary>
    public byte[] Wrap(byte[] secret, string purpose)
    {
        lock (_lock)
        {
            return Wrap(_secrets, _chance, secret, purpose);
        }
    }

    /// <summary>Unwraps a secret that was wrapped for the same purpose.</summary>
    /// <exception cref="HostFault">The secret was wrapped by another store or for another purpose, or was changed.</exception>
    public byte[] Unwrap(byte[] wrapped, string purpose)
    {
        ArgumentNullException.ThrowIfNull(wrapped);
        try
        {
            lock (_lock)
            {
                return Unwrap(_secrets, wrapped, purpose);
            }
        }
        catch (Exception e) when (e is AuthenticationTagMismatchException or ArgumentException)
        {
            throw new HostFault("bad-secret", ExitCode.Refused,
                $"the store holds a wrapped secret ({purpose}) that its keys do not open: it was changed, or put there by another store",
                $"存储中有一项机密（{purpose}），本存储的密钥打不开：已被改动或来自另一存储");
        }
    }

    /// <summary>Wraps a text; equal texts give different results.</summary>
    public string WrapText(string text, string purpose)
    {
        return text.Length == 0 ? "" : Base64Url.EncodeToString(Wrap(Encoding.UTF8.GetBytes(text), purpose));
    }

    public string UnwrapText(string wrapped, string purpose)
    {
        return wrapped.Length == 0 ? "" : Encoding.UTF8.GetString(Unwrap(Base64Url.DecodeFromChars(wrapped), purpose));
    }

    public void Dispose()
    {
        _ciphers.Values.ToList().ForEach(cipher => cipher.Dispose());
        _ciphers.Dispose();
        _codes.Dispose();
        _secrets.Dispose();
    }

    /// <summary>The part of a code that may be shown: the first three and last four characters of an ID number, the first and the last two
    /// of a shorter code, nothing of a very short one.</summary>
    internal static string Mask(string code)
    {
        return code.Length >= 15 ? $"{code[..3]}…{code[^4..]}" : code.Length >= 6 ? $"{code[..1]}…{code[^2..]}" : "…";
    }

    private static byte[] Derive(byte[] master, string label) => HMACSHA256.HashData(master, Encoding.ASCII.GetBytes(label));

    private static byte[] Wrap(AesGcm cipher, IRandomSource chance, byte[] secret, string purpose)
    {
        var wrapped = new byte[NonceBytes + secret.Length + TagBytes];
        chance.Fill(wrapped.AsSpan(0, NonceBytes));
        cipher.Encrypt(wrapped.AsSpan(0, NonceBytes), secret, wrapped.AsSpan(NonceBytes, secret.Length),
            wrapped.AsSpan(NonceBytes + secret.Length), Encoding.UTF8.GetBytes(purpose));
        return wrapped;
    }

    private static byte[] Unwrap(AesGcm cipher, byte[] wrapped, string purpose)
    {
        var secret = new byte[Math.Max(0, wrapped.Length - NonceBytes - TagBytes)];
        cipher.Decrypt(wrapped.AsSpan(0, NonceBytes), wrapped.AsSpan(NonceBytes, secret.Length), wrapped.AsSpan(NonceBytes + secret.Length),
            secret, Encoding.UTF8.GetBytes(purpose));
        return secret;
    }

    private void Iv(ReadOnlySpan<byte> code, Span<byte> iv) => _ciphers.Value!.Iv(code, iv);

    private void ApplyPad(ReadOnlySpan<byte> iv, Span<byte> code) => _ciphers.Value!.ApplyPad(iv, code);

    /// <summary>One thread's cipher. Its keys are set once, because setting them costs more than processing a code.</summary>
    private sealed class CodeCipher(Aes codes, byte[] ivKey) : IDisposable
    {
        private readonly ICryptoTransform _pad = codes.CreateEncryptor();
        private readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, ivKey);
        private byte[] _counters = [];
        private byte[] _blocks = [];

        public void Iv(ReadOnlySpan<byte> code, Span<byte> iv)
        {
            Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
            _hash.AppendData(code);
            _hash.GetHashAndReset(full);
            full[..iv.Length].CopyTo(iv);
        }

        // Counter mode: the IV, followed by a 32-bit block number.
        public void ApplyPad(ReadOnlySpan<byte> iv, Span<byte> code)
        {
            var count = (code.Length + BlockBytes - 1) / BlockBytes * BlockBytes;
            if (_counters.Length < count)
            {
                (_counters, _blocks) = (new byte[count], new byte[count]);
            }

            for (var block = 0; block < count / BlockBytes; block++)
            {
                iv.CopyTo(_counters.AsSpan(block * BlockBytes));
                BinaryPrimitives.WriteInt32BigEndian(_counters.AsSpan(block * BlockBytes + IvBytes, 4), block);
            }

            _pad.TransformBlock(_counters, 0, count, _blocks, 0);
            for (var i = 0; i < code.Length; i++)
            {
                code[i] ^= _blocks[i];
            }
        }

        public void Dispose()
        {
            _pad.Dispose();
            _hash.Dispose();
        }
    }
}
