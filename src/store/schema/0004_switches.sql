-- What the operator has switched, for all processes on this database. A switch that has a row is on.
CREATE TABLE switches (
    name TEXT PRIMARY KEY,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
