-- Which processes live: each says so twice a minute. The calls of one that is silent nobody settles but the gateway's log.
CREATE TABLE processes (
    name TEXT PRIMARY KEY,
    seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When a call ended at a price that nobody told: from then on the gateway's log may tell it.
ALTER TABLE calls ADD COLUMN over_ms INTEGER;

-- A look's calls are compared with its rows in the gateway's log, those that are not settled first of all.
CREATE INDEX calls_by_look ON calls (trace);
CREATE INDEX calls_unsettled ON calls (reserved_ms) WHERE state <> 'settled';
