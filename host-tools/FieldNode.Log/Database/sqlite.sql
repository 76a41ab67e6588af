-- The tables in SQLite; for PostgreSQL see postgres.sql. docs/schema.md is generated from this file: each table and each column has its
-- comment. Numbers that are unsigned in the protocol are stored as signed 64-bit numbers with the same bits. Every key of a table that
-- grows with the records includes the node, so that these tables can be distributed by node.

-- # Log: records received

-- Received batches with new records, byte for byte: the records, and the evidence. Two different frames with the same identity are a
-- conflict, and both are kept.
CREATE TABLE batches (
    id INTEGER NOT NULL,           -- 1, 2, 3 … in the order in which they came
    node INTEGER NOT NULL,         -- whose records these are
    epoch INTEGER NOT NULL,        -- the node's log: another after its flash was erased
    first INTEGER NOT NULL,        -- the sequence number of the first record
    frames INTEGER NOT NULL,       -- how many records
    source INTEGER NOT NULL,       -- 1 upload, 2 log file, 3 flash image, 4 another host, 5 this host's own log
    received_ms INTEGER NOT NULL,  -- when, in milliseconds since 1970
    bytes BLOB NOT NULL,           -- the batch (docs/protocol.md)
    PRIMARY KEY (id, node)
);
CREATE INDEX batches_by_record ON batches (node, epoch, first);

-- Runs of sequence numbers that are in the store; the numbers between two runs are a gap.
CREATE TABLE spans (
    node INTEGER NOT NULL,         -- the node
    epoch INTEGER NOT NULL,        -- its log
    first INTEGER NOT NULL,        -- the first sequence number of the run
    last INTEGER NOT NULL,         -- the last one
    PRIMARY KEY (node, epoch, first)
) WITHOUT ROWID;

-- Records that are in the store with different bytes.
CREATE TABLE conflicts (
    node INTEGER NOT NULL,         -- the record: node,
    epoch INTEGER NOT NULL,        -- epoch
    sequence INTEGER NOT NULL,     -- and sequence number
    PRIMARY KEY (node, epoch, sequence)
) WITHOUT ROWID;

-- The order in which epochs began to upload, and when each uploaded last: two active epochs of one node mean a cloned card.
CREATE TABLE epochs (
    node INTEGER NOT NULL,         -- the node
    epoch INTEGER NOT NULL,        -- its log
    number INTEGER NOT NULL,       -- 1 for the first epoch heard of this node, 2 …
    last_heard_ms INTEGER NOT NULL, -- when it uploaded last, in milliseconds since 1970
    cloned INTEGER NOT NULL DEFAULT 0, -- 1: heard again after a later one
    PRIMARY KEY (node, epoch)
) WITHOUT ROWID;

-- Epochs with records from flash images, which are unsigned.
CREATE TABLE images (
    node INTEGER NOT NULL,         -- the node
    epoch INTEGER NOT NULL,        -- its log
    PRIMARY KEY (node, epoch)
) WITHOUT ROWID;

-- The nodes that are enrolled here, and hosts with a log here.
CREATE TABLE nodes (
    node INTEGER PRIMARY KEY,      -- its number, on its card
    name TEXT NOT NULL UNIQUE,     -- what people call it
    site TEXT NOT NULL,            -- where it is meant to stand
    lane TEXT NOT NULL,            -- at which lane
    key BLOB,                      -- wrapped; NULL: not claimed yet, or known from files only
    added_ms INTEGER NOT NULL,     -- when it was enrolled, in milliseconds since 1970
    enrolment INTEGER NOT NULL DEFAULT 1, -- its newest card, as its seals count them
    revoked_ms INTEGER             -- since when nothing is taken from it; NULL: it belongs here
);

-- The claims on nodes' cards. They are kept after the trade: a box that never uploaded may have sealed records under any of them.
CREATE TABLE claims (
    node INTEGER NOT NULL,         -- the node
    enrolment INTEGER NOT NULL,    -- the number of its card
    claim BLOB NOT NULL,           -- wrapped
    until_ms INTEGER NOT NULL,     -- worth nothing afterwards
    is_traded INTEGER NOT NULL,    -- 1: a node has its key for it
    request BLOB,                  -- wrapped: what was answered, answered again until the node uses its key
    answer BLOB,                   -- wrapped
    PRIMARY KEY (node, enrolment)
) WITHOUT ROWID;

-- The newest status of each node, as it sent it.
CREATE TABLE statuses (
    node INTEGER PRIMARY KEY,      -- the node
    boot INTEGER NOT NULL,         -- how often it had started
    ticks INTEGER NOT NULL,        -- milliseconds since then
    received_ms INTEGER NOT NULL,  -- when it came, in milliseconds since 1970
    json TEXT NOT NULL             -- battery, storage, radio … (docs/protocol.md, "Status")
);

-- Lane states reported by nodes (LaneReport) that are not compared yet, or differ from what the records say here.
CREATE TABLE lane_reports (
    node INTEGER NOT NULL,         -- the node
    epoch INTEGER NOT NULL,        -- its log
    record INTEGER NOT NULL,       -- the state is as of it
    told BLOB NOT NULL,            -- the node's state, as at the head of a sector
    held BLOB,                     -- this host's; NULL: not compared yet
    PRIMARY KEY (node, epoch)
) WITHOUT ROWID;

-- How far other hosts' logs were pulled.
CREATE TABLE pulls (
    host INTEGER PRIMARY KEY,      -- the other host's number
    url TEXT NOT NULL,             -- where it answered
    store INTEGER NOT NULL,        -- which store of that host: another after a restore, with other numbers
    next INTEGER NOT NULL,         -- the last batch of it that is here
    pulled_ms INTEGER NOT NULL     -- when, in milliseconds since 1970
);

-- The reserves from which the seals of a node's records are derived. A key number may have several reserves: seal_check tells them apart
-- (SealStart.Check).
CREATE TABLE seal_keys (
    node INTEGER NOT NULL,         -- the node
    key INTEGER NOT NULL,          -- the key's number
    seal_check INTEGER NOT NULL,   -- 0: a reserve of before there were checks
    reserve BLOB NOT NULL,         -- wrapped
    PRIMARY KEY (node, key, seal_check)
) WITHOUT ROWID;

-- Which chain seals an epoch's records, and from which record on.
CREATE TABLE seal_starts (
    node INTEGER NOT NULL,         -- the node
    epoch INTEGER NOT NULL,        -- its log
    since INTEGER NOT NULL,        -- the first record that the chain seals
    key INTEGER NOT NULL,          -- the number of the key that it begins with
    chain INTEGER NOT NULL,        -- its own number
    seal_check INTEGER NOT NULL,   -- 0: a chain of the earlier format
    is_image INTEGER NOT NULL,     -- 1: a flash image alone says so
    PRIMARY KEY (node, epoch, since, key, chain, seal_check)
) WITHOUT ROWID;

-- Numbers of this host: host_id, log_epoch, store …
CREATE TABLE meta (
    name TEXT PRIMARY KEY,         -- what it is
    value INTEGER NOT NULL         -- the number
) WITHOUT ROWID;

-- # Answers: derived from records, rosters and decisions; can be rebuilt at any time ('fieldnode verify')

-- Where codes were seen: one row for each record in effect that carries a code. In SQLite, new rows wait in sightings_pending: query the
-- view all_sightings.
CREATE TABLE sightings (
    code_high INTEGER NOT NULL,    -- the first 8 of 12 bytes that stand for the code (CodeKey); of a person, those of the pseudonym
    code_low INTEGER NOT NULL,     -- the last four
    kind INTEGER NOT NULL,         -- the record's type: 6 tube opened, 7 person sampled … (docs/protocol.md, "Records")
    round INTEGER NOT NULL,        -- the round; 0: a thing that all rounds have in common
    node INTEGER NOT NULL,         -- the record: node,
    epoch INTEGER NOT NULL,        -- epoch
    sequence INTEGER NOT NULL,     -- and sequence number
    PRIMARY KEY (code_high, code_low, kind, round, node, epoch, sequence)
) WITHOUT ROWID;

-- Sightings that are not yet moved to the table above, in order of arrival. Not used in PostgreSQL.
CREATE TABLE sightings_pending (
    code_high INTEGER NOT NULL,    -- as above
    code_low INTEGER NOT NULL,     -- as above
    kind INTEGER NOT NULL,         -- as above
    round INTEGER NOT NULL,        -- as above
    node INTEGER NOT NULL,         -- as above
    epoch INTEGER NOT NULL,        -- as above
    sequence INTEGER NOT NULL      -- as above
);
CREATE INDEX pending_by_code ON sightings_pending (code_high);
CREATE VIEW all_sightings AS SELECT code_high, code_low, kind, round, node, epoch, sequence FROM sightings
    UNION ALL SELECT code_high, code_low, kind, round, node, epoch, sequence FROM sightings_pending;

-- People, tubes and bags that were seen more than once in a round.
CREATE TABLE doubles (
    kind INTEGER NOT NULL,         -- the records' type
    round INTEGER NOT NULL,        -- the round
    code TEXT NOT NULL,            -- the code, of a person the pseudonym
    PRIMARY KEY (kind, round, code)
) WITHOUT ROWID;

-- Counted people, by place and time of sampling.
CREATE TABLE tallies (
    node INTEGER NOT NULL,         -- the node
    epoch INTEGER NOT NULL,        -- its log
    site TEXT NOT NULL,            -- the site that its records name
    round INTEGER NOT NULL,        -- the round
    category INTEGER NOT NULL,     -- 0: none was chosen (docs/protocol.md, "Records")
    lane_kind TEXT NOT NULL,       -- fixed, green, home …
    hour INTEGER NOT NULL,         -- hours since 1970; -1: not known
    people INTEGER NOT NULL,       -- how many
    PRIMARY KEY (node, epoch, site, round, category, lane_kind, hour)
) WITHOUT ROWID;

-- How many people of each household are done.
CREATE TABLE households (
    round INTEGER NOT NULL,        -- the round
    site TEXT NOT NULL,            -- the roster's site
    building TEXT NOT NULL,        -- the building
    household TEXT NOT NULL,       -- the household
    done INTEGER NOT NULL,         -- how many of its people
    PRIMARY KEY (round, site, building, household)
) WITHOUT ROWID;

-- How many people and households of the rosters are done, by building.
CREATE TABLE coverage (
    round INTEGER NOT NULL,        -- the round
    site TEXT NOT NULL,            -- the roster's site
    building TEXT NOT NULL,        -- the building
    people INTEGER NOT NULL,       -- people of it who are done
    households INTEGER NOT NULL,   -- those of which nobody is missing
    PRIMARY KEY (round, site, building)
) WITHOUT ROWID;

-- People who were sampled and are on no roster.
CREATE TABLE unlisted (
    code TEXT NOT NULL,            -- the pseudonym
    round INTEGER NOT NULL,        -- the round
    PRIMARY KEY (code, round)
) WITHOUT ROWID;
CREATE INDEX unlisted_by_round ON unlisted (round);

-- Records of people whose code cannot be read: a key is missing, or the opened text is not a code.
CREATE TABLE unreadable (
    node INTEGER NOT NULL,         -- the record: node,
    epoch INTEGER NOT NULL,        -- epoch
    sequence INTEGER NOT NULL,     -- and sequence number
    lacks_key INTEGER NOT NULL,    -- 1: the key may still come, and the node keeps the record until then
    PRIMARY KEY (node, epoch, sequence)
) WITHOUT ROWID;
CREATE INDEX unreadable_by_key ON unreadable (lacks_key, node, epoch);

-- Other facts from an epoch's records: lane state, bags, places, people turned away, training.
CREATE TABLE facts (
    node INTEGER NOT NULL,         -- the node
    epoch INTEGER NOT NULL,        -- its log
    kind INTEGER NOT NULL,         -- 1 how the lane stands, 2 a bag, 3 a place, 4 a person turned away, 5 a turn in training
    sequence INTEGER NOT NULL,     -- the record that it begins with; 0 for the lane
    json TEXT NOT NULL,            -- what is to be known of it
    PRIMARY KEY (node, epoch, kind, sequence)
) WITHOUT ROWID;
CREATE INDEX facts_by_kind ON facts (kind);
CREATE INDEX bags_here ON facts (kind) WHERE kind = 2 AND json LIKE '%"Receiver":""%';

-- Coordinators' decisions about records, from the hosts' own logs.
CREATE TABLE decisions (
    by_node INTEGER NOT NULL,      -- the decision's own record: the host's log,
    by_epoch INTEGER NOT NULL,     -- its epoch
    by_sequence INTEGER NOT NULL,  -- and sequence number
    node INTEGER NOT NULL,         -- the record that it is about: node,
    epoch INTEGER NOT NULL,        -- epoch
    sequence INTEGER NOT NULL,     -- and sequence number
    what INTEGER NOT NULL,         -- what was decided (docs/protocol.md, "Decided")
    value INTEGER NOT NULL,        -- a number that belongs to it
    at_ms INTEGER NOT NULL,        -- when, in milliseconds since 1970
    who TEXT NOT NULL,             -- who decided it
    note TEXT NOT NULL,            -- why
    PRIMARY KEY (by_node, by_epoch, by_sequence)
) WITHOUT ROWID;
CREATE INDEX decisions_by_record ON decisions (node, epoch, sequence);

-- How often an epoch's answers were updated: a process that caches its fold sees that another process updated them.
CREATE TABLE folds (
    node INTEGER NOT NULL,         -- the node
    epoch INTEGER NOT NULL,        -- its log
    version INTEGER NOT NULL,      -- 1, 2, 3 …
    rebuilt INTEGER NOT NULL,      -- the version at which all of it was last rebuilt
    PRIMARY KEY (node, epoch)
) WITHOUT ROWID;

-- # Rosters: who is expected

-- The roster of each site, as its nodes carry it.
CREATE TABLE rosters (
    site TEXT PRIMARY KEY,         -- the site
    number INTEGER NOT NULL,       -- 1 to 255, another for each roster of the site
    people BLOB NOT NULL,          -- as the site's nodes carry it, wrapped
    imported_ms INTEGER NOT NULL   -- when, in milliseconds since 1970
) WITHOUT ROWID;

-- Expected people, each at one site.
CREATE TABLE roster_people (
    person TEXT PRIMARY KEY,       -- a pseudonym, as in all tables
    site TEXT NOT NULL,            -- where the person is expected
    place INTEGER NOT NULL,        -- order of the import
    household TEXT NOT NULL,       -- the household
    building TEXT NOT NULL,        -- the building
    name TEXT NOT NULL DEFAULT '', -- wrapped
    phone TEXT NOT NULL DEFAULT '', -- wrapped
    category TEXT NOT NULL DEFAULT '', -- as the roster tells
    mobility TEXT NOT NULL DEFAULT '' -- as the roster tells: who cannot come
) WITHOUT ROWID;
CREATE INDEX roster_by_home ON roster_people (site, building, household);

-- The buildings of the rosters.
CREATE TABLE buildings (
    site TEXT NOT NULL,            -- the roster's site
    building TEXT NOT NULL,        -- the building
    place INTEGER NOT NULL,        -- order in which they are called when there is no schedule
    people INTEGER NOT NULL,       -- how many are expected
    households INTEGER NOT NULL,   -- of how many households
    slot TEXT NOT NULL,            -- when its people are to come; empty: not told
    PRIMARY KEY (site, building)
) WITHOUT ROWID;

-- # Access: secrets, and who may do what

-- The store's own keys, wrapped under a key that is not in the database (Vault).
CREATE TABLE vault (
    id INTEGER PRIMARY KEY CHECK (id = 1), -- there is one
    salt BLOB NOT NULL,            -- of the key that wraps
    wrapped BLOB NOT NULL          -- the keys
);

-- Who may sign in at the page (Accounts).
CREATE TABLE accounts (
    name TEXT PRIMARY KEY,         -- as people type it, in capitals or not
    role TEXT NOT NULL,            -- viewer, coordinator …
    password TEXT NOT NULL,        -- its hash, by PasswordHasher
    mac BLOB                       -- over the row, under the store's key (AccountMacs)
) WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_by_name ON accounts (lower(name));

-- Who has signed in.
CREATE TABLE sessions (
    token BLOB PRIMARY KEY,        -- SHA-256 of what the browser holds
    account TEXT NOT NULL,         -- whose it is
    until_ms INTEGER NOT NULL,     -- worth nothing afterwards
    is_link INTEGER NOT NULL,      -- 1: a link that was not followed yet, worth one session
    mac BLOB                       -- over the row
) WITHOUT ROWID;

-- The site's certificate authority (SiteAuthority).
CREATE TABLE authority (
    id INTEGER PRIMARY KEY CHECK (id = 1), -- there is one
    certificate BLOB NOT NULL,     -- X.509
    key BLOB NOT NULL              -- wrapped
);

-- Who saw codes of people, and why (AuditLog).
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,    -- 1, 2, 3 …
    at_ms INTEGER NOT NULL,        -- when, in milliseconds since 1970
    json TEXT NOT NULL,            -- who, what, why
    hash BLOB NOT NULL             -- over this entry and the hash of the one before
);

-- The end of the audit log: the number and hash of its last entry.
CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1), -- there is one
    head BLOB NOT NULL             -- wrapped
);
