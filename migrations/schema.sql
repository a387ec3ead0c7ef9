CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION public.search_allowed(of_tenant integer) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $$
begin
  if session_user <> current_user
     and current_setting('goldthread.tenant', true) is distinct from of_tenant::text
     and not pg_has_role(session_user, current_user, 'member') then
    raise insufficient_privilege using message = 'no other tenant may be searched';
  end if;
end $$;

CREATE FUNCTION public.search_condition(held text, groups text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select string_agg(format('%I && %L::int4[]', held, words), ' and ') from unnest(groups) as words
$$;

CREATE FUNCTION public.search_counts(of_tenant integer, groups text[], of_kinds text[], in_namespaces text[], of_owners text[], with_tags text[], in_domains text[], scanned integer, most integer) RETURNS TABLE(facet text, value text, n bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_indexscan TO 'off'
    SET jit TO 'off'
    AS $_$
begin
  perform search_allowed(of_tenant);
  return query execute format(
    'with found as materialized (
       select e.kind, e.namespace, e.owners, e.tags, e.domain
         from (select * from search_entry where %s offset 0) e
        where tenant_id = $1
          and ($2 is null or kind = any ($2)) and ($3 is null or namespace = any ($3))
          and ($4 is null or owners && $4) and ($5 is null or tags && $5) and ($6 is null or domain = any ($6))
        limit $7
     ), counted as (
       select ''kind'' as facet, kind as value, count(*) as n from found where $8 > 0 group by kind
       union all
       select ''namespace'', namespace, count(*) from found where $8 > 0 and namespace is not null group by namespace
       union all
       select ''owner'', owner, count(*) from found, unnest(owners) owner where $8 > 0 group by owner
       union all
       select ''tag'', tag, count(*) from found, unnest(tags) tag where $8 > 0 group by tag
       union all
       select ''domain'', domain, count(*) from found where $8 > 0 and domain is not null group by domain
     ), ranked as (
       select *, row_number() over (partition by c.facet order by c.n desc, c.value) as place from counted c
     )
     select ''total'', null::text, count(*) from found
     union all
     select r.facet, null, count(*) from ranked r group by r.facet
     union all
     (select r.facet, r.value, r.n from ranked r where r.place <= $8 order by r.facet, r.place)',
    search_condition('words', groups))
  using of_tenant, of_kinds, in_namespaces, of_owners, with_tags, in_domains, scanned, most;
end $_$;

CREATE FUNCTION public.search_entries(of_tenant integer, held text, groups text[], of_kinds text[], in_namespaces text[], of_owners text[], with_tags text[], in_domains text[], scanned integer, most integer) RETURNS TABLE(asset_id uuid, kind text, name text, uses integer, words integer[], fields smallint[], whole integer[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_indexscan TO 'off'
    SET jit TO 'off'
    AS $_$
begin
  perform search_allowed(of_tenant);
  return query execute format(
    'select e.asset_id, e.kind, e.name, e.uses, e.words, e.fields, e.whole
       from (select * from (select * from search_entry where %s offset 0) held
              where tenant_id = $1
                and ($2 is null or kind = any ($2)) and ($3 is null or namespace = any ($3))
                and ($4 is null or owners && $4) and ($5 is null or tags && $5) and ($6 is null or domain = any ($6))
              limit $7) e
      order by e.uses desc, e.asset_id limit $8', search_condition(held, groups))
  using of_tenant, of_kinds, in_namespaces, of_owners, with_tags, in_domains, scanned, most;
end $_$;

CREATE FUNCTION public.search_words(of_tenant integer, tokens text[], variants_of text[], most integer) RETURNS TABLE(token integer, word_id integer, word text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
begin
  perform search_allowed(of_tenant);
  return query
  select t.n::int4, found.word_id, found.word
    from unnest(tokens, variants_of) with ordinality as t (token, variants, n)
    cross join lateral (
      (select w.word_id, w.word
         from generate_series(length(t.token), length(t.token) + 24) as long (characters)
         cross join lateral (
           select one.word_id, one.word
             from search_word one
            where one.tenant_id = of_tenant
              and length(one.word) = long.characters
              and one.word >= t.token collate "C"
              and one.word < (t.token || U&'\+10FFFF') collate "C"
            order by one.word
            limit most
         ) w
        limit most)
      union
      (select w.word_id, w.word
         from search_word w
        where t.variants is not null
          and w.tenant_id = of_tenant
          and w.variants && t.variants::int4[]
        limit 5000)
    ) found;
end $$;

CREATE FUNCTION public.tick(of_tenant integer) RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
declare
  at timestamptz;
begin
  update clock
     set last_at = greatest(clock_timestamp(), last_at + interval '1 microsecond')
   where tenant_id = of_tenant
  returning last_at into at;
  if at is null then
    raise exception 'unknown tenant %', of_tenant using errcode = 'no_data_found';
  end if;
  return at;
end $$;

CREATE TABLE public.airflow_reading (
    tenant_id integer NOT NULL,
    url text NOT NULL,
    read_to timestamp with time zone NOT NULL
);

CREATE TABLE public.airflow_reconciled (
    tenant_id integer NOT NULL,
    namespace text NOT NULL,
    runs_to timestamp with time zone,
    versions_to timestamp with time zone
);

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE public.annotation (
    tenant_id integer NOT NULL,
    annotation_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    kind text NOT NULL,
    dataset_id uuid,
    column_path text,
    CONSTRAINT annotation_of_column_names_it CHECK (((kind = 'column'::text) = (num_nonnulls(dataset_id, column_path) = 2)))
);

CREATE TABLE public.annotation_value (
    tenant_id integer NOT NULL,
    aspect text NOT NULL,
    value text NOT NULL,
    asset_id uuid NOT NULL,
    CONSTRAINT annotation_value_aspect_known CHECK ((aspect = ANY (ARRAY['owner'::text, 'tag'::text, 'term'::text, 'domain'::text])))
);

CREATE TABLE public.blocking_key (
    tenant_id integer NOT NULL,
    key bigint NOT NULL,
    source_record_id uuid NOT NULL
);

CREATE TABLE public.change_consumer (
    tenant_id integer NOT NULL,
    name text NOT NULL,
    system_from timestamp with time zone NOT NULL,
    seq integer NOT NULL,
    moved_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.change_event (
    tenant_id integer NOT NULL,
    system_from timestamp with time zone NOT NULL,
    seq integer NOT NULL,
    change_id uuid NOT NULL,
    entity_type text NOT NULL,
    kind text NOT NULL,
    golden_id uuid NOT NULL,
    other_id uuid,
    attributes text[] DEFAULT '{}'::text[] NOT NULL,
    valid_from timestamp with time zone,
    CONSTRAINT change_event_kind_known CHECK ((kind = ANY (ARRAY['created'::text, 'changed'::text, 'deleted'::text, 'reopened'::text, 'retracted'::text, 'merged'::text, 'unmerged'::text, 'erased'::text]))),
    CONSTRAINT change_event_other_of_two CHECK (((kind = ANY (ARRAY['merged'::text, 'unmerged'::text])) = (other_id IS NOT NULL)))
);

CREATE TABLE public.clock (
    tenant_id integer NOT NULL,
    last_at timestamp with time zone DEFAULT '2000-01-01 00:00:00+00'::timestamp with time zone NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.column_edge (
    tenant_id integer NOT NULL,
    digest bytea NOT NULL,
    input_id uuid NOT NULL,
    input_column text NOT NULL,
    output_column text NOT NULL
);

CREATE TABLE public.column_inference (
    tenant_id integer NOT NULL,
    mention_id bigint NOT NULL,
    status text DEFAULT 'waiting'::text NOT NULL,
    reason text,
    CONSTRAINT column_inference_status_known CHECK ((status = ANY (ARRAY['waiting'::text, 'inferred'::text, 'nothing'::text, 'failed'::text])))
);

CREATE TABLE public.crosswalk (
    tenant_id integer NOT NULL,
    source_record_id uuid NOT NULL,
    system_from timestamp with time zone NOT NULL,
    golden_id uuid NOT NULL,
    reason text NOT NULL,
    CONSTRAINT crosswalk_reason_known CHECK ((reason = ANY (ARRAY['new'::text, 'rule'::text, 'model'::text, 'steward'::text, 'merge'::text, 'unmerge'::text, 'erasure'::text])))
);

CREATE TABLE public.customer_message (
    tenant_id integer NOT NULL,
    customer_id uuid NOT NULL,
    known_at timestamp with time zone NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    message_offset bigint NOT NULL,
    message_at timestamp with time zone NOT NULL
);

CREATE TABLE public.fact (
    tenant_id integer NOT NULL,
    subject_id uuid NOT NULL,
    system_from timestamp with time zone NOT NULL,
    seq integer NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    op "char" NOT NULL,
    attributes jsonb,
    provenance jsonb,
    target_id uuid,
    CONSTRAINT fact_merged_has_target CHECK (((op = 'M'::"char") = (target_id IS NOT NULL))),
    CONSTRAINT fact_op_known CHECK ((op = ANY (ARRAY['P'::"char", 'D'::"char", 'A'::"char", 'M'::"char", 'E'::"char"]))),
    CONSTRAINT fact_period_not_empty CHECK ((valid_from < valid_to)),
    CONSTRAINT fact_present_has_attributes CHECK (((op = 'P'::"char") = (attributes IS NOT NULL)))
);

CREATE TABLE public.subject (
    tenant_id integer NOT NULL,
    subject_id uuid NOT NULL,
    kind text NOT NULL,
    natural_key text
);

CREATE VIEW public.customers_history AS
 WITH known AS (
         SELECT f.tenant_id,
            f.subject_id,
            f.system_from,
            f.seq,
            f.valid_from,
            f.valid_to,
            f.op,
            f.attributes,
            f.provenance,
            f.target_id
           FROM (public.fact f
             JOIN public.subject s USING (tenant_id, subject_id))
          WHERE ((s.kind = 'customer'::text) AND (f.tenant_id = COALESCE((NULLIF(current_setting('goldthread.tenant_id'::text, true), ''::text))::integer, 1)))
        ), cut AS (
         SELECT known.subject_id,
            known.valid_from AS at
           FROM known
        UNION
         SELECT known.subject_id,
            known.valid_to
           FROM known
          WHERE (known.valid_to < 'infinity'::timestamp with time zone)
        ), stretch AS (
         SELECT cut.subject_id,
            cut.at AS valid_from,
            COALESCE(lead(cut.at) OVER (PARTITION BY cut.subject_id ORDER BY cut.at), 'infinity'::timestamp with time zone) AS valid_to
           FROM cut
        ), believed AS (
         SELECT t.subject_id,
            t.valid_from,
            t.valid_to,
            f.op,
            f.attributes,
            f.provenance
           FROM (stretch t
             CROSS JOIN LATERAL ( SELECT k.op,
                    k.attributes,
                    k.provenance
                   FROM known k
                  WHERE ((k.subject_id = t.subject_id) AND (k.valid_from <= t.valid_from) AND (k.valid_to > t.valid_from))
                  ORDER BY k.system_from DESC, k.seq DESC
                 LIMIT 1) f)
        ), told AS (
         SELECT believed.subject_id,
            believed.valid_from,
            believed.valid_to,
            believed.op,
            believed.attributes,
            believed.provenance,
            ((NOT (ROW(believed.op, believed.attributes, believed.provenance) IS DISTINCT FROM lag(ROW(believed.op, believed.attributes, believed.provenance)) OVER w)) AND (believed.valid_from = lag(believed.valid_to) OVER w)) AS same
           FROM believed
          WHERE (believed.op = ANY (ARRAY['P'::"char", 'D'::"char"]))
          WINDOW w AS (PARTITION BY believed.subject_id ORDER BY believed.valid_from)
        ), grouped AS (
         SELECT told.subject_id,
            told.valid_from,
            told.valid_to,
            told.op,
            told.attributes,
            told.provenance,
            told.same,
            count(*) FILTER (WHERE (NOT COALESCE(told.same, false))) OVER (PARTITION BY told.subject_id ORDER BY told.valid_from) AS version
           FROM told
        ), version AS (
         SELECT grouped.subject_id,
            (grouped.version)::integer AS version,
            grouped.op,
            grouped.attributes,
            grouped.provenance,
            min(grouped.valid_from) AS valid_from,
            max(grouped.valid_to) AS valid_to
           FROM grouped
          GROUP BY grouped.subject_id, grouped.version, grouped.op, grouped.attributes, grouped.provenance
        )
 SELECT v.subject_id AS customer_id,
    v.version,
    COALESCE(v.attributes, last.attributes) AS attributes,
    ((v.op = 'P'::"char") AND (v.valid_from <= now()) AND (v.valid_to > now())) AS is_current,
    (v.op = 'D'::"char") AS is_deleted,
    (COALESCE(v.provenance, last.provenance) ->> 'systems'::text) AS source_system,
    v.valid_from,
    NULLIF(v.valid_to, 'infinity'::timestamp with time zone) AS valid_to
   FROM (version v
     LEFT JOIN LATERAL ( SELECT p.attributes,
            p.provenance
           FROM version p
          WHERE ((p.subject_id = v.subject_id) AND (p.version < v.version) AND (p.op = 'P'::"char"))
          ORDER BY p.version DESC
         LIMIT 1) last ON ((v.op = 'D'::"char")));

CREATE TABLE public.dataset (
    tenant_id integer NOT NULL,
    dataset_id uuid NOT NULL,
    namespace text NOT NULL,
    name text NOT NULL,
    system_from timestamp with time zone NOT NULL,
    CONSTRAINT dataset_is_named CHECK (((namespace <> ''::text) AND (name <> ''::text)))
);

CREATE TABLE public.dataset_link (
    tenant_id integer NOT NULL,
    dataset_id uuid NOT NULL,
    other_id uuid NOT NULL,
    kind text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    system_from timestamp with time zone NOT NULL,
    CONSTRAINT dataset_link_joins_two CHECK ((dataset_id <> other_id)),
    CONSTRAINT dataset_link_kind_known CHECK ((kind = ANY (ARRAY['symlink'::text, 'rename'::text])))
);

CREATE TABLE public.dead_letter (
    tenant_id integer NOT NULL,
    dead_letter_id uuid DEFAULT uuidv7() NOT NULL,
    received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    times bigint DEFAULT 1 NOT NULL,
    source text NOT NULL,
    digest bytea NOT NULL,
    body bytea NOT NULL,
    size bigint NOT NULL,
    problems jsonb NOT NULL,
    replayed_at timestamp with time zone,
    event_id uuid,
    CONSTRAINT dead_letter_digest_length CHECK ((octet_length(digest) = 16)),
    CONSTRAINT dead_letter_replayed_is_recorded CHECK (((replayed_at IS NULL) = (event_id IS NULL)))
);

CREATE TABLE public.dead_letter_tally (
    tenant_id integer NOT NULL,
    letters bigint NOT NULL,
    bytes bigint NOT NULL,
    let_go bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='10');

CREATE TABLE public.delivery (
    tenant_id integer NOT NULL,
    delivery_id uuid NOT NULL,
    actor text NOT NULL,
    source_system text NOT NULL,
    dataset text NOT NULL,
    path text NOT NULL,
    sha256 bytea NOT NULL,
    run_id uuid NOT NULL,
    accepted bigint,
    unchanged bigint,
    rejected bigint,
    size bigint,
    announced_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    started_at timestamp with time zone,
    taken_in_at timestamp with time zone,
    reported_at timestamp with time zone,
    entity_type text DEFAULT 'customer'::text NOT NULL,
    CONSTRAINT delivery_counted_once_taken_in CHECK ((num_nonnulls(accepted, unchanged, rejected, size, taken_in_at) = ANY (ARRAY[0, 5]))),
    CONSTRAINT delivery_reported_after_taken_in CHECK (((reported_at IS NULL) OR (taken_in_at IS NOT NULL))),
    CONSTRAINT delivery_sha256_is_whole CHECK ((length(sha256) = 32))
);

CREATE TABLE public.erasure (
    tenant_id integer NOT NULL,
    erasure_id uuid NOT NULL,
    entity_type text NOT NULL,
    golden_id uuid NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    status text DEFAULT 'requested'::text NOT NULL,
    erased_at timestamp with time zone,
    scrubbed_at timestamp with time zone,
    report jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT erasure_status_known CHECK ((status = ANY (ARRAY['requested'::text, 'erased'::text, 'scrubbed'::text])))
);

CREATE TABLE public.event_dictionary (
    tenant_id integer NOT NULL,
    dictionary_id bigint NOT NULL,
    body bytea NOT NULL,
    trained_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    trained_on bigint NOT NULL,
    share double precision NOT NULL,
    is_retired boolean DEFAULT false NOT NULL
);

CREATE TABLE public.facet (
    tenant_id integer NOT NULL,
    digest bytea NOT NULL,
    body jsonb NOT NULL,
    CONSTRAINT facet_digest_length CHECK ((octet_length(digest) = 16))
);

CREATE TABLE public.facet_version (
    tenant_id integer NOT NULL,
    subject_id uuid NOT NULL,
    role "char" NOT NULL,
    name text NOT NULL,
    job_id uuid NOT NULL,
    digest bytea NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    system_from timestamp with time zone NOT NULL,
    system_to timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT facet_version_role_known CHECK ((role = ANY (ARRAY['J'::"char", 'W'::"char", 'I'::"char", 'S'::"char"]))),
    CONSTRAINT facet_version_system_not_empty CHECK ((system_from < system_to)),
    CONSTRAINT facet_version_valid_not_empty CHECK ((valid_from < valid_to))
);

CREATE TABLE public.generic_key (
    tenant_id integer NOT NULL,
    key bigint NOT NULL,
    entity_type text NOT NULL,
    rule text NOT NULL,
    records integer NOT NULL,
    system_from timestamp with time zone NOT NULL
);

CREATE TABLE public.identifier (
    tenant_id integer NOT NULL,
    entity_type text NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    source_record_id uuid NOT NULL
);

CREATE TABLE public.job (
    tenant_id integer NOT NULL,
    job_id uuid NOT NULL,
    namespace text NOT NULL,
    name text NOT NULL,
    part_of uuid,
    system_from timestamp with time zone NOT NULL,
    CONSTRAINT job_is_named CHECK (((namespace <> ''::text) AND (name <> ''::text))),
    CONSTRAINT job_is_not_part_of_itself CHECK ((part_of <> job_id))
);

CREATE TABLE public.job_declaration (
    tenant_id integer NOT NULL,
    job_id uuid NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    event_id uuid NOT NULL,
    inputs uuid[] NOT NULL,
    outputs uuid[] NOT NULL
);

CREATE TABLE public.lake_file (
    tenant_id integer NOT NULL,
    file_id uuid NOT NULL,
    kind text NOT NULL,
    dataset text NOT NULL,
    path text NOT NULL,
    system_from_exclusive timestamp with time zone NOT NULL,
    system_to_inclusive timestamp with time zone NOT NULL,
    follows timestamp with time zone GENERATED ALWAYS AS (NULLIF(system_from_exclusive, '2000-01-01 00:00:00+00'::timestamp with time zone)) STORED,
    status text DEFAULT 'planned'::text NOT NULL,
    rows bigint,
    size bigint,
    sha256 bytea,
    run_id uuid NOT NULL,
    planned_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    written_at timestamp with time zone,
    reported_at timestamp with time zone,
    offered_at timestamp with time zone,
    CONSTRAINT lake_file_described_once_written CHECK ((num_nonnulls(rows, size, sha256, written_at) =
CASE status
    WHEN 'written'::text THEN 4
    ELSE 0
END)),
    CONSTRAINT lake_file_range_not_empty CHECK ((system_from_exclusive < system_to_inclusive)),
    CONSTRAINT lake_file_reported_after_written CHECK (((reported_at IS NULL) OR (status = 'written'::text))),
    CONSTRAINT lake_file_sha256_is_whole CHECK ((length(sha256) = 32)),
    CONSTRAINT lake_file_status_known CHECK ((status = ANY (ARRAY['planned'::text, 'written'::text])))
);

CREATE TABLE public.lineage_edge (
    tenant_id integer NOT NULL,
    job_id uuid NOT NULL,
    dataset_id uuid NOT NULL,
    direction "char" NOT NULL,
    kind text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    system_from timestamp with time zone NOT NULL,
    system_to timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT lineage_edge_direction_known CHECK ((direction = ANY (ARRAY['I'::"char", 'O'::"char"]))),
    CONSTRAINT lineage_edge_kind_known CHECK ((kind = ANY (ARRAY['observed'::text, 'declared'::text]))),
    CONSTRAINT lineage_edge_system_not_empty CHECK ((system_from < system_to)),
    CONSTRAINT lineage_edge_valid_not_empty CHECK ((valid_from < valid_to))
);

CREATE TABLE public.lineage_event (
    tenant_id integer NOT NULL,
    event_id uuid NOT NULL,
    event_time timestamp with time zone NOT NULL,
    system_from timestamp with time zone NOT NULL,
    mention_id bigint NOT NULL,
    run_id uuid,
    job_id uuid,
    dataset_id uuid,
    kind "char" NOT NULL,
    event_type text,
    facets jsonb,
    warnings jsonb,
    origins bytea,
    CONSTRAINT lineage_event_kind_known CHECK ((kind = ANY (ARRAY['R'::"char", 'J'::"char", 'D'::"char"]))),
    CONSTRAINT lineage_event_refers_by_kind CHECK ((((kind = 'R'::"char") = ((run_id IS NOT NULL) AND (event_type IS NOT NULL))) AND ((kind = ANY (ARRAY['R'::"char", 'J'::"char"])) = (job_id IS NOT NULL)) AND ((kind = 'D'::"char") = (dataset_id IS NOT NULL)))),
    CONSTRAINT lineage_event_type_known CHECK ((event_type = ANY (ARRAY['START'::text, 'RUNNING'::text, 'COMPLETE'::text, 'ABORT'::text, 'FAIL'::text, 'OTHER'::text])))
);

CREATE TABLE public.lineage_event_body (
    tenant_id integer NOT NULL,
    event_id uuid NOT NULL,
    body bytea NOT NULL
)
PARTITION BY RANGE (event_id);

ALTER TABLE ONLY public.lineage_event_body ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE public.lineage_event_body_rest (
    tenant_id integer CONSTRAINT lineage_event_body_tenant_id_not_null NOT NULL,
    event_id uuid CONSTRAINT lineage_event_body_event_id_not_null NOT NULL,
    body bytea CONSTRAINT lineage_event_body_body_not_null NOT NULL
);

ALTER TABLE ONLY public.lineage_event_body_rest ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE public.lineage_head (
    tenant_id integer NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    bodies_since timestamp with time zone
)
WITH (fillfactor='10');

CREATE TABLE public.lineage_replay (
    tenant_id integer NOT NULL,
    event_id uuid NOT NULL,
    body bytea NOT NULL
);

CREATE TABLE public.match_decision (
    tenant_id integer NOT NULL,
    a uuid NOT NULL,
    b uuid NOT NULL,
    system_from timestamp with time zone NOT NULL,
    verdict text NOT NULL,
    actor text NOT NULL,
    identity_a bytea,
    identity_b bytea,
    note text,
    CONSTRAINT match_decision_pair_ordered CHECK ((a < b)),
    CONSTRAINT match_decision_verdict_known CHECK ((verdict = ANY (ARRAY['must_link'::text, 'cannot_link'::text, 'withdrawn'::text])))
);

CREATE TABLE public.match_edge (
    tenant_id integer NOT NULL,
    a uuid NOT NULL,
    b uuid NOT NULL,
    system_from timestamp with time zone NOT NULL,
    weight double precision,
    rule text,
    model_version integer NOT NULL,
    CONSTRAINT match_edge_pair_ordered CHECK ((a < b))
);

CREATE TABLE public.mention (
    tenant_id integer NOT NULL,
    mention_id bigint NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT mention_digest_length CHECK ((octet_length(digest) = 16))
);

CREATE TABLE public.mention_facet (
    tenant_id integer NOT NULL,
    mention_id bigint NOT NULL,
    subject_id uuid NOT NULL,
    role "char" NOT NULL,
    name text NOT NULL,
    job_id uuid NOT NULL,
    digest bytea NOT NULL,
    is_inferred boolean DEFAULT false NOT NULL,
    CONSTRAINT mention_facet_role_known CHECK ((role = ANY (ARRAY['J'::"char", 'R'::"char", 'I'::"char", 'O'::"char", 'D'::"char"])))
);

ALTER TABLE public.mention ALTER COLUMN mention_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.mention_mention_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.message_file (
    tenant_id integer NOT NULL,
    file_id uuid NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    dataset text NOT NULL,
    path text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    start_position bigint NOT NULL,
    end_position bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    status text DEFAULT 'planned'::text NOT NULL,
    offsets int8multirange,
    counts integer[],
    rows bigint,
    size bigint,
    sha256 bytea,
    run_id uuid NOT NULL,
    replaced_by uuid,
    planned_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    written_at timestamp with time zone,
    reported_at timestamp with time zone,
    removed_at timestamp with time zone,
    load_run_id uuid,
    load_rows bigint,
    load_started_at timestamp with time zone,
    loaded_at timestamp with time zone,
    load_reported_at timestamp with time zone,
    offered_at timestamp with time zone,
    load_parent jsonb,
    CONSTRAINT message_file_described_once_written CHECK ((num_nonnulls(offsets, rows, size, sha256, written_at) =
CASE
    WHEN (status = ANY (ARRAY['written'::text, 'replaced'::text])) THEN 5
    ELSE 0
END)),
    CONSTRAINT message_file_loaded_as_a_whole CHECK ((num_nonnulls(load_run_id, load_rows, load_started_at, loaded_at) = ANY (ARRAY[0, 4]))),
    CONSTRAINT message_file_range_not_empty CHECK ((start_position < end_position)),
    CONSTRAINT message_file_replaced_by_another CHECK (((replaced_by IS NOT NULL) OR (status <> 'replaced'::text))),
    CONSTRAINT message_file_sha256_is_whole CHECK ((length(sha256) = 32)),
    CONSTRAINT message_file_status_known CHECK ((status = ANY (ARRAY['planned'::text, 'merging'::text, 'written'::text, 'replaced'::text])))
);

ALTER TABLE public.message_file ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.message_file_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.origin (
    tenant_id integer NOT NULL,
    origin_id uuid NOT NULL,
    door text NOT NULL,
    actor text,
    run_id uuid,
    file text,
    topic text,
    partition integer,
    CONSTRAINT origin_door_known CHECK ((door = ANY (ARRAY['graphql'::text, 'rest'::text, 'file'::text, 'kafka'::text])))
);

CREATE TABLE public.pipeline_run (
    tenant_id integer NOT NULL,
    run_id uuid NOT NULL,
    pipeline_id uuid NOT NULL,
    pipeline_name text NOT NULL,
    engine text NOT NULL,
    work text NOT NULL,
    conf jsonb NOT NULL,
    cause text NOT NULL,
    cause_key text,
    file_key text,
    scheduled_for timestamp with time zone,
    requested_by text,
    requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    state_reason text,
    error text,
    result jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    first_attempt_at timestamp with time zone,
    next_attempt_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    dag_run_id text,
    lineage_run_id uuid,
    logs_url text,
    started_at timestamp with time zone,
    reopened_at timestamp with time zone,
    ended_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    start_reported_at timestamp with time zone,
    end_reported_at timestamp with time zone,
    CONSTRAINT pipeline_run_cause_known CHECK ((cause = ANY (ARRAY['request'::text, 'new_file'::text, 'schedule'::text, 'airflow'::text]))),
    CONSTRAINT pipeline_run_ends_somehow CHECK (((ended_at IS NULL) = (state = ANY (ARRAY['waiting'::text, 'queued'::text, 'running'::text])))),
    CONSTRAINT pipeline_run_engine_known CHECK ((engine = ANY (ARRAY['airflow'::text, 'worker'::text]))),
    CONSTRAINT pipeline_run_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])))
);

CREATE TABLE public.pipeline_task (
    tenant_id integer NOT NULL,
    run_id uuid NOT NULL,
    task_id text NOT NULL,
    map_index integer NOT NULL,
    try_number integer NOT NULL,
    is_newest boolean NOT NULL,
    state text,
    operator text,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    error text,
    logs_url text
);

CREATE TABLE public.pipeline_tick (
    tenant_id integer NOT NULL,
    pipeline_id uuid NOT NULL,
    schedule text NOT NULL,
    time_zone text NOT NULL,
    next_at timestamp with time zone NOT NULL
);

CREATE TABLE public.policy (
    tenant_id integer NOT NULL,
    entity_type text NOT NULL,
    part text NOT NULL,
    version integer NOT NULL,
    system_from timestamp with time zone NOT NULL,
    document jsonb NOT NULL,
    actor text NOT NULL,
    note text,
    CONSTRAINT policy_part_known CHECK ((part = ANY (ARRAY['definition'::text, 'matching'::text, 'survivorship'::text, 'model'::text]))),
    CONSTRAINT policy_version_positive CHECK ((version > 0))
);

CREATE TABLE public.policy_run (
    tenant_id integer NOT NULL,
    entity_type text NOT NULL,
    part text NOT NULL,
    version integer NOT NULL,
    through uuid,
    done bigint DEFAULT 0 NOT NULL,
    total bigint,
    finished_at timestamp with time zone
);

CREATE TABLE public.quarantine (
    tenant_id integer NOT NULL,
    quarantine_id uuid NOT NULL,
    origin_id uuid NOT NULL,
    origin_position bigint,
    body text NOT NULL,
    problems jsonb NOT NULL,
    system_from timestamp with time zone NOT NULL
);

CREATE TABLE public.record_profile (
    tenant_id integer NOT NULL,
    source_record_id uuid NOT NULL,
    profile jsonb NOT NULL,
    identity bytea NOT NULL,
    quality real NOT NULL,
    failed_rules text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT record_profile_quality_is_share CHECK (((quality >= (0)::double precision) AND (quality <= (1)::double precision)))
)
WITH (fillfactor='90');

CREATE TABLE public.relation (
    tenant_id integer NOT NULL,
    relation_id uuid NOT NULL,
    kind text NOT NULL,
    from_id uuid NOT NULL,
    to_id uuid NOT NULL,
    CONSTRAINT relation_has_two_ends CHECK ((from_id <> to_id))
);

CREATE TABLE public.review_action (
    tenant_id integer NOT NULL,
    task_id uuid NOT NULL,
    system_from timestamp with time zone NOT NULL,
    action text NOT NULL,
    actor text NOT NULL,
    before jsonb NOT NULL,
    note text
);

CREATE TABLE public.review_task (
    tenant_id integer NOT NULL,
    task_id uuid NOT NULL,
    entity_type text NOT NULL,
    kind text NOT NULL,
    a uuid NOT NULL,
    b uuid NOT NULL,
    weight double precision NOT NULL,
    reason text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    assignee text,
    deferred_until timestamp with time zone,
    decided_at timestamp with time zone,
    decided_by text,
    note text,
    CONSTRAINT review_task_decided CHECK (((status = ANY (ARRAY['open'::text, 'deferred'::text])) = (decided_at IS NULL))),
    CONSTRAINT review_task_deferred_until CHECK (((status = 'deferred'::text) = (deferred_until IS NOT NULL))),
    CONSTRAINT review_task_kind_known CHECK ((kind = ANY (ARRAY['possible_match'::text, 'contested'::text, 'conflict'::text, 'reopened'::text]))),
    CONSTRAINT review_task_pair_ordered CHECK ((a < b)),
    CONSTRAINT review_task_status_known CHECK ((status = ANY (ARRAY['open'::text, 'deferred'::text, 'approved'::text, 'rejected'::text, 'split'::text, 'obsolete'::text])))
);

CREATE TABLE public.run (
    tenant_id integer NOT NULL,
    run_id uuid NOT NULL,
    job_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_start_at timestamp with time zone,
    last_running_at timestamp with time zone,
    last_complete_at timestamp with time zone,
    last_abort_at timestamp with time zone,
    last_fail_at timestamp with time zone,
    last_at timestamp with time zone NOT NULL,
    state text GENERATED ALWAYS AS (
CASE
    WHEN ((GREATEST(last_fail_at, last_abort_at) IS NOT NULL) AND (NOT COALESCE((GREATEST(last_start_at, last_running_at) > GREATEST(last_fail_at, last_abort_at)), false))) THEN
    CASE
        WHEN ((last_abort_at IS NULL) OR (last_fail_at >= last_abort_at)) THEN 'FAIL'::text
        ELSE 'ABORT'::text
    END
    WHEN (GREATEST(last_fail_at, last_abort_at) IS NOT NULL) THEN
    CASE
        WHEN (last_complete_at >= GREATEST(last_start_at, last_running_at)) THEN 'COMPLETE'::text
        WHEN (last_running_at > GREATEST(last_fail_at, last_abort_at)) THEN 'RUNNING'::text
        ELSE 'START'::text
    END
    WHEN (last_complete_at IS NOT NULL) THEN 'COMPLETE'::text
    WHEN (last_running_at IS NOT NULL) THEN 'RUNNING'::text
    WHEN (last_start_at IS NOT NULL) THEN 'START'::text
    ELSE 'OTHER'::text
END) STORED NOT NULL,
    ended_at timestamp with time zone GENERATED ALWAYS AS (GREATEST(last_complete_at, last_abort_at, last_fail_at)) STORED,
    nominal_from timestamp with time zone,
    nominal_to timestamp with time zone,
    parent_run_id uuid,
    root_run_id uuid,
    inputs uuid[] NOT NULL,
    outputs uuid[] NOT NULL,
    heard boolean DEFAULT true NOT NULL,
    is_part boolean DEFAULT false NOT NULL,
    given_id text
)
WITH (fillfactor='65');

CREATE TABLE public.search_document (
    tenant_id integer NOT NULL,
    subject_id uuid NOT NULL,
    kind text NOT NULL,
    words text NOT NULL
);

CREATE TABLE public.search_entry (
    tenant_id integer NOT NULL,
    asset_id uuid NOT NULL,
    kind text NOT NULL,
    namespace text,
    name text NOT NULL,
    owners text[] DEFAULT '{}'::text[] NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    domain text,
    uses integer DEFAULT 0 NOT NULL,
    words integer[] DEFAULT '{}'::integer[] NOT NULL,
    fields smallint[] DEFAULT '{}'::smallint[] NOT NULL,
    name_words integer[] DEFAULT '{}'::integer[] NOT NULL,
    whole integer[] DEFAULT '{}'::integer[] NOT NULL,
    texts jsonb DEFAULT '{}'::jsonb NOT NULL,
    due_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    is_stale boolean DEFAULT false NOT NULL
);

CREATE TABLE public.search_progress (
    tenant_id integer NOT NULL,
    system_from timestamp with time zone DEFAULT '2000-01-01 00:00:00+00'::timestamp with time zone NOT NULL
)
WITH (fillfactor='10');

CREATE TABLE public.search_word (
    tenant_id integer NOT NULL,
    word_id integer NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    variants integer[] NOT NULL
);

ALTER TABLE public.search_word ALTER COLUMN word_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.search_word_word_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.source_event (
    tenant_id integer NOT NULL,
    event_id uuid NOT NULL,
    source_record_id uuid NOT NULL,
    kind text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    valid_from_assumed boolean NOT NULL,
    sequence bigint NOT NULL,
    attributes jsonb,
    digest bytea NOT NULL,
    origin_id uuid NOT NULL,
    origin_position bigint,
    system_from timestamp with time zone NOT NULL,
    CONSTRAINT source_event_attributes_with_kind CHECK (((kind = ANY (ARRAY['snapshot'::text, 'correction'::text])) = (attributes IS NOT NULL))),
    CONSTRAINT source_event_kind_known CHECK ((kind = ANY (ARRAY['snapshot'::text, 'correction'::text, 'end'::text, 'retract'::text]))),
    CONSTRAINT source_event_period_not_empty CHECK ((valid_from < valid_to))
);

CREATE TABLE public.source_record (
    tenant_id integer NOT NULL,
    source_record_id uuid NOT NULL,
    entity_type text NOT NULL,
    source_system text NOT NULL,
    source_key text NOT NULL
);

CREATE TABLE public.source_system (
    tenant_id integer NOT NULL,
    name text NOT NULL,
    trust smallint DEFAULT 50 NOT NULL,
    CONSTRAINT source_system_trust_in_percent CHECK (((trust >= 0) AND (trust <= 100)))
);

CREATE TABLE public.stream_dead_letter (
    tenant_id integer NOT NULL,
    dead_letter_id uuid NOT NULL,
    consumer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    message_offset bigint NOT NULL,
    message_at timestamp with time zone NOT NULL,
    key bytea,
    value bytea,
    header_names text[] NOT NULL,
    header_values bytea[] NOT NULL,
    problems jsonb NOT NULL,
    received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    published_at timestamp with time zone,
    replayed_at timestamp with time zone,
    replay_asked_at timestamp with time zone
);

CREATE TABLE public.stream_position (
    tenant_id integer NOT NULL,
    consumer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint,
    epoch bigint DEFAULT 1 NOT NULL,
    end_offset bigint DEFAULT 0 NOT NULL,
    messages bigint DEFAULT 0 NOT NULL,
    dead_letters bigint DEFAULT 0 NOT NULL,
    last_message_at timestamp with time zone,
    moved_at timestamp with time zone,
    heard_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT stream_position_is_not_fenced CHECK (((next_offset IS NOT NULL) AND (next_offset >= 0)))
)
WITH (fillfactor='50');

CREATE TABLE public.stream_run (
    tenant_id integer NOT NULL,
    run_id uuid NOT NULL,
    kind text NOT NULL,
    broker text NOT NULL,
    topic text NOT NULL,
    dataset text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    ending text,
    start_reported_at timestamp with time zone,
    end_reported_at timestamp with time zone,
    CONSTRAINT stream_run_ending_known CHECK ((ending = ANY (ARRAY['COMPLETE'::text, 'ABORT'::text]))),
    CONSTRAINT stream_run_ends_somehow CHECK (((ended_at IS NULL) = (ending IS NULL)))
);

CREATE TABLE public.suppression (
    tenant_id integer NOT NULL,
    digest bytea NOT NULL,
    erasure_id uuid NOT NULL,
    CONSTRAINT suppression_digest_is_whole CHECK ((length(digest) = 32))
);

CREATE TABLE public.survivorship_pin (
    tenant_id integer NOT NULL,
    source_record_id uuid NOT NULL,
    attribute_group text NOT NULL,
    system_from timestamp with time zone NOT NULL,
    verdict text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    actor text NOT NULL,
    note text,
    CONSTRAINT survivorship_pin_period_not_empty CHECK ((valid_from < valid_to)),
    CONSTRAINT survivorship_pin_verdict_known CHECK ((verdict = ANY (ARRAY['pin'::text, 'ignore'::text, 'withdrawn'::text])))
);

CREATE TABLE public.tenant (
    tenant_id integer NOT NULL,
    name text NOT NULL
);

CREATE TABLE public.upload (
    tenant_id integer NOT NULL,
    upload_id uuid NOT NULL,
    entity_type text NOT NULL,
    source_system text NOT NULL,
    name text NOT NULL,
    reading jsonb NOT NULL,
    content bytea,
    size bigint NOT NULL,
    state text NOT NULL,
    told jsonb,
    actor text NOT NULL,
    uploaded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    claimed_at timestamp with time zone,
    settled_at timestamp with time zone,
    CONSTRAINT upload_check CHECK (((content IS NULL) = (state = ANY (ARRAY['done'::text, 'failed'::text, 'discarded'::text])))),
    CONSTRAINT upload_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'previewed'::text, 'accepted'::text, 'done'::text, 'failed'::text, 'discarded'::text])))
);

CREATE TABLE public.warehouse_load (
    tenant_id integer NOT NULL,
    file_id uuid NOT NULL,
    run_id uuid NOT NULL,
    rows bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    loaded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    reported_at timestamp with time zone,
    parent jsonb
);

ALTER TABLE ONLY public.lineage_event_body ATTACH PARTITION public.lineage_event_body_rest DEFAULT;

ALTER TABLE ONLY public.airflow_reading
    ADD CONSTRAINT airflow_reading_pkey PRIMARY KEY (tenant_id, url);

ALTER TABLE ONLY public.airflow_reconciled
    ADD CONSTRAINT airflow_reconciled_pkey PRIMARY KEY (tenant_id, namespace);

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT annotation_pkey PRIMARY KEY (tenant_id, annotation_id);

ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT annotation_tenant_id_asset_id_key UNIQUE (tenant_id, asset_id);

ALTER TABLE ONLY public.annotation_value
    ADD CONSTRAINT annotation_value_pkey PRIMARY KEY (tenant_id, aspect, value, asset_id);

ALTER TABLE ONLY public.blocking_key
    ADD CONSTRAINT blocking_key_pkey PRIMARY KEY (tenant_id, key, source_record_id);

ALTER TABLE ONLY public.change_consumer
    ADD CONSTRAINT change_consumer_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY public.change_event
    ADD CONSTRAINT change_event_pkey PRIMARY KEY (tenant_id, system_from, seq);

ALTER TABLE ONLY public.clock
    ADD CONSTRAINT clock_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.column_inference
    ADD CONSTRAINT column_inference_pkey PRIMARY KEY (tenant_id, mention_id);

ALTER TABLE ONLY public.crosswalk
    ADD CONSTRAINT crosswalk_pkey PRIMARY KEY (tenant_id, source_record_id, system_from);

ALTER TABLE ONLY public.customer_message
    ADD CONSTRAINT customer_message_pkey PRIMARY KEY (tenant_id, customer_id, known_at, topic, partition, message_offset);

ALTER TABLE ONLY public.dataset_link
    ADD CONSTRAINT dataset_link_pkey PRIMARY KEY (tenant_id, dataset_id, other_id, kind);

ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_pkey PRIMARY KEY (tenant_id, dataset_id);

ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (tenant_id, dead_letter_id);

ALTER TABLE ONLY public.dead_letter_tally
    ADD CONSTRAINT dead_letter_tally_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT dead_letter_tenant_id_digest_key UNIQUE (tenant_id, digest);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (tenant_id, delivery_id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_tenant_id_dataset_path_sha256_key UNIQUE (tenant_id, dataset, path, sha256);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_tenant_id_run_id_key UNIQUE (tenant_id, run_id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_pkey PRIMARY KEY (tenant_id, erasure_id);

ALTER TABLE ONLY public.event_dictionary
    ADD CONSTRAINT event_dictionary_pkey PRIMARY KEY (tenant_id, dictionary_id);

ALTER TABLE ONLY public.facet
    ADD CONSTRAINT facet_pkey PRIMARY KEY (tenant_id, digest);

ALTER TABLE ONLY public.facet_version
    ADD CONSTRAINT facet_version_pkey PRIMARY KEY (tenant_id, subject_id, name, role, job_id, valid_from, system_from);

ALTER TABLE ONLY public.fact
    ADD CONSTRAINT fact_pkey PRIMARY KEY (tenant_id, subject_id, system_from, seq, valid_from, valid_to);

ALTER TABLE ONLY public.generic_key
    ADD CONSTRAINT generic_key_pkey PRIMARY KEY (tenant_id, key);

ALTER TABLE ONLY public.identifier
    ADD CONSTRAINT identifier_pkey PRIMARY KEY (tenant_id, entity_type, kind, value, source_record_id);

ALTER TABLE ONLY public.job_declaration
    ADD CONSTRAINT job_declaration_pkey PRIMARY KEY (tenant_id, job_id, valid_from, event_id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (tenant_id, job_id);

ALTER TABLE ONLY public.lake_file
    ADD CONSTRAINT lake_file_pkey PRIMARY KEY (tenant_id, file_id);

ALTER TABLE ONLY public.lake_file
    ADD CONSTRAINT lake_file_tenant_id_dataset_path_key UNIQUE (tenant_id, dataset, path);

ALTER TABLE ONLY public.lake_file
    ADD CONSTRAINT lake_file_tenant_id_dataset_system_from_exclusive_key UNIQUE (tenant_id, dataset, system_from_exclusive);

ALTER TABLE ONLY public.lake_file
    ADD CONSTRAINT lake_file_tenant_id_dataset_system_to_inclusive_key UNIQUE (tenant_id, dataset, system_to_inclusive);

ALTER TABLE ONLY public.lake_file
    ADD CONSTRAINT lake_file_tenant_id_run_id_key UNIQUE (tenant_id, run_id);

ALTER TABLE ONLY public.lineage_edge
    ADD CONSTRAINT lineage_edge_pkey PRIMARY KEY (tenant_id, job_id, dataset_id, direction, kind, valid_from, system_from);

ALTER TABLE ONLY public.lineage_event_body
    ADD CONSTRAINT lineage_event_body_pkey PRIMARY KEY (tenant_id, event_id);

ALTER TABLE ONLY public.lineage_event_body_rest
    ADD CONSTRAINT lineage_event_body_rest_pkey PRIMARY KEY (tenant_id, event_id);

ALTER TABLE ONLY public.lineage_event
    ADD CONSTRAINT lineage_event_pkey PRIMARY KEY (tenant_id, event_id);

ALTER TABLE ONLY public.lineage_head
    ADD CONSTRAINT lineage_head_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.lineage_replay
    ADD CONSTRAINT lineage_replay_pkey PRIMARY KEY (tenant_id, event_id);

ALTER TABLE ONLY public.match_decision
    ADD CONSTRAINT match_decision_pkey PRIMARY KEY (tenant_id, a, b, system_from);

ALTER TABLE ONLY public.match_edge
    ADD CONSTRAINT match_edge_pkey PRIMARY KEY (tenant_id, a, b, system_from);

ALTER TABLE ONLY public.mention_facet
    ADD CONSTRAINT mention_facet_pkey PRIMARY KEY (tenant_id, mention_id, subject_id, role, name, job_id, digest);

ALTER TABLE ONLY public.mention
    ADD CONSTRAINT mention_pkey PRIMARY KEY (tenant_id, mention_id);

ALTER TABLE ONLY public.mention
    ADD CONSTRAINT mention_tenant_id_digest_key UNIQUE (tenant_id, digest);

ALTER TABLE ONLY public.message_file
    ADD CONSTRAINT message_file_pkey PRIMARY KEY (tenant_id, file_id);

ALTER TABLE ONLY public.message_file
    ADD CONSTRAINT message_file_tenant_id_dataset_path_key UNIQUE (tenant_id, dataset, path);

ALTER TABLE ONLY public.origin
    ADD CONSTRAINT origin_pkey PRIMARY KEY (tenant_id, origin_id);

ALTER TABLE ONLY public.pipeline_run
    ADD CONSTRAINT pipeline_run_pkey PRIMARY KEY (tenant_id, run_id);

ALTER TABLE ONLY public.pipeline_task
    ADD CONSTRAINT pipeline_task_pkey PRIMARY KEY (tenant_id, run_id, task_id, map_index, try_number);

ALTER TABLE ONLY public.pipeline_tick
    ADD CONSTRAINT pipeline_tick_pkey PRIMARY KEY (tenant_id, pipeline_id);

ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (tenant_id, entity_type, part, version);

ALTER TABLE ONLY public.policy_run
    ADD CONSTRAINT policy_run_pkey PRIMARY KEY (tenant_id, entity_type, part, version);

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (tenant_id, quarantine_id);

ALTER TABLE ONLY public.record_profile
    ADD CONSTRAINT record_profile_pkey PRIMARY KEY (tenant_id, source_record_id);

ALTER TABLE ONLY public.relation
    ADD CONSTRAINT relation_pkey PRIMARY KEY (tenant_id, relation_id);

ALTER TABLE ONLY public.relation
    ADD CONSTRAINT relation_tenant_id_from_id_kind_to_id_key UNIQUE (tenant_id, from_id, kind, to_id);

ALTER TABLE ONLY public.review_action
    ADD CONSTRAINT review_action_pkey PRIMARY KEY (tenant_id, task_id, system_from);

ALTER TABLE ONLY public.review_task
    ADD CONSTRAINT review_task_pkey PRIMARY KEY (tenant_id, task_id);

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (tenant_id, run_id);

ALTER TABLE ONLY public.search_document
    ADD CONSTRAINT search_document_pkey PRIMARY KEY (tenant_id, kind, subject_id);

ALTER TABLE ONLY public.search_entry
    ADD CONSTRAINT search_entry_pkey PRIMARY KEY (tenant_id, asset_id);

ALTER TABLE ONLY public.search_progress
    ADD CONSTRAINT search_progress_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT search_word_pkey PRIMARY KEY (tenant_id, word_id);

ALTER TABLE ONLY public.source_event
    ADD CONSTRAINT source_event_pkey PRIMARY KEY (tenant_id, event_id);

ALTER TABLE ONLY public.source_record
    ADD CONSTRAINT source_record_pkey PRIMARY KEY (tenant_id, source_record_id);

ALTER TABLE ONLY public.source_record
    ADD CONSTRAINT source_record_tenant_id_entity_type_source_system_source_ke_key UNIQUE (tenant_id, entity_type, source_system, source_key);

ALTER TABLE ONLY public.source_system
    ADD CONSTRAINT source_system_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY public.stream_dead_letter
    ADD CONSTRAINT stream_dead_letter_pkey PRIMARY KEY (tenant_id, dead_letter_id);

ALTER TABLE ONLY public.stream_position
    ADD CONSTRAINT stream_position_pkey PRIMARY KEY (tenant_id, consumer, topic, partition);

ALTER TABLE ONLY public.stream_run
    ADD CONSTRAINT stream_run_pkey PRIMARY KEY (tenant_id, run_id);

ALTER TABLE ONLY public.subject
    ADD CONSTRAINT subject_pkey PRIMARY KEY (tenant_id, subject_id);

ALTER TABLE ONLY public.subject
    ADD CONSTRAINT subject_tenant_id_kind_natural_key_key UNIQUE (tenant_id, kind, natural_key);

ALTER TABLE ONLY public.suppression
    ADD CONSTRAINT suppression_pkey PRIMARY KEY (tenant_id, digest);

ALTER TABLE ONLY public.survivorship_pin
    ADD CONSTRAINT survivorship_pin_pkey PRIMARY KEY (tenant_id, source_record_id, attribute_group, system_from);

ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT tenant_name_key UNIQUE (name);

ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.upload
    ADD CONSTRAINT upload_pkey PRIMARY KEY (tenant_id, upload_id);

ALTER TABLE ONLY public.warehouse_load
    ADD CONSTRAINT warehouse_load_pkey PRIMARY KEY (tenant_id, file_id);

ALTER TABLE ONLY public.warehouse_load
    ADD CONSTRAINT warehouse_load_tenant_id_run_id_key UNIQUE (tenant_id, run_id);

CREATE INDEX annotation_of_columns ON public.annotation USING btree (tenant_id, dataset_id) WHERE (dataset_id IS NOT NULL);

CREATE INDEX blocking_key_of_record ON public.blocking_key USING btree (tenant_id, source_record_id);

CREATE INDEX change_event_of_golden ON public.change_event USING btree (tenant_id, golden_id, system_from);

CREATE INDEX change_event_of_other ON public.change_event USING btree (tenant_id, other_id, system_from) WHERE (other_id IS NOT NULL);

CREATE INDEX column_edge_of_input ON public.column_edge USING btree (tenant_id, input_id, md5(input_column));

CREATE UNIQUE INDEX column_edge_once ON public.column_edge USING btree (tenant_id, digest, input_id, ((md5(input_column))::uuid), ((md5(output_column))::uuid));

CREATE INDEX column_inference_waiting ON public.column_inference USING btree (tenant_id, mention_id) WHERE (status = 'waiting'::text);

CREATE INDEX crosswalk_of_golden ON public.crosswalk USING btree (tenant_id, golden_id, source_record_id, system_from);

CREATE INDEX customer_message_by_offset ON public.customer_message USING btree (tenant_id, topic, partition, message_offset);

CREATE INDEX dataset_by_name ON public.dataset USING btree (tenant_id, "left"(name, 200) COLLATE "C", dataset_id);

CREATE INDEX dataset_heard ON public.dataset USING btree (tenant_id, system_from);

CREATE INDEX dataset_link_back ON public.dataset_link USING btree (tenant_id, other_id);

CREATE INDEX dataset_link_heard ON public.dataset_link USING btree (tenant_id, system_from);

CREATE INDEX dataset_link_renamed ON public.dataset_link USING btree (tenant_id) WHERE (kind = 'rename'::text);

CREATE UNIQUE INDEX dataset_name ON public.dataset USING btree (tenant_id, md5(namespace), md5(name));

CREATE INDEX dataset_name_anywhere ON public.dataset USING gin (name public.gin_trgm_ops);

CREATE INDEX dataset_name_backwards ON public.dataset USING btree (tenant_id, "left"(reverse(name), 200) COLLATE "C");

CREATE INDEX dead_letter_open ON public.dead_letter USING btree (tenant_id, dead_letter_id) WHERE (replayed_at IS NULL);

CREATE INDEX delivery_unreported ON public.delivery USING btree (tenant_id, announced_at) WHERE (reported_at IS NULL);

CREATE UNIQUE INDEX erasure_of_golden ON public.erasure USING btree (tenant_id, golden_id);

CREATE UNIQUE INDEX facet_version_believed ON public.facet_version USING btree (tenant_id, subject_id, name, role, job_id, valid_from) WHERE (system_to = 'infinity'::timestamp with time zone);

CREATE INDEX facet_version_found ON public.facet_version USING btree (tenant_id, system_from) WHERE (name = ANY (ARRAY['schema'::text, 'documentation'::text, 'ownership'::text, 'tags'::text, 'sql'::text, 'symlinks'::text]));

CREATE INDEX facet_version_of_statement ON public.facet_version USING btree (tenant_id, digest, valid_from) WHERE (name = 'columnLineage'::text);

CREATE INDEX facet_version_said ON public.facet_version USING btree (tenant_id, name, digest, subject_id) WHERE (name = ANY (ARRAY['ownership'::text, 'tags'::text, 'documentation'::text]));

CREATE INDEX facet_version_stated ON public.facet_version USING btree (tenant_id, system_from) WHERE (name = 'columnLineage'::text);

CREATE INDEX facet_version_unstated ON public.facet_version USING btree (tenant_id, system_to) WHERE ((name = 'columnLineage'::text) AND (system_to < 'infinity'::timestamp with time zone));

CREATE INDEX fact_feed ON public.fact USING btree (tenant_id, system_from, subject_id, seq);

CREATE INDEX identifier_of_record ON public.identifier USING btree (tenant_id, source_record_id);

CREATE INDEX job_by_name ON public.job USING btree (tenant_id, "left"(name, 200) COLLATE "C", job_id) WHERE (part_of IS NULL);

CREATE INDEX job_heard ON public.job USING btree (tenant_id, system_from);

CREATE UNIQUE INDEX job_name ON public.job USING btree (tenant_id, md5(namespace), md5(name));

CREATE INDEX job_name_anywhere ON public.job USING gin (name public.gin_trgm_ops) WHERE (part_of IS NULL);

CREATE INDEX job_name_backwards ON public.job USING btree (tenant_id, "left"(reverse(name), 200) COLLATE "C");

CREATE INDEX job_parts ON public.job USING btree (tenant_id, part_of) WHERE (part_of IS NOT NULL);

CREATE INDEX lake_file_of_instant ON public.lake_file USING btree (tenant_id, kind, system_to_inclusive, planned_at);

CREATE UNIQUE INDEX lake_file_planned_one_at_a_time ON public.lake_file USING btree (tenant_id, dataset) WHERE (status = 'planned'::text);

CREATE INDEX lake_file_to_offer ON public.lake_file USING btree (tenant_id, system_to_inclusive) WHERE ((offered_at IS NULL) AND (status = 'written'::text));

CREATE INDEX lake_file_unreported ON public.lake_file USING btree (tenant_id, planned_at) WHERE (reported_at IS NULL);

CREATE UNIQUE INDEX lineage_edge_believed ON public.lineage_edge USING btree (tenant_id, job_id, dataset_id, direction, kind, valid_from) WHERE (system_to = 'infinity'::timestamp with time zone);

CREATE INDEX lineage_edge_closed ON public.lineage_edge USING btree (tenant_id, system_to) WHERE (system_to < 'infinity'::timestamp with time zone);

CREATE INDEX lineage_edge_of_dataset ON public.lineage_edge USING btree (tenant_id, dataset_id, direction, valid_from);

CREATE INDEX lineage_edge_of_dataset_believed ON public.lineage_edge USING btree (tenant_id, dataset_id, direction, valid_to) WHERE (system_to = 'infinity'::timestamp with time zone);

CREATE INDEX lineage_edge_of_job ON public.lineage_edge USING btree (tenant_id, job_id, direction, valid_from);

CREATE INDEX lineage_edge_of_job_believed ON public.lineage_edge USING btree (tenant_id, job_id, direction, valid_to) WHERE (system_to = 'infinity'::timestamp with time zone);

CREATE INDEX lineage_edge_recorded ON public.lineage_edge USING btree (tenant_id, system_from);

CREATE INDEX lineage_event_of_mention ON public.lineage_event USING btree (tenant_id, mention_id, event_time);

CREATE INDEX lineage_event_of_run ON public.lineage_event USING btree (tenant_id, run_id, event_time) WHERE (run_id IS NOT NULL);

CREATE INDEX lineage_event_recorded ON public.lineage_event USING btree (tenant_id, system_from);

CREATE INDEX lineage_event_warned ON public.lineage_event USING btree (tenant_id, system_from, event_id) WHERE (warnings IS NOT NULL);

CREATE INDEX match_decision_of_b ON public.match_decision USING btree (tenant_id, b);

CREATE INDEX match_edge_of_b ON public.match_edge USING btree (tenant_id, b);

CREATE INDEX mention_facet_of_subject ON public.mention_facet USING btree (tenant_id, subject_id, name, digest, mention_id);

CREATE UNIQUE INDEX message_file_holds_a_message_once ON public.message_file USING btree (tenant_id, topic, partition, start_position) WHERE (status = ANY (ARRAY['planned'::text, 'written'::text]));

CREATE INDEX message_file_loaded_of_offset ON public.message_file USING btree (tenant_id, topic, partition, end_position) WHERE (loaded_at IS NOT NULL);

CREATE INDEX message_file_of_offset ON public.message_file USING btree (tenant_id, topic, partition, end_position) WHERE (status = 'written'::text);

CREATE INDEX message_file_of_source ON public.message_file USING btree (tenant_id, replaced_by) WHERE (replaced_by IS NOT NULL);

CREATE INDEX message_file_to_load ON public.message_file USING btree (tenant_id, dataset, seq) WHERE (loaded_at IS NULL);

CREATE INDEX message_file_to_offer ON public.message_file USING btree (tenant_id, seq) WHERE ((offered_at IS NULL) AND (status = ANY (ARRAY['written'::text, 'replaced'::text])));

CREATE INDEX message_file_to_remove ON public.message_file USING btree (tenant_id, seq) WHERE ((status = 'replaced'::text) AND (removed_at IS NULL));

CREATE INDEX message_file_unreported ON public.message_file USING btree (tenant_id, seq) WHERE ((reported_at IS NULL) OR (load_reported_at IS NULL));

CREATE INDEX origin_of_file ON public.origin USING btree (tenant_id, file) WHERE (file IS NOT NULL);

CREATE INDEX origin_of_topic ON public.origin USING btree (tenant_id, topic, partition) WHERE (topic IS NOT NULL);

CREATE INDEX pipeline_run_changed ON public.pipeline_run USING btree (tenant_id, changed_at, run_id);

CREATE UNIQUE INDEX pipeline_run_of_dag_run ON public.pipeline_run USING btree (tenant_id, work, dag_run_id) WHERE (dag_run_id IS NOT NULL);

CREATE INDEX pipeline_run_of_pipeline ON public.pipeline_run USING btree (tenant_id, pipeline_id, run_id);

CREATE UNIQUE INDEX pipeline_run_once_for_its_cause ON public.pipeline_run USING btree (tenant_id, pipeline_id, cause, cause_key) WHERE (cause_key IS NOT NULL);

CREATE INDEX pipeline_run_open ON public.pipeline_run USING btree (tenant_id, engine, next_attempt_at) WHERE (ended_at IS NULL);

CREATE INDEX pipeline_run_unreported ON public.pipeline_run USING btree (tenant_id, run_id) WHERE ((start_reported_at IS NULL) OR (end_reported_at IS NULL));

CREATE INDEX relation_of_target ON public.relation USING btree (tenant_id, to_id);

CREATE INDEX review_task_closed ON public.review_task USING btree (tenant_id, entity_type, status, weight DESC, task_id) WHERE (decided_at IS NOT NULL);

CREATE INDEX review_task_of_b ON public.review_task USING btree (tenant_id, b);

CREATE UNIQUE INDEX review_task_one_per_pair ON public.review_task USING btree (tenant_id, a, b) WHERE (status = ANY (ARRAY['open'::text, 'deferred'::text]));

CREATE INDEX review_task_queue ON public.review_task USING btree (tenant_id, entity_type, weight DESC, task_id) WHERE (status = ANY (ARRAY['open'::text, 'deferred'::text]));

CREATE INDEX review_task_queue_by_age ON public.review_task USING btree (tenant_id, entity_type, opened_at, task_id) WHERE (status = ANY (ARRAY['open'::text, 'deferred'::text]));

CREATE INDEX run_by_start ON public.run USING btree (tenant_id, started_at, run_id);

CREATE INDEX run_of_job ON public.run USING btree (tenant_id, job_id, started_at, run_id);

CREATE INDEX run_of_parent ON public.run USING btree (tenant_id, parent_run_id, started_at, run_id) WHERE (parent_run_id IS NOT NULL);

CREATE INDEX run_of_root ON public.run USING btree (tenant_id, root_run_id, started_at, run_id) WHERE (root_run_id IS NOT NULL);

CREATE INDEX search_document_words ON public.search_document USING gin (words public.gin_trgm_ops);

CREATE INDEX search_entry_due ON public.search_entry USING btree (tenant_id, due_at) WHERE (due_at < 'infinity'::timestamp with time zone);

CREATE INDEX search_entry_stale ON public.search_entry USING btree (tenant_id, asset_id) WHERE is_stale;

CREATE INDEX search_entry_words ON public.search_entry USING gin (words, name_words, whole) WITH (gin_pending_list_limit='128');

CREATE UNIQUE INDEX search_word_by_length ON public.search_word USING btree (tenant_id, length(word), word);

CREATE INDEX search_word_variants ON public.search_word USING gin (variants) WITH (gin_pending_list_limit='128');

CREATE INDEX source_event_of_origin ON public.source_event USING btree (tenant_id, origin_id, origin_position);

CREATE INDEX source_event_of_record ON public.source_event USING btree (tenant_id, source_record_id, valid_from);

CREATE INDEX stream_dead_letter_asked ON public.stream_dead_letter USING btree (tenant_id, dead_letter_id) WHERE (replay_asked_at IS NOT NULL);

CREATE INDEX stream_dead_letter_by_time ON public.stream_dead_letter USING btree (tenant_id, received_at, dead_letter_id);

CREATE INDEX stream_dead_letter_unpublished ON public.stream_dead_letter USING btree (tenant_id, dead_letter_id) WHERE (published_at IS NULL);

CREATE INDEX stream_run_unreported ON public.stream_run USING btree (tenant_id, run_id) WHERE ((start_reported_at IS NULL) OR (end_reported_at IS NULL));

CREATE INDEX upload_waiting ON public.upload USING btree (uploaded_at) WHERE (state = ANY (ARRAY['waiting'::text, 'previewed'::text, 'accepted'::text]));

CREATE INDEX warehouse_load_unreported ON public.warehouse_load USING btree (tenant_id, loaded_at) WHERE (reported_at IS NULL);

ALTER INDEX public.lineage_event_body_pkey ATTACH PARTITION public.lineage_event_body_rest_pkey;

ALTER TABLE ONLY public.airflow_reading
    ADD CONSTRAINT airflow_reading_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.airflow_reconciled
    ADD CONSTRAINT airflow_reconciled_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT annotation_tenant_id_annotation_id_fkey FOREIGN KEY (tenant_id, annotation_id) REFERENCES public.subject(tenant_id, subject_id);

ALTER TABLE ONLY public.annotation_value
    ADD CONSTRAINT annotation_value_tenant_id_asset_id_fkey FOREIGN KEY (tenant_id, asset_id) REFERENCES public.annotation(tenant_id, asset_id);

ALTER TABLE ONLY public.change_consumer
    ADD CONSTRAINT change_consumer_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.clock
    ADD CONSTRAINT clock_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.column_edge
    ADD CONSTRAINT column_edge_tenant_id_digest_fkey FOREIGN KEY (tenant_id, digest) REFERENCES public.facet(tenant_id, digest);

ALTER TABLE ONLY public.column_inference
    ADD CONSTRAINT column_inference_tenant_id_mention_id_fkey FOREIGN KEY (tenant_id, mention_id) REFERENCES public.mention(tenant_id, mention_id);

ALTER TABLE ONLY public.crosswalk
    ADD CONSTRAINT crosswalk_tenant_id_golden_id_fkey FOREIGN KEY (tenant_id, golden_id) REFERENCES public.subject(tenant_id, subject_id);

ALTER TABLE ONLY public.crosswalk
    ADD CONSTRAINT crosswalk_tenant_id_source_record_id_fkey FOREIGN KEY (tenant_id, source_record_id) REFERENCES public.source_record(tenant_id, source_record_id);

ALTER TABLE ONLY public.customer_message
    ADD CONSTRAINT customer_message_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.dataset_link
    ADD CONSTRAINT dataset_link_tenant_id_dataset_id_fkey FOREIGN KEY (tenant_id, dataset_id) REFERENCES public.dataset(tenant_id, dataset_id);

ALTER TABLE ONLY public.dataset_link
    ADD CONSTRAINT dataset_link_tenant_id_other_id_fkey FOREIGN KEY (tenant_id, other_id) REFERENCES public.dataset(tenant_id, dataset_id);

ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.dead_letter_tally
    ADD CONSTRAINT dead_letter_tally_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT dead_letter_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.event_dictionary
    ADD CONSTRAINT event_dictionary_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.facet
    ADD CONSTRAINT facet_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.facet_version
    ADD CONSTRAINT facet_version_tenant_id_digest_fkey FOREIGN KEY (tenant_id, digest) REFERENCES public.facet(tenant_id, digest);

ALTER TABLE ONLY public.fact
    ADD CONSTRAINT fact_tenant_id_subject_id_fkey FOREIGN KEY (tenant_id, subject_id) REFERENCES public.subject(tenant_id, subject_id);

ALTER TABLE ONLY public.fact
    ADD CONSTRAINT fact_tenant_id_target_id_fkey FOREIGN KEY (tenant_id, target_id) REFERENCES public.subject(tenant_id, subject_id);

ALTER TABLE ONLY public.generic_key
    ADD CONSTRAINT generic_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.job_declaration
    ADD CONSTRAINT job_declaration_tenant_id_job_id_fkey FOREIGN KEY (tenant_id, job_id) REFERENCES public.job(tenant_id, job_id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.lake_file
    ADD CONSTRAINT lake_file_meets_the_one_before FOREIGN KEY (tenant_id, dataset, follows) REFERENCES public.lake_file(tenant_id, dataset, system_to_inclusive);

ALTER TABLE ONLY public.lake_file
    ADD CONSTRAINT lake_file_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.lineage_edge
    ADD CONSTRAINT lineage_edge_tenant_id_dataset_id_fkey FOREIGN KEY (tenant_id, dataset_id) REFERENCES public.dataset(tenant_id, dataset_id);

ALTER TABLE ONLY public.lineage_edge
    ADD CONSTRAINT lineage_edge_tenant_id_job_id_fkey FOREIGN KEY (tenant_id, job_id) REFERENCES public.job(tenant_id, job_id);

ALTER TABLE ONLY public.lineage_head
    ADD CONSTRAINT lineage_head_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.lineage_replay
    ADD CONSTRAINT lineage_replay_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.match_decision
    ADD CONSTRAINT match_decision_tenant_id_a_fkey FOREIGN KEY (tenant_id, a) REFERENCES public.source_record(tenant_id, source_record_id);

ALTER TABLE ONLY public.match_decision
    ADD CONSTRAINT match_decision_tenant_id_b_fkey FOREIGN KEY (tenant_id, b) REFERENCES public.source_record(tenant_id, source_record_id);

ALTER TABLE ONLY public.match_edge
    ADD CONSTRAINT match_edge_tenant_id_a_fkey FOREIGN KEY (tenant_id, a) REFERENCES public.source_record(tenant_id, source_record_id);

ALTER TABLE ONLY public.match_edge
    ADD CONSTRAINT match_edge_tenant_id_b_fkey FOREIGN KEY (tenant_id, b) REFERENCES public.source_record(tenant_id, source_record_id);

ALTER TABLE ONLY public.mention_facet
    ADD CONSTRAINT mention_facet_tenant_id_mention_id_fkey FOREIGN KEY (tenant_id, mention_id) REFERENCES public.mention(tenant_id, mention_id);

ALTER TABLE ONLY public.message_file
    ADD CONSTRAINT message_file_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.message_file
    ADD CONSTRAINT message_file_tenant_id_replaced_by_fkey FOREIGN KEY (tenant_id, replaced_by) REFERENCES public.message_file(tenant_id, file_id);

ALTER TABLE ONLY public.origin
    ADD CONSTRAINT origin_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.pipeline_run
    ADD CONSTRAINT pipeline_run_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.pipeline_task
    ADD CONSTRAINT pipeline_task_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES public.pipeline_run(tenant_id, run_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.pipeline_tick
    ADD CONSTRAINT pipeline_tick_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.policy_run
    ADD CONSTRAINT policy_run_tenant_id_entity_type_part_version_fkey FOREIGN KEY (tenant_id, entity_type, part, version) REFERENCES public.policy(tenant_id, entity_type, part, version);

ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_tenant_id_origin_id_fkey FOREIGN KEY (tenant_id, origin_id) REFERENCES public.origin(tenant_id, origin_id);

ALTER TABLE ONLY public.relation
    ADD CONSTRAINT relation_tenant_id_from_id_fkey FOREIGN KEY (tenant_id, from_id) REFERENCES public.subject(tenant_id, subject_id);

ALTER TABLE ONLY public.relation
    ADD CONSTRAINT relation_tenant_id_relation_id_fkey FOREIGN KEY (tenant_id, relation_id) REFERENCES public.subject(tenant_id, subject_id);

ALTER TABLE ONLY public.relation
    ADD CONSTRAINT relation_tenant_id_to_id_fkey FOREIGN KEY (tenant_id, to_id) REFERENCES public.subject(tenant_id, subject_id);

ALTER TABLE ONLY public.review_action
    ADD CONSTRAINT review_action_tenant_id_task_id_fkey FOREIGN KEY (tenant_id, task_id) REFERENCES public.review_task(tenant_id, task_id);

ALTER TABLE ONLY public.review_task
    ADD CONSTRAINT review_task_tenant_id_a_fkey FOREIGN KEY (tenant_id, a) REFERENCES public.source_record(tenant_id, source_record_id);

ALTER TABLE ONLY public.review_task
    ADD CONSTRAINT review_task_tenant_id_b_fkey FOREIGN KEY (tenant_id, b) REFERENCES public.source_record(tenant_id, source_record_id);

ALTER TABLE ONLY public.review_task
    ADD CONSTRAINT review_task_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.search_entry
    ADD CONSTRAINT search_entry_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.search_progress
    ADD CONSTRAINT search_progress_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT search_word_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.source_event
    ADD CONSTRAINT source_event_tenant_id_origin_id_fkey FOREIGN KEY (tenant_id, origin_id) REFERENCES public.origin(tenant_id, origin_id);

ALTER TABLE ONLY public.source_event
    ADD CONSTRAINT source_event_tenant_id_source_record_id_fkey FOREIGN KEY (tenant_id, source_record_id) REFERENCES public.source_record(tenant_id, source_record_id);

ALTER TABLE ONLY public.source_record
    ADD CONSTRAINT source_record_tenant_id_source_system_fkey FOREIGN KEY (tenant_id, source_system) REFERENCES public.source_system(tenant_id, name);

ALTER TABLE ONLY public.source_system
    ADD CONSTRAINT source_system_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.stream_dead_letter
    ADD CONSTRAINT stream_dead_letter_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.stream_position
    ADD CONSTRAINT stream_position_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.stream_run
    ADD CONSTRAINT stream_run_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.subject
    ADD CONSTRAINT subject_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id);

ALTER TABLE ONLY public.suppression
    ADD CONSTRAINT suppression_tenant_id_erasure_id_fkey FOREIGN KEY (tenant_id, erasure_id) REFERENCES public.erasure(tenant_id, erasure_id);

ALTER TABLE ONLY public.survivorship_pin
    ADD CONSTRAINT survivorship_pin_tenant_id_source_record_id_fkey FOREIGN KEY (tenant_id, source_record_id) REFERENCES public.source_record(tenant_id, source_record_id);

ALTER TABLE ONLY public.warehouse_load
    ADD CONSTRAINT warehouse_load_tenant_id_file_id_fkey FOREIGN KEY (tenant_id, file_id) REFERENCES public.lake_file(tenant_id, file_id);

CREATE POLICY own_tenant ON public.search_entry USING ((tenant_id = (current_setting('goldthread.tenant'::text))::integer));

CREATE POLICY own_tenant ON public.search_progress USING ((tenant_id = (current_setting('goldthread.tenant'::text))::integer));

CREATE POLICY own_tenant ON public.search_word USING ((tenant_id = (current_setting('goldthread.tenant'::text))::integer));

ALTER TABLE public.search_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.search_progress ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.search_word ENABLE ROW LEVEL SECURITY;
