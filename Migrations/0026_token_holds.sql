-- An administrator deactivated it: only an administrator activates it again.
alter table users add column admin_hold boolean not null default false;
comment on column users.admin_hold is 'An administrator deactivated it, so only an administrator activates it again, also a service account.';
grant select (admin_hold) on users to drover_server;
-- Addresses of service accounts are theirs alone, whatever writes them.
alter table users add constraint users_service_email_ck
    check ((email like '%.service.invalid') = (kind <> 'person'));

-- The hold stands in the same row, so that a change that waited for an administrator's sees it.
create or replace function set_service_account_active(account uuid, is_active boolean, if_revision bigint, at timestamptz)
    returns uuid
    language sql volatile security definer set search_path = pg_catalog, public
begin atomic
    update public.users set active = is_active, updated_at = at, revision = revision + 1
    where id = account and id = any (public.principal_service_accounts()) and revision = coalesce(if_revision, revision)
      and not (is_active and admin_hold)
    returning id;
end;
comment on function set_service_account_active(uuid, boolean, bigint, timestamptz) is 'Activates or deactivates a service account that the current principal manages; null when they do not, the revision is another, or an administrator deactivated it.';

-- For the function below, which reads the sign-in of whoever calls it.
create policy sign_ins_definer on sign_ins to current_user using (true) with check (true);

-- The server's role may not lock users, hence two functions. Everything that signs people in or out locks in one order:
-- users by id, sign-ins, refresh tokens and account links, API tokens by id.
create function lock_own_account() returns boolean
    language sql volatile security definer set search_path = pg_catalog, public
begin atomic
    select u.active from public.users u
    where u.id = public.principal_id() and public.principal_token() is null for no key update;
end;
comment on function lock_own_account() is 'Locks the current principal''s user until the transaction ends, and says whether they are active; null for whoever came with a token.';
revoke all on function lock_own_account() from public;
grant execute on function lock_own_account() to drover_server;

create function hold_for_token(account uuid, sign_in uuid, at timestamptz) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, public
as $$
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
comment on function hold_for_token(uuid, uuid, timestamptz) is 'Keeps the current principal, an account that they make a token for, and the sign-in that they came with from being ended until the transaction does; else says what is in the way.';
revoke all on function hold_for_token(uuid, uuid, timestamptz) from public;
grant execute on function hold_for_token(uuid, uuid, timestamptz) to drover_server;

-- What the sweeper looks for.
create index api_tokens_ended_idx on api_tokens (least(revoked_at, expires_at));
