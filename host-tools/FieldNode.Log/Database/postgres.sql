-- The tables in PostgreSQL: the same as in sqlite.sql, which describes each of them. Texts are ordered by their bytes, as in SQLite.

-- # Log

CREATE TABLE batches (
    id bigint NOT NULL,
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    first bigint NOT NULL,
    frames bigint NOT NULL,
    source bigint NOT NULL,
    received_ms bigint NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (id, node)
);
CREATE INDEX batches_by_record ON batches (node, epoch, first);

CREATE TABLE spans (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (node, epoch, first)
);

CREATE TABLE conflicts (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (node, epoch, sequence)
);

CREATE TABLE epochs (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    number bigint NOT NULL,
    last_heard_ms bigint NOT NULL,
    cloned bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (node, epoch)
);

CREATE TABLE images (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    PRIMARY KEY (node, epoch)
);

CREATE TABLE nodes (
    node bigint PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    site text COLLATE "C" NOT NULL,
    lane text COLLATE "C" NOT NULL,
    key bytea,
    added_ms bigint NOT NULL,
    enrolment bigint NOT NULL DEFAULT 1,
    revoked_ms bigint
);

CREATE TABLE claims (
    node bigint NOT NULL,
    enrolment bigint NOT NULL,
    claim bytea NOT NULL,
    until_ms bigint NOT NULL,
    is_traded bigint NOT NULL,
    request bytea,
    answer bytea,
    PRIMARY KEY (node, enrolment)
);

CREATE TABLE statuses (
    node bigint PRIMARY KEY,
    boot bigint NOT NULL,
    ticks bigint NOT NULL,
    received_ms bigint NOT NULL,
    json text COLLATE "C" NOT NULL
);

CREATE TABLE lane_reports (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    record bigint NOT NULL,
    told bytea NOT NULL,
    held bytea,
    PRIMARY KEY (node, epoch)
);

CREATE TABLE pulls (
    host bigint PRIMARY KEY,
    url text COLLATE "C" NOT NULL,
    store bigint NOT NULL,
    next bigint NOT NULL,
    pulled_ms bigint NOT NULL
);

CREATE TABLE seal_keys (
    node bigint NOT NULL,
    key bigint NOT NULL,
    seal_check bigint NOT NULL,
    reserve bytea NOT NULL,
    PRIMARY KEY (node, key, seal_check)
);

CREATE TABLE seal_starts (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    since bigint NOT NULL,
    key bigint NOT NULL,
    chain bigint NOT NULL,
    seal_check bigint NOT NULL,
    is_image bigint NOT NULL,
    PRIMARY KEY (node, epoch, since, key, chain, seal_check)
);

CREATE TABLE meta (
    name text COLLATE "C" PRIMARY KEY,
    value bigint NOT NULL
);

-- # Answers

CREATE TABLE sightings (
    code_high bigint NOT NULL,
    code_low bigint NOT NULL,
    kind bigint NOT NULL,
    round bigint NOT NULL,
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (code_high, code_low, kind, round, node, epoch, sequence)
);

CREATE VIEW all_sightings AS SELECT code_high, code_low, kind, round, node, epoch, sequence FROM sightings;

CREATE TABLE doubles (
    kind bigint NOT NULL,
    round bigint NOT NULL,
    code text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, round, code)
);

CREATE TABLE tallies (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    site text COLLATE "C" NOT NULL,
    round bigint NOT NULL,
    category bigint NOT NULL,
    lane_kind text COLLATE "C" NOT NULL,
    hour bigint NOT NULL,
    people bigint NOT NULL,
    PRIMARY KEY (node, epoch, site, round, category, lane_kind, hour)
);

CREATE TABLE households (
    round bigint NOT NULL,
    site text COLLATE "C" NOT NULL,
    building text COLLATE "C" NOT NULL,
    household text COLLATE "C" NOT NULL,
    done bigint NOT NULL,
    PRIMARY KEY (round, site, building, household)
);

CREATE TABLE coverage (
    round bigint NOT NULL,
    site text COLLATE "C" NOT NULL,
    building text COLLATE "C" NOT NULL,
    people bigint NOT NULL,
    households bigint NOT NULL,
    PRIMARY KEY (round, site, building)
);

CREATE TABLE unlisted (
    code text COLLATE "C" NOT NULL,
    round bigint NOT NULL,
    PRIMARY KEY (code, round)
);
CREATE INDEX unlisted_by_round ON unlisted (round);

CREATE TABLE unreadable (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    sequence bigint NOT NULL,
    lacks_key bigint NOT NULL,
    PRIMARY KEY (node, epoch, sequence)
);
CREATE INDEX unreadable_by_key ON unreadable (lacks_key, node, epoch);

CREATE TABLE facts (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    kind bigint NOT NULL,
    sequence bigint NOT NULL,
    json text COLLATE "C" NOT NULL,
    PRIMARY KEY (node, epoch, kind, sequence)
);
CREATE INDEX facts_by_kind ON facts (kind);
CREATE INDEX bags_here ON facts (kind) WHERE kind = 2 AND json LIKE '%"Receiver":""%';

CREATE TABLE decisions (
    by_node bigint NOT NULL,
    by_epoch bigint NOT NULL,
    by_sequence bigint NOT NULL,
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    sequence bigint NOT NULL,
    what bigint NOT NULL,
    value bigint NOT NULL,
    at_ms bigint NOT NULL,
    who text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    PRIMARY KEY (by_node, by_epoch, by_sequence)
);
CREATE INDEX decisions_by_record ON decisions (node, epoch, sequence);

CREATE TABLE folds (
    node bigint NOT NULL,
    epoch bigint NOT NULL,
    version bigint NOT NULL,
    rebuilt bigint NOT NULL,
    PRIMARY KEY (node, epoch)
);

-- # Rosters

CREATE TABLE rosters (
    site text COLLATE "C" PRIMARY KEY,
    number bigint NOT NULL,
    people bytea NOT NULL,
    imported_ms bigint NOT NULL
);

CREATE TABLE roster_people (
    person text COLLATE "C" PRIMARY KEY,
    site text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    household text COLLATE "C" NOT NULL,
    building text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL DEFAULT '',
    phone text COLLATE "C" NOT NULL DEFAULT '',
    category text COLLATE "C" NOT NULL DEFAULT '',
    mobility text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX roster_by_home ON roster_people (site, building, household);

CREATE TABLE buildings (
    site text COLLATE "C" NOT NULL,
    building text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    people bigint NOT NULL,
    households bigint NOT NULL,
    slot text COLLATE "C" NOT NULL,
    PRIMARY KEY (site, building)
);

-- # Access

CREATE TABLE vault (
    id bigint PRIMARY KEY CHECK (id = 1),
    salt bytea NOT NULL,
    wrapped bytea NOT NULL
);

CREATE TABLE accounts (
    name text COLLATE "C" PRIMARY KEY,
    role text COLLATE "C" NOT NULL,
    password text COLLATE "C" NOT NULL,
    mac bytea
);
CREATE UNIQUE INDEX accounts_by_name ON accounts (lower(name));

CREATE TABLE sessions (
    token bytea PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    until_ms bigint NOT NULL,
    is_link bigint NOT NULL,
    mac bytea
);

CREATE TABLE authority (
    id bigint PRIMARY KEY CHECK (id = 1),
    certificate bytea NOT NULL,
    key bytea NOT NULL
);

CREATE TABLE audit (
    number bigint PRIMARY KEY,
    at_ms bigint NOT NULL,
    json text COLLATE "C" NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE audit_head (
    id bigint PRIMARY KEY CHECK (id = 1),
    head bytea NOT NULL
);
