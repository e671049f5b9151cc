alter table audit_events
    add column detail       jsonb,
    add column repeats      int not null default 1,
    add column collapse_key bytea,
    add constraint audit_events_detail_ck check (length(detail::text) <= 4000),
    add constraint audit_events_repeats_ck check (repeats = 1 or collapse_key is not null),
    add constraint audit_events_collapse_key_uq unique (collapse_key),
    drop constraint audit_events_actor_ck,
    add constraint audit_events_actor_ck check (
        actor_kind in ('user', 'edge', 'system', 'anonymous')
        and (actor_kind in ('system', 'anonymous')) = (actor_id is null));
comment on table audit_events is 'Who did what to which resource, from where, and whether it was allowed. Only ever added to, in the transaction of what was done. Equal refusals of one minute are one row with a count. No foreign keys: it outlives what it names.';

-- The one change of a row: one more refusal of the same kind in the same minute.
create function refuse_change_but_count() returns trigger
    language plpgsql set search_path = pg_catalog
as $$
begin
    if old.collapse_key is null or new.repeats <> old.repeats + 1
        or to_jsonb(new) - 'repeats' <> to_jsonb(old) - 'repeats'
    then
        raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
comment on function refuse_change_but_count() is 'Keeps even the owner of the audit from changing a row, but for counting one more refusal.';
drop trigger audit_events_append_only on audit_events;
create trigger audit_events_append_only before delete on audit_events
    for each row execute function refuse_change();
create trigger audit_events_count_only before update on audit_events
    for each row execute function refuse_change_but_count();

grant insert (detail) on audit_events to drover_server, drover_system;
grant insert (collapse_key), update (repeats) on audit_events to drover_system;
