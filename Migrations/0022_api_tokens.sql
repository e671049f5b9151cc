-- A service account is a user without a password, for programs.
alter table users add column kind text not null default 'person';
alter table users add constraint users_kind_ck check (kind in ('person', 'service'));
alter table users add constraint users_service_ck check (kind = 'person' or (password_hash is null and not is_admin));
grant select (kind) on users to drover_server;
-- For the functions below, and for triggers inside of such functions.
create policy users_definer on users to current_user using (true) with check (true);

create table service_accounts (
    user_id      uuid        not null constraint service_accounts_pkey primary key
                 constraint service_accounts_user_id_fkey references users (id),
    workspace_id bigint      not null constraint service_accounts_workspace_id_fkey references workspaces (id),
    created_by   uuid        not null constraint service_accounts_created_by_fkey references users (id),
    created_at   timestamptz not null
);
comment on table service_accounts is 'Which workspace''s owners manage a service account and its tokens. What it may reach is said by workspace_members, as for everybody.';
create index service_accounts_workspace_id_idx on service_accounts (workspace_id);
create index service_accounts_created_by_idx on service_accounts (created_by);

alter table service_accounts enable row level security;
alter table service_accounts force row level security;
create policy service_accounts_member on service_accounts for select to drover_server
    using (workspace_id = any (array(select m.workspace_id from workspace_members m where m.user_id = principal_id())));
create policy service_accounts_system on service_accounts to drover_system using (true) with check (true);
create policy service_accounts_definer on service_accounts to current_user using (true) with check (true);
grant select on service_accounts to drover_server, drover_system;

-- A workspace must have an owner who can sign in, so a service account is never one.
create function refuse_service_owner() returns trigger
    language plpgsql set search_path = pg_catalog, public
as $$
begin
    if exists (select from users u where u.id = new.user_id and u.kind = 'service') then
        raise exception 'a service account can''t own a workspace'
            using errcode = 'check_violation', constraint = 'workspace_members_service_ck';
    end if;
    return new;
end $$;
comment on function refuse_service_owner() is 'Keeps service accounts from owning workspaces, whoever writes the row.';
create trigger workspace_members_no_service_owner before insert or update on workspace_members
    for each row when (new.role = 'owner') execute function refuse_service_owner();

create function principal_service_accounts() returns uuid[]
    language sql stable security definer set search_path = pg_catalog, public
    return (select coalesce(array_agg(s.user_id), '{}') from public.service_accounts s
            where public.principal_token() is null
              and s.workspace_id = any ((select public.principal_owned_workspaces())::bigint[]));
comment on function principal_service_accounts() is 'The service accounts that the current principal manages; none for whoever came with a token.';

-- Users can't be written by the server's role, hence two functions.
create function create_service_account(account uuid, workspace bigint, account_name text, address text, at timestamptz)
    returns uuid
    language sql volatile security definer set search_path = pg_catalog, public
begin atomic
    with made as (
        insert into public.users (id, email, name, is_admin, active, created_at, updated_at, kind)
        select account, address, account_name, false, true, at, at, 'service'
        where workspace = any (public.principal_owned_workspaces()) and public.principal_token() is null
        returning id
    ), owned as (
        insert into public.service_accounts (user_id, workspace_id, created_by, created_at)
        select made.id, workspace, public.principal_id(), at from made
    )
    insert into public.workspace_members (workspace_id, user_id, role, created_at)
    select workspace, made.id, 'collaborator', at from made
    returning user_id;
end;
comment on function create_service_account(uuid, bigint, text, text, timestamptz) is 'Makes a service account in a workspace that the current principal owns; null when they do not.';
revoke all on function create_service_account(uuid, bigint, text, text, timestamptz) from public;
grant execute on function create_service_account(uuid, bigint, text, text, timestamptz) to drover_server;

create function set_service_account_active(account uuid, is_active boolean, if_revision bigint, at timestamptz)
    returns uuid
    language sql volatile security definer set search_path = pg_catalog, public
begin atomic
    update public.users set active = is_active, updated_at = at, revision = revision + 1
    where id = account and id = any (public.principal_service_accounts()) and revision = coalesce(if_revision, revision)
    returning id;
end;
comment on function set_service_account_active(uuid, boolean, bigint, timestamptz) is 'Activates or deactivates a service account that the current principal manages; null when they do not, or the revision is another.';
revoke all on function set_service_account_active(uuid, boolean, bigint, timestamptz) from public;
grant execute on function set_service_account_active(uuid, boolean, bigint, timestamptz) to drover_server;

create table api_tokens (
    id            uuid        not null constraint api_tokens_pkey primary key,
    token_sha256  bytea       not null constraint api_tokens_token_sha256_uq unique,
    hint          text        not null,
    user_id       uuid        not null constraint api_tokens_user_id_fkey references users (id),
    name          text        not null,
    access        text        not null,
    workspace_ids bigint[],
    created_by    uuid        not null constraint api_tokens_created_by_fkey references users (id),
    created_at    timestamptz not null,
    expires_at    timestamptz,
    last_used_at  timestamptz,
    revoked_at    timestamptz,
    constraint api_tokens_sha256_ck check (length(token_sha256) = 32),
    constraint api_tokens_text_ck check (length(hint) <= 12 and length(name) between 1 and 200),
    constraint api_tokens_access_ck check (access in ('read', 'write')),
    constraint api_tokens_workspace_ids_ck check (cardinality(workspace_ids) between 1 and 100)
);
comment on table api_tokens is 'Tokens that programs send instead of signing in: a person''s own, and those of service accounts. Hash only. workspace_ids is what a token is limited to, null for all that its user reaches.';
create index api_tokens_user_id_idx on api_tokens (user_id, created_at, id);
create index api_tokens_created_by_idx on api_tokens (created_by);

alter table api_tokens enable row level security;
alter table api_tokens force row level security;
create policy api_tokens_own on api_tokens to drover_server
    using (user_id = principal_id() or user_id = any ((select principal_service_accounts())::uuid[]));
create policy api_tokens_maker on api_tokens as restrictive for insert to drover_server
    with check (created_by = principal_id());
create policy api_tokens_no_token on api_tokens as restrictive to drover_server using (principal_token() is null);
create policy api_tokens_system on api_tokens to drover_system using (true) with check (true);
grant select (id, hint, user_id, name, access, workspace_ids, created_by, created_at, expires_at, last_used_at, revoked_at),
    insert (id, token_sha256, hint, user_id, name, access, workspace_ids, created_by, created_at, expires_at),
    update (revoked_at) on api_tokens to drover_server;
grant select, update, delete on api_tokens to drover_system;

-- The same notice as for a sign-in that was ended: replicas forget what they remember of the user.
create trigger api_tokens_revoked after update on api_tokens
    for each row when (new.revoked_at is not null and old.revoked_at is null) execute function notify_sign_in_ended();
