create table users (
    id            uuid        not null constraint users_pkey primary key,
    email         text        not null constraint users_email_uq unique,
    name          text        not null,
    password_hash text,
    is_admin      boolean     not null,
    active        boolean     not null,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    revision      bigint      not null default 1,
    constraint users_email_lower_ck check (email = lower(email)),
    constraint users_email_length_ck check (length(email) between 3 and 254)
);
comment on table users is 'Everybody who may sign in. Instance-wide: any signed-in user may look others up by e-mail (USER-02).';

alter table users enable row level security;
alter table users force row level security;
-- Users are seen by every signed-in user; the password hash is out of reach by column grants.
create policy users_signed_in on users for select to drover_server using (principal_id() is not null);
create policy users_system on users to drover_system using (true) with check (true);
grant select (id, email, name, is_admin, active, created_at, updated_at, revision) on users to drover_server;
grant select, insert, update on users to drover_system;

create table refresh_tokens (
    token_sha256 bytea       not null constraint refresh_tokens_pkey primary key,
    family_id    uuid        not null,
    user_id      uuid        not null constraint refresh_tokens_user_id_fkey references users (id),
    client_id    text        not null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    consumed_at  timestamptz,
    revoked_at   timestamptz,
    constraint refresh_tokens_sha256_ck check (length(token_sha256) = 32)
);
comment on table refresh_tokens is 'One row a refresh token, hash only. A family is one sign-in; using a consumed token revokes its family.';
create index refresh_tokens_user_id_idx on refresh_tokens (user_id);
create index refresh_tokens_family_id_idx on refresh_tokens (family_id);

alter table refresh_tokens enable row level security;
alter table refresh_tokens force row level security;
create policy refresh_tokens_system on refresh_tokens to drover_system using (true) with check (true);
grant select, insert, update, delete on refresh_tokens to drover_system;

create table instance_keys (
    id         text        not null constraint instance_keys_pkey primary key,
    purpose    text        not null,
    public_der bytea       not null,
    sealed_key bytea       not null,
    created_at timestamptz not null,
    constraint instance_keys_purpose_ck check (purpose in ('oidc_signing', 'edge_ca'))
);
comment on table instance_keys is 'Private keys of the instance, sealed with a key that is kept outside the database.';
create index instance_keys_purpose_idx on instance_keys (purpose, created_at);

alter table instance_keys enable row level security;
alter table instance_keys force row level security;
create policy instance_keys_system on instance_keys to drover_system using (true) with check (true);
grant select, insert on instance_keys to drover_system;

create table idempotency_keys (
    user_id     uuid        not null constraint idempotency_keys_user_id_fkey references users (id),
    key         text        not null,
    fingerprint bytea       not null,
    claim       uuid        not null,
    claimed_at  timestamptz not null,
    applied     boolean     not null default false,
    status      int,
    headers     text,
    sealed_body bytea,
    constraint idempotency_keys_pkey primary key (user_id, key),
    constraint idempotency_keys_key_ck check (length(key) between 1 and 255)
);
comment on table idempotency_keys is 'Answers of POST requests that carried an Idempotency-Key. "applied" is set in the transaction of the effect.';
create index idempotency_keys_claimed_at_idx on idempotency_keys (claimed_at);

alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy idempotency_keys_own on idempotency_keys to drover_server
    using (user_id = principal_id()) with check (user_id = principal_id());
create policy idempotency_keys_system on idempotency_keys to drover_system using (true) with check (true);
grant select, insert, update, delete on idempotency_keys to drover_server, drover_system;
