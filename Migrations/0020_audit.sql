-- The time is the database's own, unlike everywhere else: one clock for all replicas, and nobody hands it in.
create table audit_events (
    id            bigint      not null generated always as identity constraint audit_events_pkey primary key,
    at            timestamptz not null default clock_timestamp(),
    actor_kind    text        not null,
    actor_id      uuid,
    session_id    uuid,
    action        text        not null,
    outcome       text        not null,
    code          text,
    resource_kind text,
    resource_id   text,
    workspace_id  bigint,
    address       text,
    request_id    text,
    constraint audit_events_actor_ck check (actor_kind in ('user', 'edge', 'system') and (actor_kind = 'system') = (actor_id is null)),
    constraint audit_events_outcome_ck check (outcome in ('done', 'refused') and (outcome = 'refused') = (code is not null)),
    constraint audit_events_length_ck check (length(resource_id) <= 300 and length(address) <= 64 and length(request_id) <= 100)
);
comment on table audit_events is 'Who did what to which resource, from where, and whether it was allowed. Only ever added to, in the transaction of what was done. No foreign keys: it outlives what it names.';
create index audit_events_actor_id_idx on audit_events (actor_id, id);
create index audit_events_workspace_id_idx on audit_events (workspace_id, id);
create index audit_events_resource_idx on audit_events (resource_kind, resource_id, id);
create index audit_events_action_idx on audit_events (action, id);

create function refuse_change() returns trigger
    language plpgsql set search_path = pg_catalog
as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
comment on function refuse_change() is 'Keeps even the owner of a table from changing or deleting its rows.';
create trigger audit_events_append_only before update or delete on audit_events
    for each row execute function refuse_change();
create trigger audit_events_no_truncate before truncate on audit_events
    for each statement execute function refuse_change();

alter table audit_events enable row level security;
alter table audit_events force row level security;
create policy audit_events_own on audit_events for insert to drover_server
    with check (actor_kind = 'user' and actor_id = principal_id());
create policy audit_events_system on audit_events to drover_system using (true) with check (true);
grant insert (actor_kind, actor_id, session_id, action, outcome, code, resource_kind, resource_id, workspace_id, address, request_id)
    on audit_events to drover_server, drover_system;
grant select on audit_events to drover_system;
