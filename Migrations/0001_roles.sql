-- Two group roles, neither of which owns anything or can log in. The server's login role is NOINHERIT and a member of
-- both: it works as drover_server, and steps up to drover_system for one transaction where no tenant is involved.
-- Roles belong to the cluster, so another database of it may have made them already.
do $$
begin
    create role drover_server nologin;
exception when duplicate_object then null;
end $$;
do $$
begin
    create role drover_system nologin;
exception when duplicate_object then null;
end $$;

revoke all on schema public from public;
grant usage on schema public to drover_server, drover_system;

-- The user a statement runs for, set for one transaction by the server; null outside of one. It is inlined.
create function principal_id() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('drover.principal', true), '')::uuid;
comment on function principal_id() is 'The user that the current transaction runs for, or null.';
