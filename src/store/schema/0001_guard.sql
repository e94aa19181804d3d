-- What is kept. The same schema natively (SQLite) and at the edge (D1). Times are milliseconds since 1970, money is whole
-- billionths of a dollar, so that sums are exact. Photos are in no table.

-- Finished pictures, shared by everybody who asked for the same. `content` is the hash of all that determines the picture.
CREATE TABLE results (
    id TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    facts TEXT NOT NULL, -- JSON: `Facts`
    bytes INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX results_by_content ON results (content, made_ms);
CREATE INDEX results_by_time ON results (made_ms);

-- Their bytes, apart, because at the edge these are in KV.
CREATE TABLE pictures (
    result TEXT PRIMARY KEY REFERENCES results (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL
) STRICT;

-- Each viewer's own name for a result. Deleting it takes nothing from another viewer.
CREATE TABLE looks (
    id TEXT PRIMARY KEY,
    result TEXT NOT NULL REFERENCES results (id) ON DELETE CASCADE,
    done TEXT NOT NULL, -- JSON: the `done` event that told of it
    made_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX looks_by_result ON looks (result);

-- What step 1 found, by the hash of all that determines it.
CREATE TABLE descriptions (
    content TEXT PRIMARY KEY,
    outfit TEXT NOT NULL, -- JSON
    model TEXT NOT NULL,
    cost_nanos INTEGER,
    until_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX descriptions_by_time ON descriptions (until_ms);

-- Rate limits: the theoretical arrival time of each bucket's next request, in microseconds since 1970 (GCRA).
CREATE TABLE limits (
    bucket TEXT PRIMARY KEY,
    at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX limits_by_time ON limits (at_us);

-- Every call to the gateway: reserved at its worst price before it is made, settled at its true one after. Budget and usage both read it.
CREATE TABLE calls (
    id TEXT PRIMARY KEY,
    trace TEXT NOT NULL,         -- the look's name in the gateway's log
    step INTEGER NOT NULL,
    day INTEGER NOT NULL,        -- days since 1970, UTC
    month INTEGER NOT NULL,      -- months since year 0, UTC
    reserved_ms INTEGER NOT NULL,
    nanos INTEGER NOT NULL,      -- the worst price, then the true one
    state TEXT NOT NULL CHECK (state IN ('reserved', 'unknown', 'settled')), -- unknown: over, at a price that nobody told
    process TEXT NOT NULL,       -- which process made the reservation
    model TEXT,
    code TEXT,                   -- the failure's code, if it failed
    cached INTEGER NOT NULL DEFAULT 0,
    prompt_tokens INTEGER NOT NULL DEFAULT 0,
    text_tokens INTEGER NOT NULL DEFAULT 0,
    image_tokens INTEGER NOT NULL DEFAULT 0,
    took_ms INTEGER NOT NULL DEFAULT 0,
    request_id TEXT
) STRICT;
CREATE INDEX calls_by_day ON calls (day, nanos);
CREATE INDEX calls_by_month ON calls (month, nanos);

-- Secrets of this installation, made at its first start: the salt under which addresses are counted.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;
