-- The usage log: every request for a look as it ended, without anything of whom or what it was about.
CREATE TABLE asks (
    id INTEGER PRIMARY KEY,      -- tells those of one millisecond apart, in the order in which they were recorded
    at_ms INTEGER NOT NULL,
    trace TEXT NOT NULL,         -- the look's name in the gateway's log; empty for what was refused before a look began
    source TEXT NOT NULL,        -- `Source`
    outfit_known INTEGER NOT NULL,
    code TEXT,                   -- the failure's code; NULL for a look that was made
    step INTEGER,                -- the step that failed
    model TEXT,
    cost_nanos INTEGER NOT NULL,
    saved_nanos INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,    -- from the request to its end; the next two are parts of it
    upstream_ms INTEGER NOT NULL,
    queued_ms INTEGER NOT NULL,
    request_id TEXT
) STRICT;
CREATE INDEX asks_by_time ON asks (at_ms);

-- Reports and the sweeper read the books by time.
CREATE INDEX calls_by_time ON calls (reserved_ms);
