-- What a statement runs with besides its user: the token, if one was used, and the workspaces that it is limited to. Set
-- for one transaction by the server, and only for tokens; null otherwise. Both are inlined.
create function principal_token() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('drover.token', true), '')::uuid;
comment on function principal_token() is 'The token that the current principal came with, or null for somebody who signed in.';

create function principal_scope() returns bigint[]
    language sql stable parallel safe
    return nullif(current_setting('drover.workspaces', true), '')::bigint[];
comment on function principal_scope() is 'The workspaces that the current principal''s token is limited to, or null for all.';

-- Every tenant's policy looks into workspace_members, so this limits them all. "coalesce" asks once a statement, and
-- leaves the planner's estimates near what they were.
create policy workspace_members_scope on workspace_members as restrictive to drover_server
    using (coalesce(workspace_id = any ((select principal_scope())::bigint[]), true));

-- The functions that pass by that policy say the same.
create or replace function principal_workspaces() returns bigint[]
    language sql stable security definer set search_path = pg_catalog, public
    return (select coalesce(array_agg(m.workspace_id), '{}') from public.workspace_members m
            where m.user_id = public.principal_id()
              and coalesce(m.workspace_id = any ((select public.principal_scope())::bigint[]), true));

create or replace function principal_owned_workspaces() returns bigint[]
    language sql stable security definer set search_path = pg_catalog, public
    return (select coalesce(array_agg(m.workspace_id), '{}') from public.workspace_members m
            where m.user_id = public.principal_id() and m.role = 'owner'
              and coalesce(m.workspace_id = any ((select public.principal_scope())::bigint[]), true));

create or replace function create_workspace(workspace_name text, at timestamptz) returns bigint
    language sql volatile security definer set search_path = pg_catalog, public
begin atomic
    with made as (
        insert into public.workspaces (name, created_by, created_at, updated_at)
        select workspace_name, public.principal_id(), at, at where public.principal_scope() is null
        returning id
    )
    insert into public.workspace_members (workspace_id, user_id, role, created_at)
    select made.id, public.principal_id(), 'owner', at from made
    returning workspace_id;
end;

create or replace function may_read_connection(connection bigint) returns boolean
    language sql stable security definer set search_path = pg_catalog, public
    return exists (select from public.connections c
                   where c.id = connection and c.created_by = public.principal_id() and public.principal_scope() is null)
        or exists (select from public.workspace_connections w
                   join public.workspace_members m on m.workspace_id = w.workspace_id
                   where w.connection_id = connection and m.user_id = public.principal_id()
                     and coalesce(m.workspace_id = any (public.principal_scope()), true));

-- Connections belong to no workspace, so a token that is limited to some neither makes nor deletes them.
create policy connections_scope_insert on connections as restrictive for insert to drover_server
    with check (principal_scope() is null);
create policy connections_scope_delete on connections as restrictive for delete to drover_server
    using (principal_scope() is null);

-- A token never acts as an administrator.
alter policy connections_creator_or_admin_delete on connections
    using (created_by = principal_id()
           or (principal_token() is null
               and exists (select from users u where u.id = principal_id() and u.is_admin and u.active)));
alter policy tags_creator_delete on tags
    using (created_by = principal_id()
           or (principal_token() is null
               and exists (select from users u where u.id = principal_id() and u.is_admin)));
