namespace FieldNode.Host.Store;

/// <summary>
/// The SQLite schema. Every key begins with the node, so that the tables can be distributed by node. Numbers that are unsigned in the
/// protocol are stored as SQLite's signed 64-bit integers with the same bits.
/// </summary>
internal static class Schema
{
    /// <summary>Kept in SQLite's user_version; a store of a later version is refused.</summary>
    public const int Version = 3;

    /// <summary>From version 1, which knew neither claims nor statuses.</summary>
    public const string FromVersion1 = """
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
        PRAGMA user_version = 2;
        """;

    private const string RosterTables = """
        -- Who is expected at a site, as its nodes carry it.
        CREATE TABLE rosters (
            site TEXT PRIMARY KEY,
            number INTEGER NOT NULL,   -- 1 to 255, another for each roster of the site
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

    /// <summary>From version 2, which knew no rosters.</summary>
    public const string FromVersion2 = RosterTables + " PRAGMA user_version = 3;";

    public const string Create = RosterTables + """
        CREATE TABLE meta (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE nodes (
            node INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            site TEXT NOT NULL,
            lane TEXT NOT NULL,
            key BLOB,              -- NULL: not claimed yet, or known from files only
            added_ms INTEGER NOT NULL,
            claim BLOB,            -- what the card carries; NULL: known from files only
            claim_request BLOB,    -- the request that was answered: only it is answered again
            claim_answer BLOB
        );

        -- The newest status of each node, as it sent it.
        CREATE TABLE statuses (
            node INTEGER PRIMARY KEY,
            boot INTEGER NOT NULL,
            ticks INTEGER NOT NULL,
            received_ms INTEGER NOT NULL,
            json TEXT NOT NULL
        );

        -- What arrived, byte for byte, when it brought something new: the evidence.
        CREATE TABLE batches (
            id INTEGER PRIMARY KEY,
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            first INTEGER NOT NULL,
            frames INTEGER NOT NULL,
            source INTEGER NOT NULL,   -- 1 upload, 2 log file, 3 flash image
            received_ms INTEGER NOT NULL,
            bytes BLOB NOT NULL
        );

        -- The union: one row per identity and bytes. Two rows of one identity are a conflict, and both stay.
        CREATE TABLE records (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            frame BLOB NOT NULL,
            PRIMARY KEY (node, epoch, sequence, frame)
        ) WITHOUT ROWID;

        -- Runs of sequence numbers that are here; what lies between them is a gap.
        CREATE TABLE spans (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (node, epoch, first)
        ) WITHOUT ROWID;

        CREATE TABLE conflicts (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (node, epoch, sequence)
        ) WITHOUT ROWID;

        -- In which order uploads of epochs began, and when they were last heard: two alive at once are a cloned card.
        CREATE TABLE epochs (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            number INTEGER NOT NULL,       -- 1 for the first epoch heard of this node, 2 …
            last_heard_ms INTEGER NOT NULL,
            cloned INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (node, epoch)
        ) WITHOUT ROWID;

        -- Who and which tube was seen where, for messages to the lanes. Rebuilt from records at any time.
        CREATE TABLE seen (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            round INTEGER NOT NULL,
            kind INTEGER NOT NULL,     -- record type: tube opened or person sampled
            code BLOB NOT NULL,
            PRIMARY KEY (node, epoch, sequence, code)
        ) WITHOUT ROWID;
        CREATE INDEX seen_by_code ON seen (round, kind, code);

        CREATE TABLE undone (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (node, epoch, sequence)
        ) WITHOUT ROWID;
        """;
}
