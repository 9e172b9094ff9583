-- Store runs, the tasks that follow them and their audit entries; what is stored already changes nothing.
-- $1 tenant; of runs $2 ids, $3 tools, $4 questions, $5 times, $6 answers, $7 confidences, $8 whether abstained,
-- $9 envelopes, $10 decisions, $11 lists of computed sentences; of tasks, in this order, $12 ids, $13 kinds,
-- $14 payloads, $15 attempts; of entries, in this order, $16 ids, $17 times, $18 actors, $19 actions, $20 outcomes,
-- $21 lists of objects, $22 counts, $23 digests, $24 MACs
WITH saved AS (
    INSERT INTO run (
        tenant_id, run_id, tool, question, created_at, answer, confidence, abstained, envelope, decision, computed
    )
    SELECT
        $1,
        one.run_id,
        one.tool,
        one.question,
        one.created_at,
        one.answer,
        one.confidence,
        one.abstained,
        one.envelope::jsonb,
        one.decision::jsonb,
        ARRAY(
            SELECT said.sentence
            FROM jsonb_array_elements_text(one.computed::jsonb) WITH ORDINALITY AS said (sentence, place)
            ORDER BY said.place
        )
    FROM unnest(
        $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::double precision[], $8::boolean[],
        $9::text[], $10::text[], $11::text[]
    ) AS one (
        run_id, tool, question, created_at, answer, confidence, abstained, envelope, decision, computed
    )
    ON CONFLICT (tenant_id, run_id) DO NOTHING
),
noted AS (
    INSERT INTO audit_entry (tenant_id, entry_id, at, actor, action, outcome, objects, counts, digest, mac)
    SELECT
        $1,
        one.entry_id,
        one.at,
        one.actor,
        one.action,
        one.outcome,
        coalesce(string_to_array(nullif(one.objects, ''), ' '), '{}'),
        one.counts::jsonb,
        one.digest,
        one.mac
    FROM unnest(
        $16::uuid[], $17::timestamptz[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::bytea[],
        $24::bytea[]
    ) AS one (entry_id, at, actor, action, outcome, objects, counts, digest, mac)
    ON CONFLICT (tenant_id, entry_id) DO NOTHING
)
INSERT INTO outbox (tenant_id, task_id, kind, payload, attempts)
SELECT $1, one.task_id, one.kind, one.payload::jsonb, one.attempts
FROM unnest($12::uuid[], $13::text[], $14::text[], $15::integer[]) AS one (task_id, kind, payload, attempts)
ON CONFLICT (tenant_id, task_id) DO NOTHING
