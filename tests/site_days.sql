-- What stage insights should come to, counted anew from all records at once.
-- `raw` has a record a row (topic, value as JSON); `zones` has each site's time zone.
-- It shares nothing with agents/core/site_days: it sorts, groups and joins, and keeps nothing.

CREATE MACRO local_day(site_id, moment) AS (
    timezone(coalesce((SELECT zone FROM zones WHERE site = site_id), 'UTC'), moment)::DATE
);

-- Bucket i is above g^(i-1) and at most g^i milliseconds, g = 101 / 99 (DDSketch's mapping).
CREATE MACRO bucket(ms) AS (
    CASE WHEN ms <= 1 THEN 0 ELSE least(1120, ceil(ln(ms) / ln(101.0 / 99.0)))::INTEGER END
);

CREATE VIEW steps AS
SELECT
    value->>'escalation_id' AS id,
    (value->>'step')::INTEGER AS step,
    value->>'status' AS status,
    value->>'site_id' AS site,
    value->>'region_id' AS region,
    (value->>'occurred_at')::TIMESTAMPTZ AS moment,
    (value->>'acknowledge_by')::TIMESTAMPTZ AS acknowledge_by,
    (value->>'decide_by')::TIMESTAMPTZ AS decide_by,
    lower(value->>'severity') AS severity,
    lower(value->>'tier') AS tier,
    lower(value->>'outcome') AS outcome,
    lower(value->'remedy'->>'kind') AS remedy,
    list_filter(
        (value->'reasons')::JSON[], lambda reason: reason->>'code' = 'APPEAL'
    )[1]->'facts' AS appeal_facts,
    status IN ('OPENED', 'REOPENED') AS begins,
    status IN ('ACKNOWLEDGED', 'CONTACTED', 'PROMISED', 'WAITING') AS takes,
    status IN ('RESOLVED', 'WITHDRAWN', 'MERGED') AS ends
FROM raw WHERE topic = 'recourse.escalations';

-- A case's life is cut where it was opened, or opened again.
CREATE VIEW lives AS
SELECT
    *,
    CASE
        WHEN appeal_facts IS NULL THEN NULL
        WHEN json_exists(appeal_facts, '$.decided_at') THEN 'outcome'
        ELSE 'throttle'
    END AS appeal,
    list_position(['unknown', 'local', 'regional', 'executive'], tier) AS height,
    count(*) FILTER (begins) OVER (PARTITION BY id ORDER BY step) AS life
FROM steps;

CREATE VIEW known AS
SELECT
    *,
    CASE WHEN life > 0 THEN first_value(moment) OVER in_life END AS opened_at,
    coalesce(count(*) FILTER (takes OR ends) OVER before, 0) AS taken_before,
    coalesce(count(*) FILTER (ends) OVER before, 0) AS ended_before,
    last_value(appeal IGNORE NULLS) OVER in_life AS appealed,
    max(height) OVER (PARTITION BY id ORDER BY step) AS highest,
    local_day(site, moment) AS day
FROM lives
WINDOW
    in_life AS (PARTITION BY id, life ORDER BY step ROWS UNBOUNDED PRECEDING),
    before AS (
        PARTITION BY id, life ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    );

CREATE VIEW of_steps AS
SELECT site, region, day, unnest([
    CASE status
        WHEN 'JOINED' THEN 'cases_joined'
        WHEN 'CONTACTED' THEN 'contacts'
        WHEN 'PROMISED' THEN 'promises'
        WHEN 'SNOOZED' THEN 'snoozed'
        WHEN 'REASSIGNED' THEN 'reassigned'
        WHEN 'WARNED' THEN 'warned'
        WHEN 'MOVED_UP' THEN 'moved_up'
        WHEN 'REOPENED' THEN 'cases_reopened'
        WHEN 'WITHDRAWN' THEN 'cases_withdrawn'
        WHEN 'MERGED' THEN 'cases_merged'
        WHEN 'REFUSED' THEN 'actions_refused'
        WHEN 'OPENED' THEN 'cases_opened'
        WHEN 'RESOLVED' THEN 'cases_resolved'
    END,
    CASE WHEN status = 'OPENED' THEN 'cases_opened_' || severity END,
    CASE WHEN status = 'OPENED' THEN 'cases_opened_at_' || tier END,
    'appeals_of_' || appeal || 's',
    CASE WHEN takes AND taken_before = 0
        THEN 'acknowledged_' || if(moment <= acknowledge_by, 'in_time', 'late') END,
    CASE WHEN takes AND taken_before = 0 AND opened_at IS NOT NULL
        THEN 'ACKNOWLEDGED:' || upper(severity) || ':' || upper(tier) || ':'
            || bucket(epoch_ms(moment) - epoch_ms(opened_at)) END,
    CASE WHEN ends AND ended_before = 0 THEN 'cases_ended' END,
    CASE WHEN ends AND ended_before = 0 THEN 'cases_ended_' || severity END,
    CASE WHEN ends AND ended_before = 0
        THEN 'cases_ended_highest_' || ['unknown', 'local', 'regional', 'executive'][highest] END,
    CASE WHEN status = 'RESOLVED'
        THEN 'cases_resolved_' || if(moment <= decide_by, 'in_time', 'late') END,
    CASE WHEN status = 'RESOLVED' THEN 'cases_resolved_' || severity END,
    CASE WHEN status = 'RESOLVED' THEN 'cases_resolved_' || outcome END,
    CASE
        WHEN status <> 'RESOLVED' THEN NULL
        WHEN remedy IS NOT NULL THEN 'remedies_' || remedy
        WHEN outcome IN ('upheld', 'partly_upheld') THEN 'remedies_not_named'
    END,
    CASE WHEN status = 'RESOLVED' AND opened_at IS NOT NULL
        THEN 'DECIDED:' || upper(severity) || ':' || upper(tier) || ':'
            || bucket(epoch_ms(moment) - epoch_ms(opened_at)) END,
    CASE WHEN status = 'RESOLVED' THEN 'decided_after_' || appealed END,
    CASE WHEN status = 'RESOLVED' AND outcome IN ('upheld', 'partly_upheld')
        THEN 'upheld_after_' || appealed END
]) AS name
FROM known;

CREATE VIEW of_decisions AS
SELECT
    value->>'site_id' AS site,
    value->>'region_id' AS region,
    local_day(value->>'site_id', (value->>'decided_at')::TIMESTAMPTZ) AS day,
    value->>'arm' AS arm,
    unnest([
        'found_' || lower(value->>'rule') || '_' || lower(value->>'decision'),
        'would_be_' || lower(value->>'would_be'),
        CASE WHEN is_decided AND value->>'asked' = 'true' THEN 'decided_asked' END,
        CASE WHEN is_decided AND value->>'asked' = 'false' THEN 'decided_found' END,
        CASE WHEN value->>'decision' = 'THROTTLED' THEN 'throttled' END,
        CASE WHEN is_decided AND len(list_filter(
            (value->'reasons')::JSON[], lambda reason: reason->>'code' = 'GRACE_OVER'
        )) > 0 THEN 'awaited_in_vain' END
    ]) AS name
FROM (
    SELECT
        value,
        value->>'decision' NOT IN ('BELOW_THRESHOLD', 'AWAITING', 'CORRECTED') AS is_decided
    FROM raw WHERE topic = 'recourse.disagreements' AND value->>'decision' <> 'UNKNOWN'
);

CREATE VIEW of_cases AS
SELECT
    first_step.site,
    value->>'region_id' AS region,
    local_day(first_step.site, (value->>'occurred_at')::TIMESTAMPTZ) AS day,
    CASE topic
        WHEN 'recourse.answers' THEN 'answers_' || lower(value->>'response')
        ELSE if(value->>'delivered' = 'true', 'notices_delivered', 'notices_failed')
    END AS name
FROM raw
JOIN (SELECT id, arg_min(site, step) AS site FROM steps GROUP BY id) AS first_step
    ON first_step.id = value->>'escalation_id'
WHERE topic IN ('recourse.answers', 'recourse.deliveries');

SELECT site, region, day, arm, share, manager, name, sum(n)::BIGINT AS n
FROM (
    SELECT
        raw.value->>'site_id' AS site,
        raw.value->>'region_id' AS region,
        (raw.value->>'day')::DATE AS day,
        raw.value->>'arm' AS arm,
        (raw.value->>'share')::INTEGER AS share,
        raw.value->>'manager_id' AS manager,
        one.key AS name,
        (one.value::VARCHAR)::BIGINT AS n
    FROM raw, json_each(raw.value->'counts') AS one
    WHERE topic = 'recourse.insights'
    UNION ALL SELECT site, region, day, arm, NULL, NULL, name, 1 FROM of_decisions
    UNION ALL SELECT site, region, day, 'LIVE', NULL, NULL, name, 1 FROM of_steps
    UNION ALL SELECT site, region, day, 'LIVE', NULL, NULL, name, 1 FROM of_cases
)
WHERE name IS NOT NULL
GROUP BY ALL
HAVING sum(n) <> 0;
