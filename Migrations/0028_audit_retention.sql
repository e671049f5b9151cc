-- What is old enough may be deleted, by one function alone. Its owner has to get through row-level security for that.
create policy audit_events_definer on audit_events to current_user using (true) with check (true);

-- Deleting takes the function below, and no row goes before it is 30 days old, whatever the server asks for.
create function refuse_delete_but_purge() returns trigger
    language plpgsql set search_path = pg_catalog
as $$
begin
    if coalesce(current_setting('drover.audit_purge', true), '') <> 'on'
        or old.at > clock_timestamp() - interval '30 days'
    then
        raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return old;
end $$;
comment on function refuse_delete_but_purge() is 'Keeps even the owner of the audit from deleting a row, but for those that purge_audit_events may delete.';
drop trigger audit_events_append_only on audit_events;
create trigger audit_events_append_only before delete on audit_events
    for each row execute function refuse_delete_but_purge();

create function purge_audit_events(days int, batch int) returns int
    language plpgsql volatile security definer set search_path = pg_catalog, public
as $$
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
comment on function purge_audit_events(int, int) is 'Deletes up to so many of the oldest rows that are older than so many days, at least 30, and notes it. One caller at a time.';
revoke all on function purge_audit_events(int, int) from public;
grant execute on function purge_audit_events(int, int) to drover_system;

-- Devices that wait are counted by network: of IPv6 a subscriber has a whole /64.
alter table device_codes add column network text not null default '';
create index device_codes_network_idx on device_codes (network, expires_at);
drop index device_codes_address_idx;
