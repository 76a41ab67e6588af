using FieldNode.Log.Database;

namespace FieldNode.Log.Store;

/// <summary>Migrates a store of an earlier version to this version, step by step.</summary>
internal static class SchemaHistory
{
    /// <summary>SQL that migrates a store from a version to the next one; tables that are derived from records must be rebuilt afterwards.
    /// Table names in braces stand for the SQL that creates these tables (<see cref="Schema.Fill"/>).</summary>
    public static string From(int version) => version switch
    {
        1 => FromVersion1,
        2 => FromVersion2,
        3 => FromVersion3,
        4 => FromVersion4,
        5 => FromVersion5,
        6 => FromVersion6,
        7 => FromVersion7,
        8 => FromVersion8,
        9 => "", // rosters are packed again afterwards
        10 => FromVersion10,
        11 => "{lane_reports}", // lane states are rebuilt
        12 => "DROP TABLE IF EXISTS runs;", // held sorted sightings
        13 => FromVersion13,
        _ => throw new ArgumentOutOfRangeException(nameof(version), version, "not a known version"),
    };

    // Version 1 had neither claims nor statuses.
    private const string FromVersion1 = """
        ALTER TABLE nodes ADD COLUMN claim BLOB;
        ALTER TABLE nodes ADD COLUMN claim_request BLOB;
        ALTER TABLE nodes ADD COLUMN claim_answer BLOB;
        CREATE TABLE statuses (
            node INTEGER PRIMARY KEY,
            boot INTEGER NOT NULL,
            ticks INTEGER NOT NULL,
            received_ms INTEGER NOT NULL,
            json TEXT NOT NULL
        );
        """;

    // Version 2 had no rosters.
    private const string FromVersion2 = """
        CREATE TABLE rosters (
            site TEXT PRIMARY KEY,
            number INTEGER NOT NULL,
            people BLOB NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE roster_people (
            site TEXT NOT NULL,
            place INTEGER NOT NULL,
            person TEXT NOT NULL,
            household TEXT NOT NULL,
            building TEXT NOT NULL,
            PRIMARY KEY (site, place)
        ) WITHOUT ROWID;
        CREATE INDEX roster_by_person ON roster_people (person);
        """;

    // Version 3 computed answers from all records each time.
    private const string FromVersion3 = """
        ALTER TABLE roster_people RENAME TO roster_people_3;
        ALTER TABLE rosters ADD COLUMN imported_ms INTEGER NOT NULL DEFAULT 0;
        DROP INDEX roster_by_person;
        DROP TABLE seen;
        DROP TABLE undone;

        {folds households unreadable doubles unlisted coverage tallies facts decisions pulls roster_people buildings}

        INSERT OR IGNORE INTO roster_people (person, site, place, household, building) SELECT person, site, place, household, building FROM
            roster_people_3 ORDER BY site, place;
        INSERT INTO buildings SELECT site, building, min(place), count(*), count(DISTINCT household), '' FROM roster_people GROUP BY site,
            building;
        DROP TABLE roster_people_3;
        """;

    // Version 4 had no seals: the caller seals the existing data.
    private const string FromVersion4 = """
        ALTER TABLE nodes ADD COLUMN enrolment INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE nodes ADD COLUMN claim_until_ms INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE nodes ADD COLUMN revoked_ms INTEGER;
        ALTER TABLE epochs ADD COLUMN last_tag BLOB;
        ALTER TABLE epochs ADD COLUMN before_last BLOB;

        {audit audit_head vault}
        CREATE TABLE seal_keys (
            node INTEGER NOT NULL,
            key INTEGER NOT NULL,
            reserve BLOB NOT NULL,
            PRIMARY KEY (node, key)
        ) WITHOUT ROWID;
        CREATE TABLE seal_starts (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            since INTEGER NOT NULL,
            key INTEGER NOT NULL,
            chain INTEGER NOT NULL,
            PRIMARY KEY (node, epoch, since, key, chain)
        ) WITHOUT ROWID;
        """;

    // Version 5 had neither accounts nor an authority.
    private const string FromVersion5 = "{accounts sessions authority}";

    // Version 6 also kept records beside their batches, and only SQLite could find its accounts regardless of case.
    private const string FromVersion6 = """
        ALTER TABLE batches RENAME TO batches_6;
        ALTER TABLE accounts RENAME TO accounts_6;
        DROP INDEX IF EXISTS accounts_by_name;
        DROP TABLE sessions;
        DROP TABLE records;
        DROP TABLE folds;
        DROP INDEX IF EXISTS bags_here;

        {batches accounts sessions folds}

        INSERT INTO batches SELECT id, node, epoch, first, frames, source, received_ms, bytes FROM batches_6 ORDER BY id;
        DROP TABLE batches_6;
        INSERT INTO accounts (name, role, password) SELECT name, role, password FROM accounts_6;
        DROP TABLE accounts_6;
        CREATE INDEX bags_here ON facts (kind) WHERE kind = 2 AND json LIKE '%"Receiver":""%';
        """;

    // Version 7 kept each sighting in its own row.
    private const string FromVersion7 = "DROP TABLE IF EXISTS seen; DROP TABLE IF EXISTS households; {households}";

    // Version 8 had one claim per node, with both nonces in the clear, and one reserve per key. An answer that the node did not receive is
    // not given again.
    private const string FromVersion8 = """
        DROP TABLE IF EXISTS unreadable;
        ALTER TABLE seal_keys RENAME TO seal_keys_8;
        ALTER TABLE seal_starts RENAME TO seal_starts_8;

        {seal_keys seal_starts claims images unreadable}

        INSERT INTO seal_keys SELECT node, key, 0, reserve FROM seal_keys_8;
        INSERT INTO seal_starts SELECT node, epoch, since, key, chain, 0, 0 FROM seal_starts_8;
        INSERT INTO images SELECT DISTINCT node, epoch FROM batches WHERE source = 3;
        DROP TABLE seal_keys_8;
        DROP TABLE seal_starts_8;
        INSERT INTO claims SELECT node, enrolment, claim, claim_until_ms, CASE WHEN claim_request IS NULL THEN 0 ELSE 1 END, NULL, NULL FROM
            nodes WHERE claim IS NOT NULL;
        ALTER TABLE epochs DROP COLUMN last_tag;
        ALTER TABLE epochs DROP COLUMN before_last;
        ALTER TABLE nodes DROP COLUMN claim;
        ALTER TABLE nodes DROP COLUMN claim_request;
        ALTER TABLE nodes DROP COLUMN claim_answer;
        ALTER TABLE nodes DROP COLUMN claim_until_ms;
        """;

    // Version 10 had unsigned accounts.
    private const string FromVersion10 = """
        CREATE TABLE accounts_10 AS SELECT name, role, password FROM accounts;
        DROP TABLE accounts;
        DROP TABLE sessions;

        {accounts sessions}
        INSERT INTO accounts (name, role, password) SELECT name, role, password FROM accounts_10;
        DROP TABLE accounts_10;
        """;

    // Version 13 also kept pending sightings in memory.
    private const string FromVersion13 = """
        DROP VIEW IF EXISTS all_sightings;
        DROP TABLE IF EXISTS sightings_pending;
        DROP TABLE IF EXISTS sightings;
        DELETE FROM meta WHERE name = 'sightings_moved';
        {sightings sightings_pending all_sightings}
        """;
}
