using FieldNode.Log.Keys;

namespace FieldNode.Log.Database;

/// <content>What secrets, and who may do what, lie in.</content>
internal static partial class Schema
{
    internal const string People = """
        -- Who may sign in at the page (Accounts), and who has.
        CREATE TABLE accounts (
            name TEXT PRIMARY KEY,
            role TEXT NOT NULL,
            password TEXT NOT NULL,        -- its hash, by PasswordHasher
            mac BLOB                       -- over the row, under the store's key (AccountMacs)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX accounts_by_name ON accounts (lower(name));
        CREATE TABLE sessions (
            token BLOB PRIMARY KEY,        -- SHA-256 of what the browser holds
            account TEXT NOT NULL,
            until_ms INTEGER NOT NULL,
            is_link INTEGER NOT NULL,      -- a link that was not followed yet: worth one session
            mac BLOB                       -- over the row
        ) WITHOUT ROWID;

        """;

    internal const string Access = People + """
        -- The site's certificate authority (SiteAuthority).
        CREATE TABLE authority (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            certificate BLOB NOT NULL,
            key BLOB NOT NULL              -- wrapped
        );

        """;

    internal const string Custody = """
        -- Who saw codes of people, and why (AuditLog), and how far it goes, wrapped.
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY,
            at_ms INTEGER NOT NULL,
            json TEXT NOT NULL,
            hash BLOB NOT NULL
        );
        CREATE TABLE audit_head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            head BLOB NOT NULL
        );

        -- The store's own keys (Vault), wrapped under a key that is not in here.
        CREATE TABLE vault (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            salt BLOB NOT NULL,
            wrapped BLOB NOT NULL
        );

        """;

    internal const string Seals = Custody + SealTables;

    internal const string SealTables = """
        -- What the seals of a node's records begin with. A key number may have several reserves: seal_check tells them apart (SealStart.Check).
        CREATE TABLE seal_keys (
            node INTEGER NOT NULL,
            key INTEGER NOT NULL,
            seal_check INTEGER NOT NULL,   -- 0: a reserve of before there were checks
            reserve BLOB NOT NULL,         -- wrapped
            PRIMARY KEY (node, key, seal_check)
        ) WITHOUT ROWID;

        -- From which record on which chain seals an epoch's records.
        CREATE TABLE seal_starts (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            since INTEGER NOT NULL,
            key INTEGER NOT NULL,
            chain INTEGER NOT NULL,
            seal_check INTEGER NOT NULL,   -- 0: a chain of the earlier format
            is_image INTEGER NOT NULL,     -- 1: a flash image alone says so
            PRIMARY KEY (node, epoch, since, key, chain, seal_check)
        ) WITHOUT ROWID;

        """;
}
