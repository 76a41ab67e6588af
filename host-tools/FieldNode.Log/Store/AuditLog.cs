using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using System.Security.Cryptography;
using System.Text.Json;
using System.Data.Common;

namespace FieldNode.Log.Store;

/// <summary>Somebody saw codes of people, or changed who may.</summary>
/// <param name="Verb">With which command or view.</param>
/// <param name="Subject">Of what: a tube, a round and site, or a person's pseudonym; an account and its role.</param>
/// <param name="Reason">Why, in the viewer's words.</param>
/// <param name="People">How many people's codes were shown.</param>
public sealed record Disclosure(string Who, string Role, string Verb, string Subject, string Reason, int People);

/// <summary>An entry of the audit log.</summary>
public sealed record AuditEntry(long Number, DateTimeOffset At, Disclosure Disclosure, string Hash);

/// <summary>What a verification of the audit log found.</summary>
/// <param name="FirstBad">Number of the first entry that is missing or was changed; null: none.</param>
/// <param name="Hash">Of the last entry: who keeps it elsewhere can tell later that nothing before it was taken away.</param>
public sealed record AuditVerdict(long Entries, long? FirstBad, string Hash);

/// <summary>
/// Who saw whose codes, and why: each entry's hash is an HMAC over the entry and the hash before it, under a key of the store, and how many
/// there are is kept wrapped. Whoever can write to the database, but has not the store's key, cannot change, add or take away an entry
/// unnoticed.
/// </summary>
public sealed class AuditLog(HostStore store, TimeProvider time)
{
    private const string HeadPurpose = "audit head";

    /// <summary>Begins the log of a store that has none.</summary>
    internal static void Begin(DbConnection connection, Vault vault)
    {
        PutHead(connection, vault, 0, []);
    }

    /// <summary>Notes a disclosure, on disk when it returns: only then may the codes be shown.</summary>
    /// <exception cref="HostFault">The end of the log was taken away.</exception>
    public void Note(Disclosure disclosure)
    {
        ArgumentNullException.ThrowIfNull(disclosure);
        store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            var (number, before) = Head(connection)
                ?? throw new HostFault("audit-damaged", ExitCode.Refused,
                "the audit log was changed by somebody without the store's key: look at 'fieldnode audit verify', and restore a backup",
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

    // An entry that was overwritten with what is none is shown as one of nobody, and fails its hash.
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

    // Null when somebody took it away, or put another in its place.
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
