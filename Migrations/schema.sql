-- Made by scripts/schema from the migrations; do not edit. What drover migrate makes of an empty database,
-- without its own table schema_migrations.

CREATE FUNCTION public.convert_again(version uuid, moment timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
begin
    update public.conversions c set state = 'pending_load_native', step = 'queued', percent = 0, reason = null,
        error = null, attempts = 0, lapses = 0, run_at = moment, lease_id = null, lease_until = null,
        started_at = null, last_error = null, finished_at = null, updated_at = moment,
        history = c.history || jsonb_build_array(
            jsonb_build_object('state', 'pending_load_native', 'at', extract(epoch from moment)))
    where c.version_id = version and c.state <> 'pending_load_native'
        and exists (select from public.workspace_members m
                    where m.workspace_id = c.workspace_id and m.user_id = public.principal_id()
                      and coalesce(m.workspace_id = any (public.principal_scope()), true));
    if not found then
        return false;
    end if;
    update public.model_versions v set status = 'pending_conversion', updated_at = moment where v.id = version;
    return true;
end
$$;

COMMENT ON FUNCTION public.convert_again(version uuid, moment timestamp with time zone) IS 'Begins the conversion of a version of the principal''s anew, whoever is at it; false when there is none, or it has not begun yet.';

CREATE FUNCTION public.principal_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('drover.principal'::text, true), ''::text))::uuid;

COMMENT ON FUNCTION public.principal_id() IS 'The user that the current transaction runs for, or null.';

CREATE FUNCTION public.principal_scope() RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('drover.workspaces'::text, true), ''::text))::bigint[];

COMMENT ON FUNCTION public.principal_scope() IS 'The workspaces that the current principal''s token is limited to, or null for all.';

CREATE TABLE public.workspace_members (
    workspace_id bigint NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT workspace_members_role_ck CHECK ((role = ANY (ARRAY['owner'::text, 'collaborator'::text])))
);

ALTER TABLE ONLY public.workspace_members FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.workspace_members IS 'Who may use which workspace, and as what (WS-11). Row-level security everywhere reads this table.';

CREATE FUNCTION public.principal_owned_workspaces() RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    RETURN (SELECT COALESCE(array_agg(m.workspace_id), '{}'::bigint[]) AS "coalesce" FROM public.workspace_members m WHERE ((m.user_id = public.principal_id()) AND (m.role = 'owner'::text) AND COALESCE((m.workspace_id = ANY ((SELECT public.principal_scope() AS principal_scope)::bigint[])), true)));

COMMENT ON FUNCTION public.principal_owned_workspaces() IS 'The workspaces that the current principal owns.';

CREATE FUNCTION public.principal_token() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('drover.token'::text, true), ''::text))::uuid;

COMMENT ON FUNCTION public.principal_token() IS 'The token that the current principal came with, or null for somebody who signed in.';

CREATE TABLE public.service_accounts (
    user_id uuid NOT NULL,
    workspace_id bigint NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.service_accounts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.service_accounts IS 'Which workspace''s owners manage a service account and its tokens. What it may reach is said by workspace_members, as for everybody.';

CREATE TABLE public.users (
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text,
    is_admin boolean NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    tokens_not_before timestamp with time zone,
    kind text DEFAULT 'person'::text NOT NULL,
    admin_hold boolean DEFAULT false NOT NULL,
    CONSTRAINT users_email_ascii_ck CHECK ((email ~ '^[!-~]+$'::text)),
    CONSTRAINT users_email_length_ck CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT users_email_lower_ck CHECK ((email = lower(email))),
    CONSTRAINT users_kind_ck CHECK ((kind = ANY (ARRAY['person'::text, 'service'::text]))),
    CONSTRAINT users_service_ck CHECK (((kind = 'person'::text) OR ((password_hash IS NULL) AND (NOT is_admin)))),
    CONSTRAINT users_service_email_ck CHECK (((email ~~ '%.service.invalid'::text) = (kind <> 'person'::text)))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.users IS 'Everybody who may sign in. Instance-wide: any signed-in user may look others up by e-mail (USER-02).';

COMMENT ON COLUMN public.users.admin_hold IS 'An administrator deactivated it, so only an administrator activates it again, also a service account.';

CREATE FUNCTION public.create_service_account(account uuid, workspace bigint, account_name text, address text, at timestamp with time zone) RETURNS uuid
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    BEGIN ATOMIC
 WITH made AS (
          INSERT INTO public.users (id, email, name, is_admin, active, created_at, updated_at, kind)  SELECT create_service_account.account AS account,
                     create_service_account.address AS address,
                     create_service_account.account_name AS account_name,
                     false,
                     true,
                     create_service_account.at AS at,
                     create_service_account.at AS at,
                     'service'
                   WHERE ((create_service_account.workspace = ANY (public.principal_owned_workspaces())) AND (public.principal_token() IS NULL))
           RETURNING users.id
         ), owned AS (
          INSERT INTO public.service_accounts (user_id, workspace_id, created_by, created_at)  SELECT made.id,
                     create_service_account.workspace AS workspace,
                     public.principal_id() AS principal_id,
                     create_service_account.at AS at
                    FROM made
         )
  INSERT INTO public.workspace_members (workspace_id, user_id, role, created_at)  SELECT create_service_account.workspace AS workspace,
             made.id,
             'collaborator',
             create_service_account.at AS at
            FROM made
   RETURNING workspace_members.user_id;
END;

COMMENT ON FUNCTION public.create_service_account(account uuid, workspace bigint, account_name text, address text, at timestamp with time zone) IS 'Makes a service account in a workspace that the current principal owns; null when they do not.';

CREATE TABLE public.workspaces (
    id bigint NOT NULL,
    name text NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    CONSTRAINT workspaces_name_length_ck CHECK (((length(name) >= 1) AND (length(name) <= 300)))
);

ALTER TABLE ONLY public.workspaces FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.workspaces IS 'The tenant. Names are not unique (WS-03).';

CREATE FUNCTION public.create_workspace(workspace_name text, at timestamp with time zone) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    BEGIN ATOMIC
 WITH made AS (
          INSERT INTO public.workspaces (name, created_by, created_at, updated_at)  SELECT create_workspace.workspace_name AS workspace_name,
                     public.principal_id() AS principal_id,
                     create_workspace.at AS at,
                     create_workspace.at AS at
                   WHERE (public.principal_scope() IS NULL)
           RETURNING workspaces.id
         )
  INSERT INTO public.workspace_members (workspace_id, user_id, role, created_at)  SELECT made.id,
             public.principal_id() AS principal_id,
             'owner',
             create_workspace.at AS at
            FROM made
   RETURNING workspace_members.workspace_id;
END;

COMMENT ON FUNCTION public.create_workspace(workspace_name text, at timestamp with time zone) IS 'Makes a workspace owned by the current principal (WS-04) and returns its id.';

CREATE FUNCTION public.hold_for_token(account uuid, sign_in uuid, at timestamp with time zone) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
declare
    caller uuid := public.principal_id();
    is_live boolean;
begin
    if caller is null or public.principal_token() is not null
        or (account <> caller and account <> all (public.principal_service_accounts())) then
        return 'foreign';
    end if;
    perform 1 from public.users u where u.id in (caller, account) order by u.id for no key update;
    if not exists (select from public.users u where u.id = caller and u.active) then
        return 'caller_inactive';
    end if;
    if not exists (select from public.users u where u.id = account and u.active) then
        return 'account_inactive';
    end if;
    select s.revoked_at is null and s.expires_at > at into is_live
    from public.sign_ins s where s.id = sign_in and s.user_id = caller for share;
    return case when is_live then 'held' when is_live is null then 'no_sign_in' else 'sign_in_ended' end;
end $$;

COMMENT ON FUNCTION public.hold_for_token(account uuid, sign_in uuid, at timestamp with time zone) IS 'Keeps the current principal, an account that they make a token for, and the sign-in that they came with from being ended until the transaction does; else says what is in the way.';

CREATE FUNCTION public.lock_own_account() RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    BEGIN ATOMIC
 SELECT u.active
    FROM public.users u
   WHERE ((u.id = public.principal_id()) AND (public.principal_token() IS NULL))
  FOR NO KEY UPDATE OF u;
END;

COMMENT ON FUNCTION public.lock_own_account() IS 'Locks the current principal''s user until the transaction ends, and says whether they are active; null for whoever came with a token.';

CREATE TABLE public.connections (
    id bigint NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT connections_name_length_ck CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT connections_type_length_ck CHECK (((length(type) >= 1) AND (length(type) <= 200)))
);

ALTER TABLE ONLY public.connections FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.connections IS 'Where and how a data store is reached (CONN-01). Instance-wide: anybody signed in sees them (CONN-08), without details.';

CREATE TABLE public.workspace_connections (
    workspace_id bigint NOT NULL,
    connection_id bigint NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.workspace_connections FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.workspace_connections IS 'Which workspace holds which connection (CONN-02): its members may read the details.';

CREATE FUNCTION public.may_read_connection(connection bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    RETURN ((EXISTS (SELECT FROM public.connections c WHERE ((c.id = may_read_connection.connection) AND (c.created_by = public.principal_id()) AND (public.principal_scope() IS NULL)))) OR (EXISTS (SELECT FROM (public.workspace_connections w JOIN public.workspace_members m ON ((m.workspace_id = w.workspace_id))) WHERE ((w.connection_id = may_read_connection.connection) AND (m.user_id = public.principal_id()) AND COALESCE((m.workspace_id = ANY (public.principal_scope())), true)))));

COMMENT ON FUNCTION public.may_read_connection(connection bigint) IS 'Whether the current principal may read the details: the connection''s creator, or a member of a workspace that holds it (CONN-13).';

CREATE TABLE public.model_registries (
    id bigint NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    has_token boolean NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT model_registries_name_length_ck CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT model_registries_url_length_ck CHECK (((length(url) >= 8) AND (length(url) <= 500)))
);

ALTER TABLE ONLY public.model_registries FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.model_registries IS 'How an MLflow or Databricks model registry that exists elsewhere is reached (REG-01), without its token. The address never changes: a token that was given for one host must not go to another.';

CREATE TABLE public.workspace_model_registries (
    workspace_id bigint NOT NULL,
    registry_id bigint NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.workspace_model_registries FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.workspace_model_registries IS 'Which workspace holds which model registry (REG-06): its members may list and upload from it.';

CREATE FUNCTION public.may_use_model_registry(registry bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    RETURN ((EXISTS (SELECT FROM public.model_registries r WHERE ((r.id = may_use_model_registry.registry) AND (r.created_by = public.principal_id()) AND (public.principal_scope() IS NULL)))) OR (EXISTS (SELECT FROM (public.workspace_model_registries w JOIN public.workspace_members m ON ((m.workspace_id = w.workspace_id))) WHERE ((w.registry_id = may_use_model_registry.registry) AND (m.user_id = public.principal_id()) AND COALESCE((m.workspace_id = ANY (public.principal_scope())), true)))));

COMMENT ON FUNCTION public.may_use_model_registry(registry bigint) IS 'Whether the current principal may read through a model registry: its creator, or a member of a workspace that holds it.';

CREATE FUNCTION public.notify_sign_in_ended() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public'
    AS $$
begin
    perform pg_notify('drover_users', new.user_id::text);
    return null;
end $$;

COMMENT ON FUNCTION public.notify_sign_in_ended() IS 'Tells every replica, on the channel drover_users, whose sign-in was ended.';

CREATE FUNCTION public.notify_user_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public'
    AS $$
begin
    perform pg_notify('drover_users', new.id::text);
    return null;
end $$;

COMMENT ON FUNCTION public.notify_user_changed() IS 'Tells every replica, on the channel drover_users, which user was changed.';

CREATE FUNCTION public.principal_service_accounts() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    RETURN (SELECT COALESCE(array_agg(s.user_id), '{}'::uuid[]) AS "coalesce" FROM public.service_accounts s WHERE ((public.principal_token() IS NULL) AND (s.workspace_id = ANY ((SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[]))));

COMMENT ON FUNCTION public.principal_service_accounts() IS 'The service accounts that the current principal manages; none for whoever came with a token.';

CREATE FUNCTION public.principal_workspaces() RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    RETURN (SELECT COALESCE(array_agg(m.workspace_id), '{}'::bigint[]) AS "coalesce" FROM public.workspace_members m WHERE ((m.user_id = public.principal_id()) AND COALESCE((m.workspace_id = ANY ((SELECT public.principal_scope() AS principal_scope)::bigint[])), true)));

COMMENT ON FUNCTION public.principal_workspaces() IS 'The workspaces of the current principal; call it as (select principal_workspaces()) so that it runs once a statement.';

CREATE FUNCTION public.purge_audit_events(days integer, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
declare
    cutoff timestamptz := clock_timestamp() - make_interval(days => days);
    purged int;
    newest timestamptz;
begin
    if days is null or days < 30 or batch is null or batch not between 1 and 10000 then
        raise exception 'the audit is kept for at least 30 days, and at most 10000 rows of it go at a time'
            using errcode = 'invalid_parameter_value';
    end if;
    if not pg_try_advisory_xact_lock(hashtextextended('drover.audit_purge', 0)) then
        return 0;
    end if;
    -- A run that got to the end holds for a day, so that a quiet audit is not full of its own cleaning.
    if exists (
        select from (select e.at, e.detail from audit_events e where e.action = 'audit.purge' order by e.id desc limit 1) last
        where last.at > clock_timestamp() - interval '1 day' and last.detail ->> 'complete' = 'true')
    then
        return 0;
    end if;
    perform set_config('drover.audit_purge', 'on', true);
    -- Ids grow with time, so the oldest rows are the first of the primary key.
    with oldest as (
        select e.id, e.at from audit_events e order by e.id limit batch
    ), gone as (
        delete from audit_events e using oldest o where e.id = o.id and o.at < cutoff returning e.at
    )
    select count(*), max(gone.at) from gone into purged, newest;
    perform set_config('drover.audit_purge', '', true);
    if purged > 0 then
        insert into audit_events (actor_kind, action, outcome, resource_kind, detail)
        values ('system', 'audit.purge', 'done', 'audit', jsonb_build_object(
            'count', purged::text, 'until', to_char(newest at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'days', days::text, 'complete', (purged < batch)::text));
    end if;
    return purged;
end $$;

COMMENT ON FUNCTION public.purge_audit_events(days integer, batch integer) IS 'Deletes up to so many of the oldest rows that are older than so many days, at least 30, and notes it. One caller at a time.';

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

COMMENT ON FUNCTION public.refuse_change() IS 'Keeps even the owner of a table from changing or deleting its rows.';

CREATE FUNCTION public.refuse_change_but_count() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if old.collapse_key is null or new.repeats <> old.repeats + 1
        or to_jsonb(new) - 'repeats' <> to_jsonb(old) - 'repeats'
    then
        raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

COMMENT ON FUNCTION public.refuse_change_but_count() IS 'Keeps even the owner of the audit from changing a row, but for counting one more refusal.';

CREATE FUNCTION public.refuse_delete_but_purge() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if coalesce(current_setting('drover.audit_purge', true), '') <> 'on'
        or old.at > clock_timestamp() - interval '30 days'
    then
        raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return old;
end $$;

COMMENT ON FUNCTION public.refuse_delete_but_purge() IS 'Keeps even the owner of the audit from deleting a row, but for those that purge_audit_events may delete.';

CREATE FUNCTION public.refuse_service_owner() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public'
    AS $$
begin
    if exists (select from users u where u.id = new.user_id and u.kind = 'service') then
        raise exception 'a service account can''t own a workspace'
            using errcode = 'check_violation', constraint = 'workspace_members_service_ck';
    end if;
    return new;
end $$;

COMMENT ON FUNCTION public.refuse_service_owner() IS 'Keeps service accounts from owning workspaces, whoever writes the row.';

CREATE FUNCTION public.set_service_account_active(account uuid, is_active boolean, if_revision bigint, at timestamp with time zone) RETURNS uuid
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    BEGIN ATOMIC
 UPDATE public.users SET active = set_service_account_active.is_active, updated_at = set_service_account_active.at, revision = (users.revision + 1)
   WHERE ((users.id = set_service_account_active.account) AND (users.id = ANY (public.principal_service_accounts())) AND (users.revision = COALESCE(set_service_account_active.if_revision, users.revision)) AND (NOT (set_service_account_active.is_active AND users.admin_hold)))
   RETURNING users.id;
END;

COMMENT ON FUNCTION public.set_service_account_active(account uuid, is_active boolean, if_revision bigint, at timestamp with time zone) IS 'Activates or deactivates a service account that the current principal manages; null when they do not, the revision is another, or an administrator deactivated it.';

CREATE FUNCTION public.take_model_registry_token() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
begin
    delete from public.model_registry_tokens where registry_id = new.id;
    return null;
end
$$;

COMMENT ON FUNCTION public.take_model_registry_token() IS 'Takes the token of a registry away: one that is replaced, or that is no longer wanted.';

CREATE TABLE public.account_links (
    token_sha256 bytea NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    consumed_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT account_links_purpose_ck CHECK ((purpose = ANY (ARRAY['invitation'::text, 'reset'::text]))),
    CONSTRAINT account_links_sha256_ck CHECK ((length(token_sha256) = 32))
);

ALTER TABLE ONLY public.account_links FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.account_links IS 'One-time links with which somebody sets a password: invitations and resets. Hash only; one live link a user.';

CREATE TABLE public.api_tokens (
    id uuid NOT NULL,
    token_sha256 bytea NOT NULL,
    hint text NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    access text NOT NULL,
    workspace_ids bigint[],
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_tokens_access_ck CHECK ((access = ANY (ARRAY['read'::text, 'write'::text]))),
    CONSTRAINT api_tokens_sha256_ck CHECK ((length(token_sha256) = 32)),
    CONSTRAINT api_tokens_text_ck CHECK (((length(hint) <= 12) AND ((length(name) >= 1) AND (length(name) <= 200)))),
    CONSTRAINT api_tokens_workspace_ids_ck CHECK (((cardinality(workspace_ids) >= 1) AND (cardinality(workspace_ids) <= 100)))
);

ALTER TABLE ONLY public.api_tokens FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.api_tokens IS 'Tokens that programs send instead of signing in: a person''s own, and those of service accounts. Hash only. workspace_ids is what a token is limited to, null for all that its user reaches.';

CREATE TABLE public.artifact_signatures (
    workspace_id bigint NOT NULL,
    reference text NOT NULL,
    subject_digest bytea NOT NULL,
    key_id text NOT NULL,
    payload bytea NOT NULL,
    signature bytea NOT NULL,
    bundle bytea NOT NULL,
    provenance bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    model_signature bytea,
    CONSTRAINT artifact_signatures_reference_length_ck CHECK (((length(reference) >= 1) AND (length(reference) <= 512))),
    CONSTRAINT artifact_signatures_subject_digest_ck CHECK ((length(subject_digest) = 32))
);

ALTER TABLE ONLY public.artifact_signatures FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.artifact_signatures IS 'What a key said of a published manifest, once for each place that it is published to: cosign payload and signature, Sigstore bundle, provenance bundle.';

COMMENT ON COLUMN public.artifact_signatures.model_signature IS 'A Sigstore bundle with an OpenSSF model signature of the files; null for what is not pulled as files.';

CREATE TABLE public.audit_events (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    session_id uuid,
    action text NOT NULL,
    outcome text NOT NULL,
    code text,
    resource_kind text,
    resource_id text,
    workspace_id bigint,
    address text,
    request_id text,
    detail jsonb,
    repeats integer DEFAULT 1 NOT NULL,
    collapse_key bytea,
    CONSTRAINT audit_events_actor_ck CHECK (((actor_kind = ANY (ARRAY['user'::text, 'edge'::text, 'system'::text, 'anonymous'::text])) AND ((actor_kind = ANY (ARRAY['system'::text, 'anonymous'::text])) = (actor_id IS NULL)))),
    CONSTRAINT audit_events_detail_ck CHECK ((length((detail)::text) <= 4000)),
    CONSTRAINT audit_events_length_ck CHECK (((length(resource_id) <= 300) AND (length(address) <= 64) AND (length(request_id) <= 100))),
    CONSTRAINT audit_events_outcome_ck CHECK (((outcome = ANY (ARRAY['done'::text, 'refused'::text])) AND ((outcome = 'refused'::text) = (code IS NOT NULL)))),
    CONSTRAINT audit_events_repeats_ck CHECK (((repeats = 1) OR (collapse_key IS NOT NULL)))
);

ALTER TABLE ONLY public.audit_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.audit_events IS 'Who did what to which resource, from where, and whether it was allowed. Only ever added to, in the transaction of what was done. Equal refusals of one minute are one row with a count. No foreign keys: it outlives what it names.';

ALTER TABLE public.audit_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.authorization_codes (
    code_sha256 bytea NOT NULL,
    sign_in_id uuid NOT NULL,
    issued_sign_in_id uuid,
    client_id text NOT NULL,
    redirect_uri text NOT NULL,
    challenge text NOT NULL,
    nonce text,
    scope text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    consumed_at timestamp with time zone,
    CONSTRAINT authorization_codes_sha256_ck CHECK ((length(code_sha256) = 32))
);

ALTER TABLE ONLY public.authorization_codes FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.authorization_codes IS 'Codes of the authorization endpoint with what they are bound to (RFC 7636); a code that is used twice ends what it gave.';

CREATE TABLE public.connection_details (
    connection_id bigint NOT NULL,
    sealed_details bytea NOT NULL,
    sealing_key_id text GENERATED ALWAYS AS (encode(substr(sealed_details, 2, 4), 'hex'::text)) STORED NOT NULL,
    CONSTRAINT connection_details_sealed_ck CHECK (((length(sealed_details) >= 33) AND (length(sealed_details) <= 66000)))
);

ALTER TABLE ONLY public.connection_details FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.connection_details IS 'User names, passwords, tokens of connections: sealed JSON objects (CONN-13). "sealing_key_id" is part of what is sealed.';

ALTER TABLE public.connections ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connections_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.conversions (
    version_id uuid NOT NULL,
    workspace_id bigint NOT NULL,
    state text NOT NULL,
    step text NOT NULL,
    percent integer DEFAULT 0 NOT NULL,
    reason text,
    error text,
    inspection jsonb,
    history jsonb NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    lapses integer DEFAULT 0 NOT NULL,
    run_at timestamp with time zone NOT NULL,
    lease_id uuid,
    lease_until timestamp with time zone,
    started_at timestamp with time zone,
    last_error text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    manifests text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT conversions_error_ck CHECK (((error IS NULL) = (state <> 'error'::text))),
    CONSTRAINT conversions_finished_ck CHECK (((finished_at IS NULL) = (state <> ALL (ARRAY['ready'::text, 'error'::text])))),
    CONSTRAINT conversions_lease_ck CHECK (((lease_id IS NULL) = (lease_until IS NULL))),
    CONSTRAINT conversions_percent_ck CHECK (((percent >= 0) AND (percent <= 100))),
    CONSTRAINT conversions_state_ck CHECK ((state = ANY (ARRAY['pending_load_native'::text, 'attempting_load_native'::text, 'pending_load_container'::text, 'attempting_load_container'::text, 'ready'::text, 'error'::text])))
);

ALTER TABLE ONLY public.conversions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.conversions IS 'How a model version becomes runnable, and the job that does it (MODEL-18, MODEL-20). Versions that run as they are have no row.';

COMMENT ON COLUMN public.conversions.reason IS 'Why there is no native form, for people.';

COMMENT ON COLUMN public.conversions.history IS 'The states so far, each with the time in seconds since 1970.';

COMMENT ON COLUMN public.conversions.manifests IS 'Digests of the manifests that conversions of the version pushed or were about to push; all but that of model_versions.onnx_manifest_digest are of no use.';

CREATE TABLE public.device_codes (
    device_sha256 bytea NOT NULL,
    user_code_sha256 bytea NOT NULL,
    client_id text NOT NULL,
    scope text NOT NULL,
    address text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    interval_seconds integer NOT NULL,
    polled_at timestamp with time zone,
    user_id uuid,
    approved boolean,
    decided_at timestamp with time zone,
    consumed_at timestamp with time zone,
    network text DEFAULT ''::text NOT NULL,
    sign_in_id uuid,
    CONSTRAINT device_codes_consumed_ck CHECK (((consumed_at IS NULL) OR approved)),
    CONSTRAINT device_codes_decided_ck CHECK ((((decided_at IS NULL) = (approved IS NULL)) AND ((decided_at IS NULL) = (user_id IS NULL)))),
    CONSTRAINT device_codes_sha256_ck CHECK (((length(device_sha256) = 32) AND (length(user_code_sha256) = 32)))
);

ALTER TABLE ONLY public.device_codes FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.device_codes IS 'Device authorizations of RFC 8628: both codes as hashes, who decided, how fast the device may ask.';

COMMENT ON COLUMN public.device_codes.sign_in_id IS 'The sign-in with which the user decided; when it was ended since, the device gets nothing. Null before a decision, and for those from before this column, which count as ended.';

CREATE TABLE public.edges (
    id uuid NOT NULL,
    workspace_id bigint NOT NULL,
    pipeline_id bigint NOT NULL,
    publish_id bigint NOT NULL,
    name text NOT NULL,
    tags text[] NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    attested_at timestamp with time zone,
    last_contact_at timestamp with time zone,
    certificate_serial bytea,
    agent jsonb,
    removed_at timestamp with time zone,
    CONSTRAINT edges_name_ck CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
);

ALTER TABLE ONLY public.edges FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.edges IS 'A place where a publish runs. A name is taken in the whole instance until the edge is removed (EDGE-02, EDGE-15).';

CREATE TABLE public.external_attempts (
    state_sha256 bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT external_attempts_sha256_ck CHECK ((length(state_sha256) = 32))
);

ALTER TABLE ONLY public.external_attempts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.external_attempts IS 'Sign-ins through another provider that have come back and whose cookie has not expired, so that none works twice.';

CREATE TABLE public.external_identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL,
    provisioned boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT external_identities_length_ck CHECK ((((length(issuer) >= 1) AND (length(issuer) <= 500)) AND ((length(subject) >= 1) AND (length(subject) <= 255))))
);

ALTER TABLE ONLY public.external_identities FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.external_identities IS 'Links of users to subjects of other OpenID providers. "provisioned" users were made by their first sign-in there and have no password.';

CREATE TABLE public.idempotency_keys (
    user_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    claim uuid NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    applied boolean DEFAULT false NOT NULL,
    status integer,
    headers text,
    sealed_body bytea,
    CONSTRAINT idempotency_keys_key_ck CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.idempotency_keys IS 'Answers of POST requests that carried an Idempotency-Key. "applied" is set in the transaction of the effect.';

CREATE TABLE public.instance_keys (
    id text NOT NULL,
    purpose text NOT NULL,
    public_der bytea NOT NULL,
    sealed_key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    signs_from timestamp with time zone,
    not_after timestamp with time zone,
    CONSTRAINT instance_keys_purpose_ck CHECK ((purpose = ANY (ARRAY['oidc_signing'::text, 'edge_ca'::text, 'request_fingerprint'::text, 'artifact_signing'::text])))
);

ALTER TABLE ONLY public.instance_keys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.instance_keys IS 'Private keys of the instance, sealed with a key that is kept outside the database.';

COMMENT ON COLUMN public.instance_keys.not_after IS 'From then on the key signs nothing; null for one that is in use, or will be.';

CREATE TABLE public.jobs (
    id bigint NOT NULL,
    kind text NOT NULL,
    workspace_id bigint NOT NULL,
    publish_id bigint,
    state text DEFAULT 'queued'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    run_at timestamp with time zone NOT NULL,
    lease_id uuid,
    lease_until timestamp with time zone,
    last_error text,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    started_at timestamp with time zone,
    lapses integer DEFAULT 0 NOT NULL,
    model_version_id uuid,
    model_name text,
    CONSTRAINT jobs_kind_ck CHECK ((kind = ANY (ARRAY['publish'::text, 'unpublish'::text, 'remove_model'::text]))),
    CONSTRAINT jobs_lease_ck CHECK (((lease_id IS NULL) = (lease_until IS NULL))),
    CONSTRAINT jobs_state_ck CHECK ((state = ANY (ARRAY['queued'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT jobs_subject_ck CHECK ((((kind = 'remove_model'::text) = (publish_id IS NULL)) AND ((kind = 'remove_model'::text) = (model_version_id IS NOT NULL)) AND ((model_version_id IS NULL) = (model_name IS NULL))))
);

ALTER TABLE ONLY public.jobs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.jobs IS 'Work to be done outside a transaction, leased with "for update skip locked"; a crashed worker''s lease runs out.';

COMMENT ON COLUMN public.jobs.started_at IS 'The first lease since the job was asked for, or since the last one that lapsed or that a shutdown gave back.';

COMMENT ON COLUMN public.jobs.lapses IS 'How many leases ran out: the worker was gone without a word.';

COMMENT ON COLUMN public.jobs.model_version_id IS 'Whose tags are to go; not a foreign key, because the version is deleted or never was recorded.';

ALTER TABLE public.jobs ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.join_tokens (
    token_sha256 bytea NOT NULL,
    workspace_id bigint NOT NULL,
    edge_id uuid NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    consumed_at timestamp with time zone,
    consumed_spki bytea,
    serial bytea,
    svid_der bytea,
    confirmed_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT join_tokens_consumed_ck CHECK (((consumed_at IS NULL) = (consumed_spki IS NULL))),
    CONSTRAINT join_tokens_sha256_ck CHECK ((length(token_sha256) = 32))
);

ALTER TABLE ONLY public.join_tokens FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.join_tokens IS 'One-time tokens, hash only (EDGE-12). Used and revoked rows stay for the audit.';

CREATE TABLE public.log_batches (
    id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    pipeline_id bigint NOT NULL,
    pipeline_version_number bigint NOT NULL,
    edge_id uuid NOT NULL,
    partition text NOT NULL,
    epoch uuid NOT NULL,
    first_sequence bigint NOT NULL,
    last_sequence bigint NOT NULL,
    record_count integer NOT NULL,
    first_time timestamp with time zone,
    last_time timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    gap boolean DEFAULT false NOT NULL,
    skip_records integer DEFAULT 0 NOT NULL,
    body_bytes integer NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT log_batches_range_ck CHECK (((first_sequence >= 1) AND (last_sequence >= first_sequence)))
);
ALTER TABLE ONLY public.log_batches ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.log_batches FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.log_batches IS 'Inference records as they were shipped: one row a batch, body = gzip of NDJSON, oldest record first (LOG-35).';

COMMENT ON COLUMN public.log_batches.skip_records IS 'Leading records of the body that an earlier batch had stored already.';

ALTER TABLE public.log_batches ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.log_batches_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.log_streams (
    workspace_id bigint NOT NULL,
    edge_id uuid NOT NULL,
    epoch uuid NOT NULL,
    acked bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT log_streams_acked_ck CHECK ((acked >= 0))
);

ALTER TABLE ONLY public.log_streams FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.log_streams IS 'How far each stream of an edge is stored: everything up to "acked", once (publish-and-edge.md 2f).';

CREATE TABLE public.login_failures (
    subject_sha256 bytea NOT NULL,
    failures integer NOT NULL,
    last_failure_at timestamp with time zone NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT login_failures_failures_ck CHECK ((failures > 0)),
    CONSTRAINT login_failures_sha256_ck CHECK ((length(subject_sha256) = 32))
);

ALTER TABLE ONLY public.login_failures FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.login_failures IS 'Wrong passwords lately, by account and by client address. Hashed, because people type passwords where user names belong.';

CREATE TABLE public.model_configs (
    version_id uuid NOT NULL,
    workspace_id bigint NOT NULL,
    runtime text,
    tensor_fields text[],
    batch_config text,
    filter_threshold double precision,
    input_schema bytea,
    output_schema bytea,
    revision bigint NOT NULL,
    updated_by uuid NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT model_configs_batch_config_ck CHECK ((batch_config = 'single'::text)),
    CONSTRAINT model_configs_revision_ck CHECK ((revision > 0)),
    CONSTRAINT model_configs_runtime_ck CHECK ((runtime = ANY (ARRAY['onnx'::text, 'tensorflow'::text, 'python'::text, 'flight'::text, 'mlflow'::text])))
);

ALTER TABLE ONLY public.model_configs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.model_configs IS 'How a model version is run (MODEL-58). A version without a row has the defaults. Schemas are encapsulated Arrow messages.';

ALTER TABLE public.model_registries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.model_registries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.model_registry_tokens (
    registry_id bigint NOT NULL,
    sealed_token bytea NOT NULL,
    sealing_key_id text GENERATED ALWAYS AS (encode(substr(sealed_token, 2, 4), 'hex'::text)) STORED NOT NULL,
    CONSTRAINT model_registry_tokens_sealed_ck CHECK (((length(sealed_token) >= 33) AND (length(sealed_token) <= 9000)))
);

ALTER TABLE ONLY public.model_registry_tokens FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.model_registry_tokens IS 'Access tokens of model registries, sealed. "sealing_key_id" is part of what is sealed.';

CREATE TABLE public.model_version_tags (
    workspace_id bigint NOT NULL,
    model_version_id uuid NOT NULL,
    tag_id bigint NOT NULL
);

ALTER TABLE ONLY public.model_version_tags FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.model_version_tags IS 'Which model versions have which tags (TAG-01). It also keeps a tag from being deleted while anybody uses it.';

CREATE TABLE public.model_versions (
    id uuid NOT NULL,
    number bigint NOT NULL,
    workspace_id bigint NOT NULL,
    model_id bigint NOT NULL,
    file_name text NOT NULL,
    sha256 bytea NOT NULL,
    size_bytes bigint NOT NULL,
    framework text NOT NULL,
    runtime text NOT NULL,
    arch text NOT NULL,
    status text NOT NULL,
    inspection jsonb NOT NULL,
    manifest_digest bytea NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    model_name text NOT NULL,
    accel text DEFAULT 'none'::text NOT NULL,
    image_path text,
    updated_at timestamp with time zone,
    onnx_sha256 bytea,
    onnx_size_bytes bigint,
    onnx_manifest_digest bytea,
    CONSTRAINT model_versions_accel_ck CHECK ((accel = ANY (ARRAY['none'::text, 'aio'::text, 'cuda'::text, 'jetson'::text, 'openvino'::text]))),
    CONSTRAINT model_versions_manifest_digest_ck CHECK ((length(manifest_digest) = 32)),
    CONSTRAINT model_versions_onnx_ck CHECK ((((onnx_sha256 IS NULL) = (onnx_size_bytes IS NULL)) AND ((onnx_sha256 IS NULL) = (onnx_manifest_digest IS NULL)))),
    CONSTRAINT model_versions_onnx_manifest_digest_ck CHECK ((length(onnx_manifest_digest) = 32)),
    CONSTRAINT model_versions_onnx_sha256_ck CHECK ((length(onnx_sha256) = 32)),
    CONSTRAINT model_versions_sha256_ck CHECK ((length(sha256) = 32)),
    CONSTRAINT model_versions_size_bytes_ck CHECK ((size_bytes > 0)),
    CONSTRAINT model_versions_status_ck CHECK ((status = ANY (ARRAY['pending_conversion'::text, 'converting'::text, 'ready'::text, 'error'::text])))
);

ALTER TABLE ONLY public.model_versions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.model_versions IS 'An uploaded file, never changed. Its bytes are a blob of the OCI registry, sha256 is the blob''s digest (MODEL-08, MODEL-13).';

COMMENT ON COLUMN public.model_versions.image_path IS 'The container image that runs it, once there is one (MODEL-09).';

COMMENT ON COLUMN public.model_versions.updated_at IS 'The last change of its state; null means never, so created_at counts.';

COMMENT ON COLUMN public.model_versions.onnx_sha256 IS 'The file that a conversion made of it, a blob of the same repository (MODEL-15).';

ALTER TABLE public.model_versions ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.model_versions_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.models (
    id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    name text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT models_name_ck CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
);

ALTER TABLE ONLY public.models FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.models IS 'A name in a workspace under which versions are kept (MODEL-02).';

ALTER TABLE public.models ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.models_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pipeline_tags (
    workspace_id bigint NOT NULL,
    pipeline_id bigint NOT NULL,
    tag_id bigint NOT NULL
);

ALTER TABLE ONLY public.pipeline_tags FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.pipeline_tags IS 'Which pipelines have which tags (TAG-01). It also keeps a tag from being deleted while anybody uses it.';

CREATE TABLE public.pipeline_version_models (
    workspace_id bigint NOT NULL,
    pipeline_version_number bigint NOT NULL,
    "position" integer NOT NULL,
    model_version_id uuid NOT NULL
);

ALTER TABLE ONLY public.pipeline_version_models FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.pipeline_version_models IS 'Which model versions a pipeline version uses: keeps them from being deleted, and within one workspace.';

CREATE TABLE public.pipeline_versions (
    number bigint NOT NULL,
    id uuid NOT NULL,
    workspace_id bigint NOT NULL,
    pipeline_id bigint NOT NULL,
    steps jsonb NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.pipeline_versions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.pipeline_versions IS 'An ordered list of steps, never changed; a uuid for people, a number for publishes and edges (PIPE-16, PIPE-21).';

ALTER TABLE public.pipeline_versions ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pipeline_versions_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pipelines (
    id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    name text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT pipelines_name_ck CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
);

ALTER TABLE ONLY public.pipelines FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.pipelines IS 'A name in a workspace under which pipeline versions are kept (PIPE-02, PIPE-04).';

ALTER TABLE public.pipelines ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pipelines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.publish_replacements (
    workspace_id bigint NOT NULL,
    publish_id bigint NOT NULL,
    replaced_id bigint NOT NULL,
    CONSTRAINT publish_replacements_order_ck CHECK ((replaced_id < publish_id))
);

ALTER TABLE ONLY public.publish_replacements FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.publish_replacements IS 'Which publishes a publish was asked to replace: when it becomes Published, their edges become its own, in the same transaction.';

CREATE TABLE public.publishes (
    id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    pipeline_id bigint NOT NULL,
    pipeline_version_number bigint NOT NULL,
    status text NOT NULL,
    engine_url text NOT NULL,
    engine_config jsonb NOT NULL,
    pipeline_url text NOT NULL,
    pipeline_digest bytea,
    chart_url text NOT NULL,
    chart_version text NOT NULL,
    chart_digest bytea,
    phase text NOT NULL,
    percent integer NOT NULL,
    bytes_total bigint DEFAULT 0 NOT NULL,
    bytes_done bigint DEFAULT 0 NOT NULL,
    bytes_sent bigint DEFAULT 0 NOT NULL,
    error text,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    image_url text,
    image_digest bytea,
    deleted_at timestamp with time zone,
    CONSTRAINT publishes_image_ck CHECK (((image_digest IS NULL) OR ((image_url IS NOT NULL) AND (length(image_digest) = 32)))),
    CONSTRAINT publishes_percent_ck CHECK (((percent >= 0) AND (percent <= 100))),
    CONSTRAINT publishes_published_ck CHECK (((status <> 'Published'::text) OR ((pipeline_digest IS NOT NULL) AND (chart_digest IS NOT NULL)))),
    CONSTRAINT publishes_status_ck CHECK ((status = ANY (ARRAY['PendingPublish'::text, 'Publishing'::text, 'Published'::text, 'Error'::text])))
);

ALTER TABLE ONLY public.publishes FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.publishes IS 'One pushing of a pipeline version to the registry: what was asked, how far it is, what came of it (PUB-05, PUB-06).';

COMMENT ON COLUMN public.publishes.image_url IS 'Where the image is or will be; null when none was asked for.';

COMMENT ON COLUMN public.publishes.deleted_at IS 'When it was deleted; nobody is shown it any more.';

ALTER TABLE public.publishes ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.publishes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.refresh_tokens (
    token_sha256 bytea NOT NULL,
    family_id uuid NOT NULL,
    user_id uuid NOT NULL,
    client_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    consumed_at timestamp with time zone,
    revoked_at timestamp with time zone,
    reusable boolean DEFAULT false NOT NULL,
    scope text,
    CONSTRAINT refresh_tokens_sha256_ck CHECK ((length(token_sha256) = 32))
);

ALTER TABLE ONLY public.refresh_tokens FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.refresh_tokens IS 'One row a refresh token, hash only. A family is one sign-in; using a consumed token revokes its family.';

CREATE TABLE public.sign_ins (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    parent_id uuid,
    kind text NOT NULL,
    client_id text NOT NULL,
    cookie_sha256 bytea,
    agent text NOT NULL,
    address text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    authenticated_at timestamp with time zone,
    CONSTRAINT sign_ins_cookie_ck CHECK (((kind = 'browser'::text) = (cookie_sha256 IS NOT NULL))),
    CONSTRAINT sign_ins_kind_ck CHECK ((kind = ANY (ARRAY['browser'::text, 'password'::text, 'device'::text, 'code'::text]))),
    CONSTRAINT sign_ins_sha256_ck CHECK ((length(cookie_sha256) = 32)),
    CONSTRAINT sign_ins_text_ck CHECK (((length(agent) <= 200) AND (length(address) <= 64)))
);

ALTER TABLE ONLY public.sign_ins FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.sign_ins IS 'Browser sessions and the sign-ins of programs. Ending one ends those that were made from it.';

CREATE TABLE public.tags (
    id bigint NOT NULL,
    tag text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT tags_tag_length_ck CHECK (((length(tag) >= 1) AND (length(tag) <= 100)))
);

ALTER TABLE ONLY public.tags FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.tags IS 'Texts to find model versions and pipelines by. Instance-wide: every signed-in user sees all of them (TAG-12).';

ALTER TABLE public.tags ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tags_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.user_code_failures (
    subject text NOT NULL,
    failures integer NOT NULL,
    since timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.user_code_failures FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.user_code_failures IS 'How many wrong user codes a user or an address has tried since when, so that nobody guesses one.';

CREATE TABLE public.workspace_quotas (
    workspace_id bigint NOT NULL,
    quota_bytes bigint NOT NULL,
    updated_by uuid NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT workspace_quotas_quota_bytes_ck CHECK ((quota_bytes >= 0))
);

ALTER TABLE ONLY public.workspace_quotas FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.workspace_quotas IS 'How many bytes of model files a workspace may hold, where an administrator said so; 0 is any number. Others have the setting quota.bytes.';

CREATE TABLE public.workspace_registry_credentials (
    workspace_id bigint NOT NULL,
    registry text NOT NULL,
    username text NOT NULL,
    sealed_password bytea NOT NULL,
    sealing_key_id text GENERATED ALWAYS AS (encode(substr(sealed_password, 2, 4), 'hex'::text)) STORED NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT workspace_registry_credentials_registry_length_ck CHECK (((length(registry) >= 1) AND (length(registry) <= 300))),
    CONSTRAINT workspace_registry_credentials_sealed_ck CHECK (((length(sealed_password) >= 33) AND (length(sealed_password) <= 9000))),
    CONSTRAINT workspace_registry_credentials_username_length_ck CHECK (((length(username) >= 1) AND (length(username) <= 255)))
);

ALTER TABLE ONLY public.workspace_registry_credentials FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.workspace_registry_credentials IS 'With which user name and sealed password a workspace''s models and publishes go to the OCI registry, instead of the instance''s own. They count for the one registry that they were given for.';

ALTER TABLE public.workspaces ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.account_links
    ADD CONSTRAINT account_links_pkey PRIMARY KEY (token_sha256);

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_token_sha256_uq UNIQUE (token_sha256);

ALTER TABLE ONLY public.artifact_signatures
    ADD CONSTRAINT artifact_signatures_pkey PRIMARY KEY (workspace_id, subject_digest, reference, key_id);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_collapse_key_uq UNIQUE (collapse_key);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.authorization_codes
    ADD CONSTRAINT authorization_codes_pkey PRIMARY KEY (code_sha256);

ALTER TABLE ONLY public.connection_details
    ADD CONSTRAINT connection_details_pkey PRIMARY KEY (connection_id);

ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_name_uq UNIQUE (name);

ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conversions
    ADD CONSTRAINT conversions_pkey PRIMARY KEY (version_id);

ALTER TABLE ONLY public.device_codes
    ADD CONSTRAINT device_codes_pkey PRIMARY KEY (device_sha256);

ALTER TABLE ONLY public.device_codes
    ADD CONSTRAINT device_codes_user_code_sha256_uq UNIQUE (user_code_sha256);

ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_workspace_id_id_uq UNIQUE (workspace_id, id);

ALTER TABLE ONLY public.external_attempts
    ADD CONSTRAINT external_attempts_pkey PRIMARY KEY (state_sha256);

ALTER TABLE ONLY public.external_identities
    ADD CONSTRAINT external_identities_id_uq UNIQUE (id);

ALTER TABLE ONLY public.external_identities
    ADD CONSTRAINT external_identities_pkey PRIMARY KEY (issuer, subject);

ALTER TABLE ONLY public.external_identities
    ADD CONSTRAINT external_identities_user_id_issuer_uq UNIQUE (user_id, issuer);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key);

ALTER TABLE ONLY public.instance_keys
    ADD CONSTRAINT instance_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_publish_id_kind_uq UNIQUE (workspace_id, publish_id, kind);

ALTER TABLE ONLY public.join_tokens
    ADD CONSTRAINT join_tokens_pkey PRIMARY KEY (token_sha256);

ALTER TABLE ONLY public.log_batches
    ADD CONSTRAINT log_batches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.log_batches
    ADD CONSTRAINT log_batches_sequence_uq UNIQUE (edge_id, epoch, last_sequence);

ALTER TABLE ONLY public.log_streams
    ADD CONSTRAINT log_streams_pkey PRIMARY KEY (edge_id, epoch);

ALTER TABLE ONLY public.login_failures
    ADD CONSTRAINT login_failures_pkey PRIMARY KEY (subject_sha256);

ALTER TABLE ONLY public.model_configs
    ADD CONSTRAINT model_configs_pkey PRIMARY KEY (version_id);

ALTER TABLE ONLY public.model_registries
    ADD CONSTRAINT model_registries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.model_registry_tokens
    ADD CONSTRAINT model_registry_tokens_pkey PRIMARY KEY (registry_id);

ALTER TABLE ONLY public.model_version_tags
    ADD CONSTRAINT model_version_tags_pkey PRIMARY KEY (workspace_id, model_version_id, tag_id);

ALTER TABLE ONLY public.model_versions
    ADD CONSTRAINT model_versions_number_uq UNIQUE (number);

ALTER TABLE ONLY public.model_versions
    ADD CONSTRAINT model_versions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.model_versions
    ADD CONSTRAINT model_versions_workspace_id_id_uq UNIQUE (workspace_id, id);

ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_workspace_id_id_name_uq UNIQUE (workspace_id, id, name);

ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_workspace_id_id_uq UNIQUE (workspace_id, id);

ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_workspace_id_name_uq UNIQUE (workspace_id, name);

ALTER TABLE ONLY public.pipeline_tags
    ADD CONSTRAINT pipeline_tags_pkey PRIMARY KEY (workspace_id, pipeline_id, tag_id);

ALTER TABLE ONLY public.pipeline_version_models
    ADD CONSTRAINT pipeline_version_models_pkey PRIMARY KEY (workspace_id, pipeline_version_number, "position");

ALTER TABLE ONLY public.pipeline_versions
    ADD CONSTRAINT pipeline_versions_id_uq UNIQUE (id);

ALTER TABLE ONLY public.pipeline_versions
    ADD CONSTRAINT pipeline_versions_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.pipeline_versions
    ADD CONSTRAINT pipeline_versions_workspace_id_number_uq UNIQUE (workspace_id, number);

ALTER TABLE ONLY public.pipelines
    ADD CONSTRAINT pipelines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pipelines
    ADD CONSTRAINT pipelines_workspace_id_id_uq UNIQUE (workspace_id, id);

ALTER TABLE ONLY public.pipelines
    ADD CONSTRAINT pipelines_workspace_id_name_uq UNIQUE (workspace_id, name);

ALTER TABLE ONLY public.publish_replacements
    ADD CONSTRAINT publish_replacements_pkey PRIMARY KEY (workspace_id, publish_id, replaced_id);

ALTER TABLE ONLY public.publishes
    ADD CONSTRAINT publishes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.publishes
    ADD CONSTRAINT publishes_workspace_id_id_uq UNIQUE (workspace_id, id);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (token_sha256);

ALTER TABLE ONLY public.service_accounts
    ADD CONSTRAINT service_accounts_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_cookie_sha256_uq UNIQUE (cookie_sha256);

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_tag_uq UNIQUE (tag);

ALTER TABLE ONLY public.user_code_failures
    ADD CONSTRAINT user_code_failures_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_uq UNIQUE (email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspace_connections
    ADD CONSTRAINT workspace_connections_pkey PRIMARY KEY (workspace_id, connection_id);

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_pkey PRIMARY KEY (user_id, workspace_id);

ALTER TABLE ONLY public.workspace_model_registries
    ADD CONSTRAINT workspace_model_registries_pkey PRIMARY KEY (workspace_id, registry_id);

ALTER TABLE ONLY public.workspace_quotas
    ADD CONSTRAINT workspace_quotas_pkey PRIMARY KEY (workspace_id);

ALTER TABLE ONLY public.workspace_registry_credentials
    ADD CONSTRAINT workspace_registry_credentials_pkey PRIMARY KEY (workspace_id);

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_pkey PRIMARY KEY (id);

CREATE INDEX account_links_created_by_idx ON public.account_links USING btree (created_by);

CREATE INDEX account_links_expires_at_idx ON public.account_links USING btree (expires_at);

CREATE INDEX account_links_user_id_idx ON public.account_links USING btree (user_id);

CREATE INDEX api_tokens_created_by_idx ON public.api_tokens USING btree (created_by);

CREATE INDEX api_tokens_ended_idx ON public.api_tokens USING btree (LEAST(revoked_at, expires_at));

CREATE INDEX api_tokens_user_id_idx ON public.api_tokens USING btree (user_id, created_at, id);

CREATE INDEX artifact_signatures_key_id_idx ON public.artifact_signatures USING btree (key_id);

CREATE INDEX audit_events_action_idx ON public.audit_events USING btree (action, id);

CREATE INDEX audit_events_actor_id_idx ON public.audit_events USING btree (actor_id, id);

CREATE INDEX audit_events_resource_idx ON public.audit_events USING btree (resource_kind, resource_id, id);

CREATE INDEX audit_events_workspace_id_idx ON public.audit_events USING btree (workspace_id, id);

CREATE INDEX authorization_codes_expires_at_idx ON public.authorization_codes USING btree (expires_at);

CREATE INDEX authorization_codes_sign_in_id_idx ON public.authorization_codes USING btree (sign_in_id);

CREATE INDEX connection_details_sealing_key_id_idx ON public.connection_details USING btree (sealing_key_id);

CREATE INDEX connections_created_by_idx ON public.connections USING btree (created_by);

CREATE INDEX conversions_due_idx ON public.conversions USING btree (run_at) WHERE (finished_at IS NULL);

CREATE INDEX conversions_version_id_idx ON public.conversions USING btree (workspace_id, version_id);

CREATE INDEX device_codes_expires_at_idx ON public.device_codes USING btree (expires_at);

CREATE INDEX device_codes_network_idx ON public.device_codes USING btree (network, expires_at);

CREATE INDEX device_codes_user_id_idx ON public.device_codes USING btree (user_id);

CREATE INDEX edges_created_by_idx ON public.edges USING btree (created_by);

CREATE UNIQUE INDEX edges_name_uq ON public.edges USING btree (name) WHERE (removed_at IS NULL);

CREATE INDEX edges_pipeline_id_idx ON public.edges USING btree (workspace_id, pipeline_id);

CREATE INDEX edges_publish_id_idx ON public.edges USING btree (workspace_id, publish_id);

CREATE INDEX external_attempts_expires_at_idx ON public.external_attempts USING btree (expires_at);

CREATE INDEX idempotency_keys_claimed_at_idx ON public.idempotency_keys USING btree (claimed_at);

CREATE INDEX instance_keys_purpose_idx ON public.instance_keys USING btree (purpose, created_at);

CREATE INDEX jobs_due_idx ON public.jobs USING btree (run_at) WHERE (state = 'queued'::text);

CREATE INDEX jobs_model_version_id_idx ON public.jobs USING btree (model_version_id) WHERE (model_version_id IS NOT NULL);

CREATE INDEX join_tokens_created_by_idx ON public.join_tokens USING btree (created_by);

CREATE INDEX join_tokens_edge_id_idx ON public.join_tokens USING btree (workspace_id, edge_id);

CREATE UNIQUE INDEX join_tokens_live_uq ON public.join_tokens USING btree (edge_id) WHERE ((consumed_at IS NULL) AND (revoked_at IS NULL));

CREATE INDEX log_batches_edge_id_idx ON public.log_batches USING btree (workspace_id, edge_id);

CREATE INDEX log_batches_pipeline_id_idx ON public.log_batches USING btree (workspace_id, pipeline_id, id);

CREATE INDEX log_batches_version_idx ON public.log_batches USING btree (workspace_id, pipeline_version_number);

CREATE INDEX log_streams_edge_id_idx ON public.log_streams USING btree (workspace_id, edge_id);

CREATE INDEX login_failures_last_failure_at_idx ON public.login_failures USING btree (last_failure_at);

CREATE INDEX model_configs_updated_by_idx ON public.model_configs USING btree (updated_by);

CREATE INDEX model_configs_version_id_idx ON public.model_configs USING btree (workspace_id, version_id);

CREATE INDEX model_registries_created_by_idx ON public.model_registries USING btree (created_by);

CREATE INDEX model_registry_tokens_sealing_key_id_idx ON public.model_registry_tokens USING btree (sealing_key_id);

CREATE INDEX model_version_tags_tag_id_idx ON public.model_version_tags USING btree (tag_id, workspace_id, model_version_id);

CREATE INDEX model_versions_created_by_idx ON public.model_versions USING btree (created_by);

CREATE INDEX model_versions_model_fkey_idx ON public.model_versions USING btree (workspace_id, model_id, model_name);

CREATE INDEX model_versions_model_id_idx ON public.model_versions USING btree (workspace_id, model_id, number);

CREATE INDEX model_versions_onnx_sha256_idx ON public.model_versions USING btree (workspace_id, onnx_sha256) INCLUDE (onnx_size_bytes) WHERE (onnx_sha256 IS NOT NULL);

CREATE INDEX model_versions_sha256_idx ON public.model_versions USING btree (workspace_id, sha256) INCLUDE (size_bytes);

CREATE INDEX models_created_by_idx ON public.models USING btree (created_by);

CREATE INDEX pipeline_tags_tag_id_idx ON public.pipeline_tags USING btree (tag_id, workspace_id, pipeline_id);

CREATE INDEX pipeline_version_models_model_idx ON public.pipeline_version_models USING btree (workspace_id, model_version_id);

CREATE INDEX pipeline_versions_created_by_idx ON public.pipeline_versions USING btree (created_by);

CREATE INDEX pipeline_versions_pipeline_id_idx ON public.pipeline_versions USING btree (workspace_id, pipeline_id, number);

CREATE INDEX pipelines_created_by_idx ON public.pipelines USING btree (created_by);

CREATE INDEX publish_replacements_replaced_id_idx ON public.publish_replacements USING btree (workspace_id, replaced_id);

CREATE INDEX publishes_created_by_idx ON public.publishes USING btree (created_by);

CREATE INDEX publishes_pipeline_id_idx ON public.publishes USING btree (workspace_id, pipeline_id, id);

CREATE INDEX publishes_version_idx ON public.publishes USING btree (workspace_id, pipeline_version_number);

CREATE INDEX refresh_tokens_family_id_idx ON public.refresh_tokens USING btree (family_id);

CREATE INDEX refresh_tokens_user_id_idx ON public.refresh_tokens USING btree (user_id);

CREATE INDEX service_accounts_created_by_idx ON public.service_accounts USING btree (created_by);

CREATE INDEX service_accounts_workspace_id_idx ON public.service_accounts USING btree (workspace_id);

CREATE INDEX sign_ins_ended_idx ON public.sign_ins USING btree (user_id, revoked_at) WHERE (revoked_at IS NOT NULL);

CREATE INDEX sign_ins_expires_at_idx ON public.sign_ins USING btree (expires_at);

CREATE INDEX sign_ins_live_idx ON public.sign_ins USING btree (user_id) WHERE (revoked_at IS NULL);

CREATE INDEX sign_ins_parent_id_idx ON public.sign_ins USING btree (parent_id);

CREATE INDEX sign_ins_user_id_idx ON public.sign_ins USING btree (user_id);

CREATE INDEX tags_created_by_idx ON public.tags USING btree (created_by);

CREATE INDEX user_code_failures_since_idx ON public.user_code_failures USING btree (since);

CREATE INDEX workspace_connections_connection_id_idx ON public.workspace_connections USING btree (connection_id);

CREATE INDEX workspace_connections_created_by_idx ON public.workspace_connections USING btree (created_by);

CREATE INDEX workspace_members_order_idx ON public.workspace_members USING btree (workspace_id, created_at, user_id);

CREATE INDEX workspace_model_registries_created_by_idx ON public.workspace_model_registries USING btree (created_by);

CREATE INDEX workspace_model_registries_registry_id_idx ON public.workspace_model_registries USING btree (registry_id);

CREATE INDEX workspace_quotas_updated_by_idx ON public.workspace_quotas USING btree (updated_by);

CREATE INDEX workspace_registry_credentials_sealing_key_id_idx ON public.workspace_registry_credentials USING btree (sealing_key_id);

CREATE INDEX workspace_registry_credentials_set_by_idx ON public.workspace_registry_credentials USING btree (set_by);

CREATE INDEX workspaces_created_by_idx ON public.workspaces USING btree (created_by);

CREATE TRIGGER api_tokens_revoked AFTER UPDATE ON public.api_tokens FOR EACH ROW WHEN (((new.revoked_at IS NOT NULL) AND (old.revoked_at IS NULL))) EXECUTE FUNCTION public.notify_sign_in_ended();

CREATE TRIGGER audit_events_append_only BEFORE DELETE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.refuse_delete_but_purge();

CREATE TRIGGER audit_events_count_only BEFORE UPDATE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change_but_count();

CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER model_registries_token_trg AFTER UPDATE OF has_token ON public.model_registries FOR EACH ROW EXECUTE FUNCTION public.take_model_registry_token();

CREATE TRIGGER sign_ins_ended AFTER UPDATE ON public.sign_ins FOR EACH ROW WHEN (((new.revoked_at IS NOT NULL) AND (old.revoked_at IS NULL))) EXECUTE FUNCTION public.notify_sign_in_ended();

CREATE TRIGGER users_changed AFTER UPDATE ON public.users FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION public.notify_user_changed();

CREATE TRIGGER workspace_members_no_service_owner BEFORE INSERT OR UPDATE ON public.workspace_members FOR EACH ROW WHEN ((new.role = 'owner'::text)) EXECUTE FUNCTION public.refuse_service_owner();

ALTER TABLE ONLY public.account_links
    ADD CONSTRAINT account_links_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.account_links
    ADD CONSTRAINT account_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.artifact_signatures
    ADD CONSTRAINT artifact_signatures_key_id_fkey FOREIGN KEY (key_id) REFERENCES public.instance_keys(id);

ALTER TABLE ONLY public.artifact_signatures
    ADD CONSTRAINT artifact_signatures_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.authorization_codes
    ADD CONSTRAINT authorization_codes_sign_in_id_fkey FOREIGN KEY (sign_in_id) REFERENCES public.sign_ins(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.connection_details
    ADD CONSTRAINT connection_details_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.conversions
    ADD CONSTRAINT conversions_version_id_fkey FOREIGN KEY (workspace_id, version_id) REFERENCES public.model_versions(workspace_id, id);

ALTER TABLE ONLY public.device_codes
    ADD CONSTRAINT device_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_pipeline_id_fkey FOREIGN KEY (workspace_id, pipeline_id) REFERENCES public.pipelines(workspace_id, id);

ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_publish_id_fkey FOREIGN KEY (workspace_id, publish_id) REFERENCES public.publishes(workspace_id, id);

ALTER TABLE ONLY public.external_identities
    ADD CONSTRAINT external_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_publish_id_fkey FOREIGN KEY (workspace_id, publish_id) REFERENCES public.publishes(workspace_id, id);

ALTER TABLE ONLY public.join_tokens
    ADD CONSTRAINT join_tokens_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.join_tokens
    ADD CONSTRAINT join_tokens_edge_id_fkey FOREIGN KEY (workspace_id, edge_id) REFERENCES public.edges(workspace_id, id);

ALTER TABLE ONLY public.log_batches
    ADD CONSTRAINT log_batches_edge_id_fkey FOREIGN KEY (workspace_id, edge_id) REFERENCES public.edges(workspace_id, id);

ALTER TABLE ONLY public.log_batches
    ADD CONSTRAINT log_batches_pipeline_id_fkey FOREIGN KEY (workspace_id, pipeline_id) REFERENCES public.pipelines(workspace_id, id);

ALTER TABLE ONLY public.log_batches
    ADD CONSTRAINT log_batches_version_fkey FOREIGN KEY (workspace_id, pipeline_version_number) REFERENCES public.pipeline_versions(workspace_id, number);

ALTER TABLE ONLY public.log_streams
    ADD CONSTRAINT log_streams_edge_id_fkey FOREIGN KEY (workspace_id, edge_id) REFERENCES public.edges(workspace_id, id);

ALTER TABLE ONLY public.model_configs
    ADD CONSTRAINT model_configs_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.model_configs
    ADD CONSTRAINT model_configs_version_id_fkey FOREIGN KEY (workspace_id, version_id) REFERENCES public.model_versions(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.model_registries
    ADD CONSTRAINT model_registries_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.model_registry_tokens
    ADD CONSTRAINT model_registry_tokens_registry_id_fkey FOREIGN KEY (registry_id) REFERENCES public.model_registries(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.model_version_tags
    ADD CONSTRAINT model_version_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id);

ALTER TABLE ONLY public.model_version_tags
    ADD CONSTRAINT model_version_tags_version_fkey FOREIGN KEY (workspace_id, model_version_id) REFERENCES public.model_versions(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.model_versions
    ADD CONSTRAINT model_versions_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.model_versions
    ADD CONSTRAINT model_versions_model_id_fkey FOREIGN KEY (workspace_id, model_id, model_name) REFERENCES public.models(workspace_id, id, name);

ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.pipeline_tags
    ADD CONSTRAINT pipeline_tags_pipeline_id_fkey FOREIGN KEY (workspace_id, pipeline_id) REFERENCES public.pipelines(workspace_id, id);

ALTER TABLE ONLY public.pipeline_tags
    ADD CONSTRAINT pipeline_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id);

ALTER TABLE ONLY public.pipeline_version_models
    ADD CONSTRAINT pipeline_version_models_model_fkey FOREIGN KEY (workspace_id, model_version_id) REFERENCES public.model_versions(workspace_id, id);

ALTER TABLE ONLY public.pipeline_version_models
    ADD CONSTRAINT pipeline_version_models_version_fkey FOREIGN KEY (workspace_id, pipeline_version_number) REFERENCES public.pipeline_versions(workspace_id, number);

ALTER TABLE ONLY public.pipeline_versions
    ADD CONSTRAINT pipeline_versions_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.pipeline_versions
    ADD CONSTRAINT pipeline_versions_pipeline_id_fkey FOREIGN KEY (workspace_id, pipeline_id) REFERENCES public.pipelines(workspace_id, id);

ALTER TABLE ONLY public.pipelines
    ADD CONSTRAINT pipelines_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.pipelines
    ADD CONSTRAINT pipelines_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.publish_replacements
    ADD CONSTRAINT publish_replacements_publish_id_fkey FOREIGN KEY (workspace_id, publish_id) REFERENCES public.publishes(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.publish_replacements
    ADD CONSTRAINT publish_replacements_replaced_id_fkey FOREIGN KEY (workspace_id, replaced_id) REFERENCES public.publishes(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.publishes
    ADD CONSTRAINT publishes_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.publishes
    ADD CONSTRAINT publishes_pipeline_id_fkey FOREIGN KEY (workspace_id, pipeline_id) REFERENCES public.pipelines(workspace_id, id);

ALTER TABLE ONLY public.publishes
    ADD CONSTRAINT publishes_version_fkey FOREIGN KEY (workspace_id, pipeline_version_number) REFERENCES public.pipeline_versions(workspace_id, number);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.service_accounts
    ADD CONSTRAINT service_accounts_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.service_accounts
    ADD CONSTRAINT service_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.service_accounts
    ADD CONSTRAINT service_accounts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.sign_ins(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.workspace_connections
    ADD CONSTRAINT workspace_connections_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id);

ALTER TABLE ONLY public.workspace_connections
    ADD CONSTRAINT workspace_connections_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.workspace_connections
    ADD CONSTRAINT workspace_connections_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.workspace_model_registries
    ADD CONSTRAINT workspace_model_registries_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.workspace_model_registries
    ADD CONSTRAINT workspace_model_registries_registry_id_fkey FOREIGN KEY (registry_id) REFERENCES public.model_registries(id);

ALTER TABLE ONLY public.workspace_model_registries
    ADD CONSTRAINT workspace_model_registries_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.workspace_quotas
    ADD CONSTRAINT workspace_quotas_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.workspace_quotas
    ADD CONSTRAINT workspace_quotas_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.workspace_registry_credentials
    ADD CONSTRAINT workspace_registry_credentials_set_by_fkey FOREIGN KEY (set_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.workspace_registry_credentials
    ADD CONSTRAINT workspace_registry_credentials_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE public.account_links ENABLE ROW LEVEL SECURITY;

CREATE POLICY account_links_system ON public.account_links TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.api_tokens ENABLE ROW LEVEL SECURITY;

CREATE POLICY api_tokens_maker ON public.api_tokens AS RESTRICTIVE FOR INSERT TO drover_server WITH CHECK ((created_by = public.principal_id()));

CREATE POLICY api_tokens_no_token ON public.api_tokens AS RESTRICTIVE TO drover_server USING ((public.principal_token() IS NULL));

CREATE POLICY api_tokens_own ON public.api_tokens TO drover_server USING (((user_id = public.principal_id()) OR (user_id = ANY (( SELECT public.principal_service_accounts() AS principal_service_accounts)::uuid[]))));

CREATE POLICY api_tokens_system ON public.api_tokens TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.artifact_signatures ENABLE ROW LEVEL SECURITY;

CREATE POLICY artifact_signatures_member ON public.artifact_signatures FOR SELECT TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY artifact_signatures_system ON public.artifact_signatures TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.audit_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY audit_events_definer ON public.audit_events TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY audit_events_own ON public.audit_events FOR INSERT TO drover_server WITH CHECK (((actor_kind = 'user'::text) AND (actor_id = public.principal_id())));

CREATE POLICY audit_events_system ON public.audit_events TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.authorization_codes ENABLE ROW LEVEL SECURITY;

CREATE POLICY authorization_codes_system ON public.authorization_codes TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.connection_details ENABLE ROW LEVEL SECURITY;

CREATE POLICY connection_details_creator_insert ON public.connection_details FOR INSERT TO drover_server WITH CHECK ((EXISTS ( SELECT
   FROM public.connections c
  WHERE ((c.id = connection_details.connection_id) AND (c.created_by = public.principal_id())))));

CREATE POLICY connection_details_reader ON public.connection_details FOR SELECT TO drover_server USING (public.may_read_connection(connection_id));

CREATE POLICY connection_details_system ON public.connection_details TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.connections ENABLE ROW LEVEL SECURITY;

CREATE POLICY connections_creator_insert ON public.connections FOR INSERT TO drover_server WITH CHECK ((created_by = public.principal_id()));

CREATE POLICY connections_creator_or_admin_delete ON public.connections FOR DELETE TO drover_server USING (((created_by = public.principal_id()) OR ((public.principal_token() IS NULL) AND (EXISTS ( SELECT
   FROM public.users u
  WHERE ((u.id = public.principal_id()) AND u.is_admin AND u.active))))));

CREATE POLICY connections_definer ON public.connections TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY connections_scope_delete ON public.connections AS RESTRICTIVE FOR DELETE TO drover_server USING ((public.principal_scope() IS NULL));

CREATE POLICY connections_scope_insert ON public.connections AS RESTRICTIVE FOR INSERT TO drover_server WITH CHECK ((public.principal_scope() IS NULL));

CREATE POLICY connections_signed_in ON public.connections FOR SELECT TO drover_server USING ((public.principal_id() IS NOT NULL));

CREATE POLICY connections_system ON public.connections TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.conversions ENABLE ROW LEVEL SECURITY;

CREATE POLICY conversions_definer ON public.conversions TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY conversions_member ON public.conversions TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY conversions_owner_delete ON public.conversions AS RESTRICTIVE FOR DELETE TO drover_server USING ((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])));

CREATE POLICY conversions_system ON public.conversions TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.device_codes ENABLE ROW LEVEL SECURITY;

CREATE POLICY device_codes_system ON public.device_codes TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.edges ENABLE ROW LEVEL SECURITY;

CREATE POLICY edges_member ON public.edges TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY edges_system ON public.edges TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.external_attempts ENABLE ROW LEVEL SECURITY;

CREATE POLICY external_attempts_system ON public.external_attempts TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.external_identities ENABLE ROW LEVEL SECURITY;

CREATE POLICY external_identities_system ON public.external_identities TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY idempotency_keys_own ON public.idempotency_keys TO drover_server USING ((user_id = public.principal_id())) WITH CHECK ((user_id = public.principal_id()));

CREATE POLICY idempotency_keys_system ON public.idempotency_keys TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.instance_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY instance_keys_system ON public.instance_keys TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;

CREATE POLICY jobs_member ON public.jobs TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY jobs_system ON public.jobs TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.join_tokens ENABLE ROW LEVEL SECURITY;

CREATE POLICY join_tokens_member ON public.join_tokens TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY join_tokens_system ON public.join_tokens TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.log_batches ENABLE ROW LEVEL SECURITY;

CREATE POLICY log_batches_member ON public.log_batches FOR SELECT TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY log_batches_system ON public.log_batches TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.log_streams ENABLE ROW LEVEL SECURITY;

CREATE POLICY log_streams_member ON public.log_streams FOR SELECT TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY log_streams_system ON public.log_streams TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.login_failures ENABLE ROW LEVEL SECURITY;

CREATE POLICY login_failures_system ON public.login_failures TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.model_configs ENABLE ROW LEVEL SECURITY;

CREATE POLICY model_configs_member ON public.model_configs TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY model_configs_system ON public.model_configs TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.model_registries ENABLE ROW LEVEL SECURITY;

CREATE POLICY model_registries_creator_insert ON public.model_registries FOR INSERT TO drover_server WITH CHECK (((created_by = public.principal_id()) AND (public.principal_scope() IS NULL)));

CREATE POLICY model_registries_creator_or_admin_delete ON public.model_registries FOR DELETE TO drover_server USING (((public.principal_scope() IS NULL) AND ((created_by = public.principal_id()) OR ((public.principal_token() IS NULL) AND (EXISTS ( SELECT
   FROM public.users u
  WHERE ((u.id = public.principal_id()) AND u.is_admin AND u.active)))))));

CREATE POLICY model_registries_creator_or_admin_update ON public.model_registries FOR UPDATE TO drover_server USING (((public.principal_scope() IS NULL) AND ((created_by = public.principal_id()) OR ((public.principal_token() IS NULL) AND (EXISTS ( SELECT
   FROM public.users u
  WHERE ((u.id = public.principal_id()) AND u.is_admin AND u.active))))))) WITH CHECK (((created_by = public.principal_id()) OR (NOT has_token)));

CREATE POLICY model_registries_definer ON public.model_registries TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY model_registries_system ON public.model_registries TO drover_system USING (true) WITH CHECK (true);

CREATE POLICY model_registries_user_or_admin ON public.model_registries FOR SELECT TO drover_server USING ((((created_by = public.principal_id()) AND (public.principal_scope() IS NULL)) OR public.may_use_model_registry(id) OR ((public.principal_token() IS NULL) AND (EXISTS ( SELECT
   FROM public.users u
  WHERE ((u.id = public.principal_id()) AND u.is_admin AND u.active))))));

ALTER TABLE public.model_registry_tokens ENABLE ROW LEVEL SECURITY;

CREATE POLICY model_registry_tokens_creator_insert ON public.model_registry_tokens FOR INSERT TO drover_server WITH CHECK (((public.principal_scope() IS NULL) AND (EXISTS ( SELECT
   FROM public.model_registries r
  WHERE ((r.id = model_registry_tokens.registry_id) AND (r.created_by = public.principal_id()))))));

CREATE POLICY model_registry_tokens_definer ON public.model_registry_tokens TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY model_registry_tokens_system ON public.model_registry_tokens TO drover_system USING (true) WITH CHECK (true);

CREATE POLICY model_registry_tokens_user ON public.model_registry_tokens FOR SELECT TO drover_server USING (public.may_use_model_registry(registry_id));

ALTER TABLE public.model_version_tags ENABLE ROW LEVEL SECURITY;

CREATE POLICY model_version_tags_member ON public.model_version_tags TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY model_version_tags_system ON public.model_version_tags TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.model_versions ENABLE ROW LEVEL SECURITY;

CREATE POLICY model_versions_definer ON public.model_versions TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY model_versions_member ON public.model_versions TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY model_versions_owner_delete ON public.model_versions AS RESTRICTIVE FOR DELETE TO drover_server USING ((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])));

CREATE POLICY model_versions_system ON public.model_versions TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.models ENABLE ROW LEVEL SECURITY;

CREATE POLICY models_member ON public.models TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY models_system ON public.models TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.pipeline_tags ENABLE ROW LEVEL SECURITY;

CREATE POLICY pipeline_tags_member ON public.pipeline_tags TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY pipeline_tags_system ON public.pipeline_tags TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.pipeline_version_models ENABLE ROW LEVEL SECURITY;

CREATE POLICY pipeline_version_models_member ON public.pipeline_version_models TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY pipeline_version_models_system ON public.pipeline_version_models TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.pipeline_versions ENABLE ROW LEVEL SECURITY;

CREATE POLICY pipeline_versions_member ON public.pipeline_versions TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY pipeline_versions_system ON public.pipeline_versions TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.pipelines ENABLE ROW LEVEL SECURITY;

CREATE POLICY pipelines_member ON public.pipelines TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY pipelines_system ON public.pipelines TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.publish_replacements ENABLE ROW LEVEL SECURITY;

CREATE POLICY publish_replacements_member ON public.publish_replacements TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY publish_replacements_system ON public.publish_replacements TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.publishes ENABLE ROW LEVEL SECURITY;

CREATE POLICY publishes_member ON public.publishes TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY publishes_owner_update ON public.publishes AS RESTRICTIVE FOR UPDATE TO drover_server USING ((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])));

CREATE POLICY publishes_system ON public.publishes TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.refresh_tokens ENABLE ROW LEVEL SECURITY;

CREATE POLICY refresh_tokens_system ON public.refresh_tokens TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.service_accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY service_accounts_definer ON public.service_accounts TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY service_accounts_member ON public.service_accounts FOR SELECT TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY service_accounts_system ON public.service_accounts TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.sign_ins ENABLE ROW LEVEL SECURITY;

CREATE POLICY sign_ins_definer ON public.sign_ins TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY sign_ins_own ON public.sign_ins TO drover_server USING ((user_id = public.principal_id())) WITH CHECK ((user_id = public.principal_id()));

CREATE POLICY sign_ins_system ON public.sign_ins TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;

CREATE POLICY tags_creator_delete ON public.tags FOR DELETE TO drover_server USING (((created_by = public.principal_id()) OR ((public.principal_token() IS NULL) AND (EXISTS ( SELECT
   FROM public.users u
  WHERE ((u.id = public.principal_id()) AND u.is_admin))))));

CREATE POLICY tags_creator_insert ON public.tags FOR INSERT TO drover_server WITH CHECK ((created_by = public.principal_id()));

CREATE POLICY tags_signed_in ON public.tags FOR SELECT TO drover_server USING ((public.principal_id() IS NOT NULL));

CREATE POLICY tags_system ON public.tags TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.user_code_failures ENABLE ROW LEVEL SECURITY;

CREATE POLICY user_code_failures_system ON public.user_code_failures TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

CREATE POLICY users_definer ON public.users TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY users_signed_in ON public.users FOR SELECT TO drover_server USING ((public.principal_id() IS NOT NULL));

CREATE POLICY users_system ON public.users TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.workspace_connections ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_connections_definer ON public.workspace_connections TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY workspace_connections_member ON public.workspace_connections FOR SELECT TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY workspace_connections_owner_delete ON public.workspace_connections FOR DELETE TO drover_server USING ((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])));

CREATE POLICY workspace_connections_owner_insert ON public.workspace_connections FOR INSERT TO drover_server WITH CHECK (((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])) AND (created_by = public.principal_id()) AND public.may_read_connection(connection_id)));

CREATE POLICY workspace_connections_system ON public.workspace_connections TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.workspace_members ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members_definer ON public.workspace_members TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY workspace_members_fellow ON public.workspace_members FOR SELECT TO drover_server USING (((workspace_id = ANY (( SELECT public.principal_workspaces() AS principal_workspaces)::bigint[])) IS TRUE));

CREATE POLICY workspace_members_owner_delete ON public.workspace_members FOR DELETE TO drover_server USING (((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])) OR (user_id = public.principal_id())));

CREATE POLICY workspace_members_owner_insert ON public.workspace_members FOR INSERT TO drover_server WITH CHECK ((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])));

CREATE POLICY workspace_members_owner_update ON public.workspace_members FOR UPDATE TO drover_server USING ((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])));

CREATE POLICY workspace_members_scope ON public.workspace_members AS RESTRICTIVE TO drover_server USING (COALESCE((workspace_id = ANY (( SELECT public.principal_scope() AS principal_scope)::bigint[])), true));

CREATE POLICY workspace_members_self ON public.workspace_members FOR SELECT TO drover_server USING ((user_id = public.principal_id()));

CREATE POLICY workspace_members_system ON public.workspace_members TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.workspace_model_registries ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_model_registries_definer ON public.workspace_model_registries TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY workspace_model_registries_member ON public.workspace_model_registries FOR SELECT TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY workspace_model_registries_owner_delete ON public.workspace_model_registries FOR DELETE TO drover_server USING ((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])));

CREATE POLICY workspace_model_registries_owner_insert ON public.workspace_model_registries FOR INSERT TO drover_server WITH CHECK (((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])) AND (created_by = public.principal_id()) AND public.may_use_model_registry(registry_id)));

CREATE POLICY workspace_model_registries_system ON public.workspace_model_registries TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.workspace_quotas ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_quotas_member ON public.workspace_quotas FOR SELECT TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY workspace_quotas_system ON public.workspace_quotas TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.workspace_registry_credentials ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_registry_credentials_member ON public.workspace_registry_credentials FOR SELECT TO drover_server USING ((workspace_id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY workspace_registry_credentials_owner_delete ON public.workspace_registry_credentials FOR DELETE TO drover_server USING ((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])));

CREATE POLICY workspace_registry_credentials_owner_insert ON public.workspace_registry_credentials FOR INSERT TO drover_server WITH CHECK (((workspace_id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])) AND (set_by = public.principal_id())));

CREATE POLICY workspace_registry_credentials_system ON public.workspace_registry_credentials TO drover_system USING (true) WITH CHECK (true);

ALTER TABLE public.workspaces ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspaces_definer ON public.workspaces TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE POLICY workspaces_member ON public.workspaces FOR SELECT TO drover_server USING ((id = ANY (ARRAY( SELECT m.workspace_id
   FROM public.workspace_members m
  WHERE (m.user_id = public.principal_id())))));

CREATE POLICY workspaces_owner ON public.workspaces FOR UPDATE TO drover_server USING ((id = ANY (( SELECT public.principal_owned_workspaces() AS principal_owned_workspaces)::bigint[])));

CREATE POLICY workspaces_system ON public.workspaces TO drover_system USING (true) WITH CHECK (true);

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO drover_server;
GRANT USAGE ON SCHEMA public TO drover_system;

REVOKE ALL ON FUNCTION public.convert_again(version uuid, moment timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.convert_again(version uuid, moment timestamp with time zone) TO drover_server;

GRANT SELECT,INSERT,DELETE ON TABLE public.workspace_members TO drover_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.workspace_members TO drover_system;

GRANT UPDATE(role) ON TABLE public.workspace_members TO drover_server;

GRANT SELECT ON TABLE public.service_accounts TO drover_server;
GRANT SELECT ON TABLE public.service_accounts TO drover_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO drover_system;

GRANT SELECT(id) ON TABLE public.users TO drover_server;

GRANT SELECT(email) ON TABLE public.users TO drover_server;

GRANT SELECT(name) ON TABLE public.users TO drover_server;

GRANT SELECT(is_admin) ON TABLE public.users TO drover_server;

GRANT SELECT(active) ON TABLE public.users TO drover_server;

GRANT SELECT(created_at) ON TABLE public.users TO drover_server;

GRANT SELECT(updated_at) ON TABLE public.users TO drover_server;

GRANT SELECT(revision) ON TABLE public.users TO drover_server;

GRANT SELECT(tokens_not_before) ON TABLE public.users TO drover_server;

GRANT SELECT(kind) ON TABLE public.users TO drover_server;

GRANT SELECT(admin_hold) ON TABLE public.users TO drover_server;

REVOKE ALL ON FUNCTION public.create_service_account(account uuid, workspace bigint, account_name text, address text, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_service_account(account uuid, workspace bigint, account_name text, address text, at timestamp with time zone) TO drover_server;

GRANT SELECT ON TABLE public.workspaces TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.workspaces TO drover_system;

GRANT UPDATE(name) ON TABLE public.workspaces TO drover_server;

GRANT UPDATE(archived) ON TABLE public.workspaces TO drover_server;

GRANT UPDATE(updated_at) ON TABLE public.workspaces TO drover_server;

GRANT UPDATE(revision) ON TABLE public.workspaces TO drover_server;

REVOKE ALL ON FUNCTION public.create_workspace(workspace_name text, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_workspace(workspace_name text, at timestamp with time zone) TO drover_server;

REVOKE ALL ON FUNCTION public.hold_for_token(account uuid, sign_in uuid, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.hold_for_token(account uuid, sign_in uuid, at timestamp with time zone) TO drover_server;

REVOKE ALL ON FUNCTION public.lock_own_account() FROM PUBLIC;
GRANT ALL ON FUNCTION public.lock_own_account() TO drover_server;

GRANT SELECT,DELETE ON TABLE public.connections TO drover_server;
GRANT SELECT ON TABLE public.connections TO drover_system;

GRANT INSERT(name) ON TABLE public.connections TO drover_server;

GRANT INSERT(type) ON TABLE public.connections TO drover_server;

GRANT INSERT(created_by) ON TABLE public.connections TO drover_server;

GRANT INSERT(created_at) ON TABLE public.connections TO drover_server;

GRANT SELECT,INSERT,DELETE ON TABLE public.workspace_connections TO drover_server;
GRANT SELECT ON TABLE public.workspace_connections TO drover_system;

REVOKE ALL ON FUNCTION public.may_read_connection(connection bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.may_read_connection(connection bigint) TO drover_server;

GRANT SELECT,DELETE ON TABLE public.model_registries TO drover_server;
GRANT SELECT ON TABLE public.model_registries TO drover_system;

GRANT INSERT(name) ON TABLE public.model_registries TO drover_server;

GRANT INSERT(url) ON TABLE public.model_registries TO drover_server;

GRANT INSERT(has_token),UPDATE(has_token) ON TABLE public.model_registries TO drover_server;

GRANT INSERT(created_by) ON TABLE public.model_registries TO drover_server;

GRANT INSERT(created_at) ON TABLE public.model_registries TO drover_server;

GRANT INSERT(updated_at),UPDATE(updated_at) ON TABLE public.model_registries TO drover_server;

GRANT SELECT,INSERT,DELETE ON TABLE public.workspace_model_registries TO drover_server;
GRANT SELECT ON TABLE public.workspace_model_registries TO drover_system;

REVOKE ALL ON FUNCTION public.may_use_model_registry(registry bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.may_use_model_registry(registry bigint) TO drover_server;

REVOKE ALL ON FUNCTION public.purge_audit_events(days integer, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.purge_audit_events(days integer, batch integer) TO drover_system;

REVOKE ALL ON FUNCTION public.set_service_account_active(account uuid, is_active boolean, if_revision bigint, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.set_service_account_active(account uuid, is_active boolean, if_revision bigint, at timestamp with time zone) TO drover_server;

REVOKE ALL ON FUNCTION public.take_model_registry_token() FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_links TO drover_system;

GRANT SELECT,DELETE,UPDATE ON TABLE public.api_tokens TO drover_system;

GRANT SELECT(id),INSERT(id) ON TABLE public.api_tokens TO drover_server;

GRANT INSERT(token_sha256) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(hint),INSERT(hint) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(user_id),INSERT(user_id) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(name),INSERT(name) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(access),INSERT(access) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(workspace_ids),INSERT(workspace_ids) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(created_by),INSERT(created_by) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(created_at),INSERT(created_at) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(expires_at),INSERT(expires_at) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(last_used_at) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE public.api_tokens TO drover_server;

GRANT SELECT ON TABLE public.artifact_signatures TO drover_server;
GRANT SELECT,INSERT ON TABLE public.artifact_signatures TO drover_system;

GRANT SELECT ON TABLE public.audit_events TO drover_system;

GRANT INSERT(actor_kind) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(actor_kind) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(actor_id) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(actor_id) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(session_id) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(session_id) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(action) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(action) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(outcome) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(outcome) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(code) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(code) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(resource_kind) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(resource_kind) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(resource_id) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(resource_id) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(workspace_id) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(workspace_id) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(address) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(address) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(request_id) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(request_id) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(detail) ON TABLE public.audit_events TO drover_server;
GRANT INSERT(detail) ON TABLE public.audit_events TO drover_system;

GRANT UPDATE(repeats) ON TABLE public.audit_events TO drover_system;

GRANT INSERT(collapse_key) ON TABLE public.audit_events TO drover_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.authorization_codes TO drover_system;

GRANT SELECT ON TABLE public.connection_details TO drover_server;
GRANT SELECT ON TABLE public.connection_details TO drover_system;

GRANT INSERT(connection_id) ON TABLE public.connection_details TO drover_server;

GRANT INSERT(sealed_details) ON TABLE public.connection_details TO drover_server;
GRANT UPDATE(sealed_details) ON TABLE public.connection_details TO drover_system;

GRANT SELECT,INSERT,DELETE ON TABLE public.conversions TO drover_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversions TO drover_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device_codes TO drover_system;

GRANT SELECT,INSERT ON TABLE public.edges TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.edges TO drover_system;

GRANT UPDATE(certificate_serial) ON TABLE public.edges TO drover_server;

GRANT UPDATE(removed_at) ON TABLE public.edges TO drover_server;

GRANT SELECT,INSERT,DELETE ON TABLE public.external_attempts TO drover_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.external_identities TO drover_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO drover_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO drover_system;

GRANT SELECT,INSERT,DELETE ON TABLE public.instance_keys TO drover_system;

GRANT UPDATE(sealed_key) ON TABLE public.instance_keys TO drover_system;

GRANT UPDATE(not_after) ON TABLE public.instance_keys TO drover_system;

GRANT SELECT,INSERT ON TABLE public.jobs TO drover_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO drover_system;

GRANT INSERT ON TABLE public.join_tokens TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.join_tokens TO drover_system;

GRANT SELECT(workspace_id) ON TABLE public.join_tokens TO drover_server;

GRANT SELECT(edge_id) ON TABLE public.join_tokens TO drover_server;

GRANT SELECT(created_by) ON TABLE public.join_tokens TO drover_server;

GRANT SELECT(created_at) ON TABLE public.join_tokens TO drover_server;

GRANT SELECT(expires_at) ON TABLE public.join_tokens TO drover_server;

GRANT SELECT(consumed_at) ON TABLE public.join_tokens TO drover_server;

GRANT SELECT(confirmed_at) ON TABLE public.join_tokens TO drover_server;

GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE public.join_tokens TO drover_server;

GRANT SELECT ON TABLE public.log_batches TO drover_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.log_batches TO drover_system;

GRANT SELECT ON TABLE public.log_streams TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.log_streams TO drover_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.login_failures TO drover_system;

GRANT SELECT,INSERT ON TABLE public.model_configs TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.model_configs TO drover_system;

GRANT UPDATE(runtime) ON TABLE public.model_configs TO drover_server;

GRANT UPDATE(tensor_fields) ON TABLE public.model_configs TO drover_server;

GRANT UPDATE(batch_config) ON TABLE public.model_configs TO drover_server;

GRANT UPDATE(filter_threshold) ON TABLE public.model_configs TO drover_server;

GRANT UPDATE(input_schema) ON TABLE public.model_configs TO drover_server;

GRANT UPDATE(output_schema) ON TABLE public.model_configs TO drover_server;

GRANT UPDATE(revision) ON TABLE public.model_configs TO drover_server;

GRANT UPDATE(updated_by) ON TABLE public.model_configs TO drover_server;

GRANT UPDATE(updated_at) ON TABLE public.model_configs TO drover_server;

GRANT SELECT ON TABLE public.model_registry_tokens TO drover_server;
GRANT SELECT ON TABLE public.model_registry_tokens TO drover_system;

GRANT INSERT(registry_id) ON TABLE public.model_registry_tokens TO drover_server;

GRANT INSERT(sealed_token) ON TABLE public.model_registry_tokens TO drover_server;
GRANT UPDATE(sealed_token) ON TABLE public.model_registry_tokens TO drover_system;

GRANT SELECT,INSERT,DELETE ON TABLE public.model_version_tags TO drover_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.model_version_tags TO drover_system;

GRANT SELECT,INSERT,DELETE ON TABLE public.model_versions TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.model_versions TO drover_system;

GRANT SELECT,INSERT ON TABLE public.models TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.models TO drover_system;

GRANT UPDATE(updated_at) ON TABLE public.models TO drover_server;

GRANT SELECT,INSERT,DELETE ON TABLE public.pipeline_tags TO drover_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.pipeline_tags TO drover_system;

GRANT SELECT,INSERT ON TABLE public.pipeline_version_models TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.pipeline_version_models TO drover_system;

GRANT SELECT,INSERT ON TABLE public.pipeline_versions TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.pipeline_versions TO drover_system;

GRANT SELECT,INSERT ON TABLE public.pipelines TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.pipelines TO drover_system;

GRANT UPDATE(updated_at) ON TABLE public.pipelines TO drover_server;

GRANT SELECT,INSERT ON TABLE public.publish_replacements TO drover_server;
GRANT SELECT,INSERT ON TABLE public.publish_replacements TO drover_system;

GRANT SELECT,INSERT ON TABLE public.publishes TO drover_server;
GRANT SELECT,INSERT,UPDATE ON TABLE public.publishes TO drover_system;

GRANT UPDATE(deleted_at) ON TABLE public.publishes TO drover_server;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refresh_tokens TO drover_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_ins TO drover_system;

GRANT SELECT(id) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(user_id) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(parent_id) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(kind) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(client_id) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(agent) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(address) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(created_at) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(last_used_at) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(expires_at) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT(authenticated_at) ON TABLE public.sign_ins TO drover_server;

GRANT SELECT,INSERT,DELETE ON TABLE public.tags TO drover_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.tags TO drover_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_code_failures TO drover_system;

GRANT SELECT ON TABLE public.workspace_quotas TO drover_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.workspace_quotas TO drover_system;

GRANT DELETE ON TABLE public.workspace_registry_credentials TO drover_server;
GRANT SELECT,DELETE ON TABLE public.workspace_registry_credentials TO drover_system;

GRANT SELECT(workspace_id),INSERT(workspace_id) ON TABLE public.workspace_registry_credentials TO drover_server;
GRANT INSERT(workspace_id) ON TABLE public.workspace_registry_credentials TO drover_system;

GRANT SELECT(registry),INSERT(registry) ON TABLE public.workspace_registry_credentials TO drover_server;
GRANT INSERT(registry) ON TABLE public.workspace_registry_credentials TO drover_system;

GRANT SELECT(username),INSERT(username) ON TABLE public.workspace_registry_credentials TO drover_server;
GRANT INSERT(username) ON TABLE public.workspace_registry_credentials TO drover_system;

GRANT INSERT(sealed_password) ON TABLE public.workspace_registry_credentials TO drover_server;
GRANT INSERT(sealed_password),UPDATE(sealed_password) ON TABLE public.workspace_registry_credentials TO drover_system;

GRANT SELECT(set_by),INSERT(set_by) ON TABLE public.workspace_registry_credentials TO drover_server;
GRANT INSERT(set_by) ON TABLE public.workspace_registry_credentials TO drover_system;

GRANT SELECT(set_at),INSERT(set_at) ON TABLE public.workspace_registry_credentials TO drover_server;
GRANT INSERT(set_at) ON TABLE public.workspace_registry_credentials TO drover_system;

