namespace FieldNode.Log.Database;

/// <summary>
/// The tables. Every key of what grows with the records holds the node, so that the tables can be distributed by node. Numbers that are
/// unsigned in the protocol are stored as SQLite's signed 64-bit integers with the same bits.
/// </summary>
internal static partial class Schema
{
    /// <summary>Kept in SQLite's user_version; a store of a later version is refused.</summary>
    public const int Version = 13;

    internal const string RosterTables = """
        -- Who is expected, each person at one site.
        CREATE TABLE roster_people (
            person TEXT PRIMARY KEY,       -- a pseudonym, as in all tables; name and phone are wrapped
            site TEXT NOT NULL,
            place INTEGER NOT NULL,        -- order of the import
            household TEXT NOT NULL,
            building TEXT NOT NULL,
            name TEXT NOT NULL DEFAULT '',
            phone TEXT NOT NULL DEFAULT '',
            category TEXT NOT NULL DEFAULT '',
            mobility TEXT NOT NULL DEFAULT ''
        ) WITHOUT ROWID;
        CREATE INDEX roster_by_home ON roster_people (site, building, household);

        CREATE TABLE buildings (
            site TEXT NOT NULL,
            building TEXT NOT NULL,
            place INTEGER NOT NULL,        -- order in which they are called when there is no schedule
            people INTEGER NOT NULL,
            households INTEGER NOT NULL,
            slot TEXT NOT NULL,            -- when its people are to come; empty: not told
            PRIMARY KEY (site, building)
        ) WITHOUT ROWID;
        """;

    internal const string Folds = """
        -- How often an epoch was projected, and when anew: a process that keeps its fold sees what another did.
        CREATE TABLE folds (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            version INTEGER NOT NULL,
            rebuilt INTEGER NOT NULL,      -- the version at which it was last reckoned anew
            PRIMARY KEY (node, epoch)
        ) WITHOUT ROWID;

        """;

    internal const string Sightings = """
        -- Where codes were seen: the records that stand.
        CREATE TABLE sightings (
            code_high INTEGER NOT NULL,    -- 12 bytes that stand for the code (CodeKey): the first eight
            code_low INTEGER NOT NULL,     -- the last four
            kind INTEGER NOT NULL,         -- the record's type
            round INTEGER NOT NULL,
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (code_high, code_low, kind, round, node, epoch, sequence)
        ) WITHOUT ROWID;

        """;

    internal const string Households = """
        -- People of a household who are done.
        CREATE TABLE households (
            round INTEGER NOT NULL,
            site TEXT NOT NULL,
            building TEXT NOT NULL,
            household TEXT NOT NULL,
            done INTEGER NOT NULL,
            PRIMARY KEY (round, site, building, household)
        ) WITHOUT ROWID;

        """;

    internal const string Unreadable = """
        -- Records of people whose code cannot be read: a key is not here, or what it opens is no code.
        CREATE TABLE unreadable (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            lacks_key INTEGER NOT NULL,    -- 1: the key may still come, and the node keeps the record until then
            PRIMARY KEY (node, epoch, sequence)
        ) WITHOUT ROWID;
        CREATE INDEX unreadable_by_key ON unreadable (lacks_key, node, epoch);

        """;

    // All of it follows from records, rosters and decisions, and can be reckoned anew at any time ('fieldnode verify').
    internal const string Projection = Folds + Sightings + Households + Unreadable + """
        -- People, tubes and bags that were seen more than once in a round.
        CREATE TABLE doubles (
            kind INTEGER NOT NULL,
            round INTEGER NOT NULL,
            code TEXT NOT NULL,
            PRIMARY KEY (kind, round, code)
        ) WITHOUT ROWID;

        -- People who were sampled and are on no roster.
        CREATE TABLE unlisted (
            code TEXT NOT NULL,
            round INTEGER NOT NULL,
            PRIMARY KEY (code, round)
        ) WITHOUT ROWID;
        CREATE INDEX unlisted_by_round ON unlisted (round);

        -- How much of the rosters is done.
        CREATE TABLE coverage (
            round INTEGER NOT NULL,
            site TEXT NOT NULL,
            building TEXT NOT NULL,
            people INTEGER NOT NULL,
            households INTEGER NOT NULL,   -- those of which nobody is missing
            PRIMARY KEY (round, site, building)
        ) WITHOUT ROWID;

        -- People who count, by where and when they were sampled.
        CREATE TABLE tallies (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            site TEXT NOT NULL,
            round INTEGER NOT NULL,
            category INTEGER NOT NULL,
            lane_kind TEXT NOT NULL,
            hour INTEGER NOT NULL,         -- hours since 1970; -1: not known
            people INTEGER NOT NULL,
            PRIMARY KEY (node, epoch, site, round, category, lane_kind, hour)
        ) WITHOUT ROWID;

        -- What an epoch's records mean beside people: how the lane stands (1), bags (2), places (3), people turned away (4), training (5).
        CREATE TABLE facts (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (node, epoch, kind, sequence)
        ) WITHOUT ROWID;
        CREATE INDEX facts_by_kind ON facts (kind);
        CREATE INDEX bags_here ON facts (kind) WHERE kind = 2 AND json LIKE '%"Receiver":""%';

        -- What coordinators decided about records, as the hosts' own logs tell.
        CREATE TABLE decisions (
            by_node INTEGER NOT NULL,
            by_epoch INTEGER NOT NULL,
            by_sequence INTEGER NOT NULL,
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            what INTEGER NOT NULL,
            value INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            who TEXT NOT NULL,
            note TEXT NOT NULL,
            PRIMARY KEY (by_node, by_epoch, by_sequence)
        ) WITHOUT ROWID;
        CREATE INDEX decisions_by_record ON decisions (node, epoch, sequence);

        -- How far other hosts' logs were pulled.
        CREATE TABLE pulls (
            host INTEGER PRIMARY KEY,
            url TEXT NOT NULL,
            store INTEGER NOT NULL,        -- which store of that host: another after a restore, with other numbers
            next INTEGER NOT NULL,         -- the last batch of it that is here
            pulled_ms INTEGER NOT NULL
        );

        """;

    internal const string Batches = """
        -- What arrived, byte for byte, when it brought something new: the records, and the evidence. Two frames under one identity are a conflict,
        -- and both stay.
        CREATE TABLE batches (
            id INTEGER NOT NULL,           -- 1, 2, 3 … in the order in which they came
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            first INTEGER NOT NULL,
            frames INTEGER NOT NULL,
            source INTEGER NOT NULL,       -- 1 upload, 2 log file, 3 flash image, 4 another host, 5 this host's own log
            received_ms INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (id, node)
        );
        CREATE INDEX batches_by_record ON batches (node, epoch, first);

        """;

    internal const string Images = """
        -- Epochs of which some records came from flash images, which nobody has signed.
        CREATE TABLE images (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            PRIMARY KEY (node, epoch)
        ) WITHOUT ROWID;

        """;

    internal const string LaneReports = """
        -- What nodes told of their lanes' states (LaneReport): not compared yet, or not what the records say here.
        CREATE TABLE lane_reports (
            node INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            record INTEGER NOT NULL,       -- the state is as of it
            told BLOB NOT NULL,            -- the node's state, as at the head of a sector
            held BLOB,                     -- this host's; NULL: not compared yet
            PRIMARY KEY (node, epoch)
        ) WITHOUT ROWID;

        """;

    internal const string Claims = """
        -- What nodes' cards carry. They stay after the trade: a box that was never heard may have sealed records under any of them.
        CREATE TABLE claims (
            node INTEGER NOT NULL,
            enrolment INTEGER NOT NULL,
            claim BLOB NOT NULL,           -- wrapped
            until_ms INTEGER NOT NULL,     -- worth nothing afterwards
            is_traded INTEGER NOT NULL,
            request BLOB,                  -- wrapped: what was answered, answered again until the node uses its key
            answer BLOB,                   -- wrapped
            PRIMARY KEY (node, enrolment)
        ) WITHOUT ROWID;

        """;

    public const string Create = Projection + RosterTables + Seals + Access + Batches + """
        CREATE TABLE rosters (
            site TEXT PRIMARY KEY,
            number INTEGER NOT NULL,   -- 1 to 255, another for each roster of the site
            people BLOB NOT NULL,      -- as the site's nodes carry it, wrapped
            imported_ms INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE meta (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE nodes (
            node INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            site TEXT NOT NULL,
            lane TEXT NOT NULL,
            key BLOB,              -- wrapped; NULL: not claimed yet, or known from files only
            added_ms INTEGER NOT NULL,
            enrolment INTEGER NOT NULL DEFAULT 1,        -- its newest card, as its seals count them
            revoked_ms INTEGER                           -- nothing is taken from it any more; NULL: it belongs here
        );

        """ + Claims + Images + LaneReports + """
        -- The newest status of each node, as it sent it.
        CREATE TABLE statuses (
            node INTEGER PRIMARY KEY,
            boot INTEGER NOT NULL,
            ticks INTEGER NOT NULL,
            received_ms INTEGER NOT NULL,
            json TEXT NOT NULL
        );

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
        """;
}
