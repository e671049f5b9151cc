-- "Sign out everywhere": access tokens and sessions from before this time are refused.
alter table users add column tokens_not_before timestamptz;
grant select (tokens_not_before) on users to drover_server;
-- Look-alikes from other scripts can't become accounts, whatever writes them.
alter table users add constraint users_email_ascii_ck check (email ~ '^[!-~]+$');

-- One channel for all replicas: each forgets what it remembers of this user. Sent by the commit, with the change.
create function notify_user_changed() returns trigger
    language plpgsql set search_path = pg_catalog, public
as $$
begin
    perform pg_notify('drover_users', new.id::text);
    return null;
end $$;
comment on function notify_user_changed() is 'Tells every replica, on the channel drover_users, which user was changed.';
create trigger users_changed after update on users
    for each row when (old.* is distinct from new.*) execute function notify_user_changed();

create table account_links (
    token_sha256 bytea       not null constraint account_links_pkey primary key,
    user_id      uuid        not null constraint account_links_user_id_fkey references users (id),
    purpose      text        not null,
    created_by   uuid        not null constraint account_links_created_by_fkey references users (id),
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    consumed_at  timestamptz,
    revoked_at   timestamptz,
    constraint account_links_sha256_ck check (length(token_sha256) = 32),
    constraint account_links_purpose_ck check (purpose in ('invitation', 'reset'))
);
comment on table account_links is 'One-time links with which somebody sets a password: invitations and resets. Hash only; one live link a user.';
create index account_links_user_id_idx on account_links (user_id);
create index account_links_created_by_idx on account_links (created_by);
create index account_links_expires_at_idx on account_links (expires_at);

alter table account_links enable row level security;
alter table account_links force row level security;
create policy account_links_system on account_links to drover_system using (true) with check (true);
grant select, insert, update, delete on account_links to drover_system;

create table login_failures (
    subject_sha256  bytea       not null constraint login_failures_pkey primary key,
    failures        int         not null,
    last_failure_at timestamptz not null,
    locked_until    timestamptz,
    constraint login_failures_sha256_ck check (length(subject_sha256) = 32),
    constraint login_failures_failures_ck check (failures > 0)
);
comment on table login_failures is 'Wrong passwords lately, by account and by client address. Hashed, because people type passwords where user names belong.';
create index login_failures_last_failure_at_idx on login_failures (last_failure_at);

alter table login_failures enable row level security;
alter table login_failures force row level security;
create policy login_failures_system on login_failures to drover_system using (true) with check (true);
grant select, insert, update, delete on login_failures to drover_system;
