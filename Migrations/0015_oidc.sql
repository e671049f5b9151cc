-- A sign-in is what a person can see and end: a browser session, or what a program got tokens for. Its id is "sid" of the
-- access tokens and the family of the refresh tokens. No foreign key leads here from refresh_tokens, because the release
-- before makes families without a row; those can still be refreshed, but are not listed.
create table sign_ins (
    id            uuid        not null constraint sign_ins_pkey primary key,
    user_id       uuid        not null constraint sign_ins_user_id_fkey references users (id),
    parent_id     uuid        constraint sign_ins_parent_id_fkey references sign_ins (id) on delete set null,
    kind          text        not null,
    client_id     text        not null,
    cookie_sha256 bytea       constraint sign_ins_cookie_sha256_uq unique,
    agent         text        not null,
    address       text        not null,
    created_at    timestamptz not null,
    last_used_at  timestamptz not null,
    expires_at    timestamptz not null,
    revoked_at    timestamptz,
    constraint sign_ins_kind_ck check (kind in ('browser', 'password', 'device', 'code')),
    constraint sign_ins_cookie_ck check ((kind = 'browser') = (cookie_sha256 is not null)),
    constraint sign_ins_sha256_ck check (length(cookie_sha256) = 32),
    constraint sign_ins_text_ck check (length(agent) <= 200 and length(address) <= 64)
);
comment on table sign_ins is 'Browser sessions and the sign-ins of programs. Ending one ends those that were made from it.';
create index sign_ins_user_id_idx on sign_ins (user_id);
create index sign_ins_parent_id_idx on sign_ins (parent_id);
create index sign_ins_expires_at_idx on sign_ins (expires_at);

alter table sign_ins enable row level security;
alter table sign_ins force row level security;
create policy sign_ins_own on sign_ins to drover_server
    using (user_id = principal_id()) with check (user_id = principal_id());
create policy sign_ins_system on sign_ins to drover_system using (true) with check (true);
grant select (id, user_id, parent_id, kind, client_id, agent, address, created_at, last_used_at, expires_at, revoked_at),
    update (revoked_at) on sign_ins to drover_server;
grant select, insert, update, delete on sign_ins to drover_system;

-- Replicas forget what they remember of the user, so that access tokens of an ended sign-in are refused at once.
create function notify_sign_in_ended() returns trigger
    language plpgsql set search_path = pg_catalog, public
as $$
begin
    perform pg_notify('drover_users', new.user_id::text);
    return null;
end $$;
comment on function notify_sign_in_ended() is 'Tells every replica, on the channel drover_users, whose sign-in was ended.';
create trigger sign_ins_ended after update on sign_ins
    for each row when (new.revoked_at is not null and old.revoked_at is null) execute function notify_sign_in_ended();

-- An offline token (scope offline_access) is one row that is never consumed.
alter table refresh_tokens add column reusable boolean not null default false;
alter table refresh_tokens add column scope text;

create table device_codes (
    device_sha256    bytea       not null constraint device_codes_pkey primary key,
    user_code_sha256 bytea       not null constraint device_codes_user_code_sha256_uq unique,
    client_id        text        not null,
    scope            text        not null,
    address          text        not null,
    created_at       timestamptz not null,
    expires_at       timestamptz not null,
    interval_seconds int         not null,
    polled_at        timestamptz,
    user_id          uuid        constraint device_codes_user_id_fkey references users (id),
    approved         boolean,
    decided_at       timestamptz,
    consumed_at      timestamptz,
    constraint device_codes_sha256_ck check (length(device_sha256) = 32 and length(user_code_sha256) = 32),
    constraint device_codes_decided_ck check (
        (decided_at is null) = (approved is null) and (decided_at is null) = (user_id is null)),
    constraint device_codes_consumed_ck check (consumed_at is null or approved)
);
comment on table device_codes is 'Device authorizations of RFC 8628: both codes as hashes, who decided, how fast the device may ask.';
create index device_codes_expires_at_idx on device_codes (expires_at);
create index device_codes_user_id_idx on device_codes (user_id);

alter table device_codes enable row level security;
alter table device_codes force row level security;
create policy device_codes_system on device_codes to drover_system using (true) with check (true);
grant select, insert, update, delete on device_codes to drover_system;

create table user_code_failures (
    subject  text        not null constraint user_code_failures_pkey primary key,
    failures int         not null,
    since    timestamptz not null
);
comment on table user_code_failures is 'How many wrong user codes a user or an address has tried since when, so that nobody guesses one.';
create index user_code_failures_since_idx on user_code_failures (since);

alter table user_code_failures enable row level security;
alter table user_code_failures force row level security;
create policy user_code_failures_system on user_code_failures to drover_system using (true) with check (true);
grant select, insert, update, delete on user_code_failures to drover_system;

create table authorization_codes (
    code_sha256       bytea       not null constraint authorization_codes_pkey primary key,
    sign_in_id        uuid        not null constraint authorization_codes_sign_in_id_fkey references sign_ins (id) on delete cascade,
    issued_sign_in_id uuid,
    client_id         text        not null,
    redirect_uri      text        not null,
    challenge         text        not null,
    nonce             text,
    scope             text        not null,
    created_at        timestamptz not null,
    expires_at        timestamptz not null,
    consumed_at       timestamptz,
    constraint authorization_codes_sha256_ck check (length(code_sha256) = 32)
);
comment on table authorization_codes is 'Codes of the authorization endpoint with what they are bound to (RFC 7636); a code that is used twice ends what it gave.';
create index authorization_codes_sign_in_id_idx on authorization_codes (sign_in_id);
create index authorization_codes_expires_at_idx on authorization_codes (expires_at);

alter table authorization_codes enable row level security;
alter table authorization_codes force row level security;
create policy authorization_codes_system on authorization_codes to drover_system using (true) with check (true);
grant select, insert, update, delete on authorization_codes to drover_system;

-- A new signing key is published before it signs. Null is a key that signs since it was made.
alter table instance_keys add column signs_from timestamptz;
grant delete on instance_keys to drover_system;
