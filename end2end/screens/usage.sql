-- A month of a small site, made up for the photographer: the same every time, counted back from now. The tables are those of
-- src/store/schema.

CREATE TEMP TABLE story AS
WITH RECURSIVE
  numbers (n, dice) AS (SELECT 1, 20261125 UNION ALL SELECT n + 1, dice * 2078669041 % 2147483647 FROM numbers WHERE n < 3550),
  -- One chance every twelve minutes, and five throws of a thousand: MINSTD, whose next throw is the last times 48271.
  chances AS (
    SELECT n, strftime('%s', 'now') * 1000 - n * 720000 - dice % 700000 AS at_ms,
      dice / 2147484 AS a,
      dice * 48271 % 2147483647 / 2147484 AS b,
      dice * 182605794 % 2147483647 / 2147484 AS c,
      dice * 1291394886 % 2147483647 / 2147484 AS d,
      dice * 1914720637 % 2147483647 / 2147484 AS e
    FROM numbers
  ),
  -- People sleep, and come more often at the end of a week.
  asked AS (
    SELECT *, CASE
        WHEN b < 500 THEN 'made' WHEN b < 600 THEN 'known' WHEN b < 850 THEN 'kept' WHEN b < 880 THEN 'joined'
        WHEN b < 900 THEN 'gateway' WHEN b < 950 THEN 'failed' ELSE 'refused'
      END AS fate
    FROM chances
    WHERE a < CASE WHEN at_ms / 3600000 % 24 < 6 THEN 60 WHEN at_ms / 3600000 % 24 < 9 THEN 350 ELSE 700 END
      + CASE WHEN strftime('%w', at_ms / 1000, 'unixepoch') IN ('0', '5', '6') THEN 200 ELSE 0 END
  )
SELECT *,
  1700 + d * 3 AS first_ms,
  7200 + c * 9 + CASE WHEN c > 960 THEN 9000 + e * 20 ELSE 0 END AS second_ms,
  CASE WHEN e > 930 THEN (e - 930) * 60 ELSE 0 END AS queued_ms,
  120 + e / 3 AS own_ms,
  CASE fate
    WHEN 'failed' THEN CASE WHEN c < 400 THEN 'timeout' WHEN c < 700 THEN 'image_blocked' WHEN c < 900 THEN 'overloaded' ELSE 'no_image' END
    WHEN 'refused' THEN CASE WHEN c < 450 THEN 'too_many_looks' WHEN c < 750 THEN 'unsupported_image' WHEN c < 920 THEN 'missing_photo' ELSE 'busy' END
  END AS failure
FROM asked;

INSERT INTO calls (id, trace, step, day, month, reserved_ms, nanos, state, process, model, code, cached, prompt_tokens, text_tokens,
  image_tokens, took_ms, request_id)
SELECT 'story-' || n || '-1', 'story-' || n, 1, at_ms / 86400000,
  strftime('%Y', at_ms / 1000, 'unixepoch') * 12 + strftime('%m', at_ms / 1000, 'unixepoch') - 1,
  at_ms, 3000000, 'settled', 'story', 'gemini-nano-banana-2.1', NULL, 0, 1100, 180, 0, first_ms, NULL
FROM story WHERE fate IN ('made', 'failed');

INSERT INTO calls (id, trace, step, day, month, reserved_ms, nanos, state, process, model, code, cached, prompt_tokens, text_tokens,
  image_tokens, took_ms, request_id)
SELECT 'story-' || n || '-2', 'story-' || n, 2, at_ms / 86400000,
  strftime('%Y', at_ms / 1000, 'unixepoch') * 12 + strftime('%m', at_ms / 1000, 'unixepoch') - 1, at_ms,
  CASE WHEN failure IS NULL AND fate <> 'gateway' THEN 36975000 WHEN failure = 'image_blocked' THEN 3375000 ELSE 0 END, 'settled', 'story',
  'gemini-nano-banana-2.1', failure, fate = 'gateway', 2250, 0, CASE WHEN failure IS NULL THEN 1120 ELSE 0 END,
  CASE WHEN fate = 'gateway' THEN 180 + e ELSE second_ms END, NULL
FROM story WHERE fate IN ('made', 'known', 'gateway', 'failed');

INSERT INTO asks (at_ms, trace, source, outfit_known, code, step, model, cost_nanos, saved_nanos, took_ms, upstream_ms, queued_ms, request_id)
SELECT at_ms, CASE WHEN fate = 'refused' THEN '' ELSE 'story-' || n END,
  CASE WHEN fate IN ('known', 'failed') THEN 'made' ELSE fate END,
  fate IN ('known', 'kept'), failure, CASE WHEN fate = 'failed' THEN 2 END,
  CASE WHEN failure IS NULL THEN 'gemini-nano-banana-2.1' END,
  CASE fate WHEN 'made' THEN 39975000 WHEN 'known' THEN 36975000 WHEN 'failed' THEN 3000000 ELSE 0 END,
  CASE WHEN fate IN ('kept', 'joined', 'gateway') THEN 39975000 ELSE 0 END,
  CASE WHEN fate = 'kept' THEN 2 + e / 200 WHEN fate = 'refused' THEN 0 WHEN fate = 'gateway' THEN own_ms + 180 + e
    ELSE queued_ms + own_ms + second_ms + CASE WHEN fate = 'known' THEN 0 ELSE first_ms END END,
  CASE WHEN fate IN ('kept', 'refused') THEN 0 WHEN fate = 'gateway' THEN 180 + e
    ELSE second_ms + CASE WHEN fate = 'known' THEN 0 ELSE first_ms END END,
  CASE WHEN fate IN ('kept', 'refused', 'gateway') THEN 0 ELSE queued_ms END,
  CASE WHEN fate = 'failed' THEN '01K' || printf('%010X', n * 104729) END
FROM story;
