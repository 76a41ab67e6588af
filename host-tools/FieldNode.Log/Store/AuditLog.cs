using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using System.Security.Cryptography;
using System.Text.Json;
using System.Data.Common;

namespace FieldNode.Log.Store;

/// <summary>A disclosure: someone saw people's codes, or changed who may see them.</summary>
/// <param name="Verb">The command or view.</param>
/// <param name="Subject">The subject: a tube, a round and site, or a person's pseudonym; or an account and its role.</param>
/// <param name="Reason">The reason, in the viewer's words.</param>
/// <param name="People">The number of people whose codes were shown.</param>
public sealed record Disclosure(string Who, string Role, string Verb, string Subject, string Reason, int People);

/// <summary>An entry of the audit log.</summary>
public sealed record AuditEntry(long Number, DateTimeOffset At, Disclosure Disclosure, string Hash);

/// <summary>What a verification of the audit log found.</summary>
/// <param name="FirstBad">The number of the first entry that is missing or was changed; null if none.</param>
/// <param name="Hash">The hash of the last entry: with a copy kept elsewhere, one can tell later that no earlier entry was removed.</param>
public sealed record AuditVerdict(long Entries, long? FirstBad, string Hash);

/// <summary>
/// Records who saw whose codes, and why. Each entry's hash is an HMAC over the entry and the previous hash, under a key of the store; the
/// number of entries is stored wrapped. Anyone who can write to the database but does not have the store's key cannot change, add or remove
/// an entry unnoticed.
/// </summary>
public sealed class AuditLog(HostStore store, TimeProvider time)
{
    private const string HeadPurpose = "audit head";

    /// <summary>Starts the log of a store that has none.</summary>
    internal static void Begin(DbConnection connection, Vault vault)
    {
        PutHead(connection, vault, 0, []);
    }

    /// <summary>Records a disclosure. It is on disk when this returns; only then may the codes be shown.</summary>
    /// <exception cref="HostFault">The head of the log was removed or replaced.</exception>
    public void Note(Disclosure disclosure)
    {
        ArgumentNullException.ThrowIfNull(disclosure);
        store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            var (number, before) = Head(connection)
                ?? throw new HostFault("audit-damaged", ExitCode.Refused,
                "the audit log was changed by someone without the store's key: run 'fieldnode audit verify', and restore a backup",
                "审计日志被没有存储密钥的人改动：见 'fieldnode audit verify'，并恢复备份");
            var atMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var hash = Hash(before, number + 1, atMs, disclosure);
            Sql.Execute(connection, "INSERT INTO audit VALUES (@number, @at, @json, @hash)",
                new { number = number + 1, at = atMs, json = JsonSerializer.Serialize(disclosure), hash });
            PutHead(connection, store.Vault, number + 1, hash);
            transaction.Commit();
        });
    }

    /// <summary>All entries, the oldest first.</summary>
    public IReadOnlyList<AuditEntry> List()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Entries(connection)
                .Select(row => new AuditEntry(row.Number, DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs), row.Disclosure,
                Convert.ToHexString(row.Hash))).ToList();
        });
    }

    public AuditVerdict Verify()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var snapshot = Sql.BeginRead(connection);
            if (Head(connection) is not var (last, lastHash))
            {
                return new AuditVerdict(0, 1, "");
            }

            byte[] before = [];
            var number = 0L;
            foreach (var row in Entries(connection))
            {
                number++;
                if (row.Number != number
                    || !CryptographicOperations.FixedTimeEquals(row.Hash, Hash(before, number, row.AtMs, row.Disclosure)))
                {
                    return new AuditVerdict(last, number, Convert.ToHexString(lastHash));
                }

                before = row.Hash;
            }

            var isWhole = number == last && before.AsSpan().SequenceEqual(lastHash);
            return new AuditVerdict(number, isWhole ? null : Math.Min(number, last) + 1, Convert.ToHexString(before));
        });
    }

    private static List<(long Number, long AtMs, Disclosure Disclosure, byte[] Hash)> Entries(DbConnection connection)
    {
        return Sql.Query(connection, "SELECT number, at_ms, json, hash FROM audit ORDER BY number", reader =>
            (reader.GetInt64(0), Math.Clamp(reader.GetInt64(1), 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()),
                Read(reader.GetString(2)), reader[3] as byte[] ?? []));
    }

    // An entry that was overwritten with unreadable data is shown with empty fields, and fails its hash.
    private static Disclosure Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Disclosure>(json) ?? Unreadable;
        }
        catch (JsonException)
        {
            return Unreadable;
        }
    }

    private static Disclosure Unreadable { get; } = new("", "", "", "", "", 0);

    private static void PutHead(DbConnection connection, Vault vault, long number, byte[] hash)
    {
        Sql.Execute(connection, "INSERT INTO audit_head VALUES (1, @head) ON CONFLICT (id) DO UPDATE SET head = excluded.head",
            new { head = vault.Wrap([.. BitConverter.GetBytes(number), .. hash], HeadPurpose) });
    }

    // Null if it was removed or replaced.
    private (long Number, byte[] Hash)? Head(DbConnection connection)
    {
        var wrapped = Sql.Query(connection, "SELECT head FROM audit_head", reader => reader[0] as byte[] ?? []).FirstOrDefault();
        try
        {
            return wrapped is null || store.Vault.Unwrap(wrapped, HeadPurpose) is not { Length: >= sizeof(long) } head ? null
                : (BitConverter.ToInt64(head), head[sizeof(long)..]);
        }
        catch (HostFault)
        {
            return null;
        }
    }

    private byte[] Hash(byte[] before, long number, long atMs, Disclosure disclosure)
    {
        return store.Vault.Tag("audit",
            [.. before, .. BitConverter.GetBytes(number), .. BitConverter.GetBytes(atMs),
            .. JsonSerializer.SerializeToUtf8Bytes(disclosure)]);
    }
}
