using FieldNode.Log.Database;

namespace FieldNode.Log.Store;

/// <summary>How a store of an earlier version becomes one of this version, step by step.</summary>
internal static class SchemaHistory
{
    /// <summary>Brings a store from a version to the next one; what follows from records is to be rebuilt afterwards. Names in braces
    /// stand for what makes these tables (<see cref="Schema.Fill"/>).</summary>
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
        9 => "", // rosters are packed again
        10 => FromVersion10,
        11 => "{lane_reports}", // how lanes stand is rebuilt
        12 => "DROP TABLE IF EXISTS runs;", // of sorted sightings
        13 => FromVersion13,
        _ => throw new ArgumentOutOfRangeException(nameof(version), version, "no version"),
    };

    // Which knew neither claims nor statuses.
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

    // Which knew no rosters.
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

    // Whose answers were reckoned from all records each time.
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

    // Which knew no seals: the caller seals what is there.
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

    // Which knew neither accounts nor an authority.
    private const string FromVersion5 = "{accounts sessions authority}";

    // Whose records lay beside their batches too, and whose accounts only SQLite could find whatever letters they were typed in.
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

    // Which kept each sighting in a row of its own.
    private const string FromVersion7 = "DROP TABLE IF EXISTS seen; DROP TABLE IF EXISTS households; {households}";

    // Which had one claim a node, with both random numbers in the clear, and one reserve for each key. An answer that the node did not get
    // is not given again.
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

    // Whose accounts nobody had signed.
    private const string FromVersion10 = """
        CREATE TABLE accounts_10 AS SELECT name, role, password FROM accounts;
        DROP TABLE accounts;
        DROP TABLE sessions;

        {accounts sessions}
        INSERT INTO accounts (name, role, password) SELECT name, role, password FROM accounts_10;
        DROP TABLE accounts_10;
        """;

    // Which kept what waits in memory too.
    private const string FromVersion13 = """
        DROP VIEW IF EXISTS all_sightings;
        DROP TABLE IF EXISTS sightings_pending;
        DROP TABLE IF EXISTS sightings;
        DELETE FROM meta WHERE name = 'sightings_moved';
        {sightings sightings_pending all_sightings}
        """;
}
