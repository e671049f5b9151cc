-- Who somebody is at another OpenID provider. The pair of issuer and subject decides, never the e-mail address, which a
-- provider may give to somebody else later.
create table external_identities (
    issuer         text        not null,
    subject        text        not null,
    user_id        uuid        not null constraint external_identities_user_id_fkey references users (id),
    provisioned    boolean     not null,
    created_at     timestamptz not null,
    last_seen_at   timestamptz not null,
    constraint external_identities_pkey primary key (issuer, subject),
    constraint external_identities_user_id_issuer_uq unique (user_id, issuer),
    constraint external_identities_length_ck check (length(issuer) between 1 and 500 and length(subject) between 1 and 255)
);
comment on table external_identities is 'Links of users to subjects of other OpenID providers. "provisioned" users were made by their first sign-in there and have no password.';

alter table external_identities enable row level security;
alter table external_identities force row level security;
create policy external_identities_system on external_identities to drover_system using (true) with check (true);
grant select, insert, update on external_identities to drover_system;

create table external_attempts (
    state_sha256 bytea       not null constraint external_attempts_pkey primary key,
    expires_at   timestamptz not null,
    constraint external_attempts_sha256_ck check (length(state_sha256) = 32)
);
comment on table external_attempts is 'Sign-ins through another provider that have succeeded and whose cookie has not expired, so that none works twice.';
create index external_attempts_expires_at_idx on external_attempts (expires_at);

alter table external_attempts enable row level security;
alter table external_attempts force row level security;
create policy external_attempts_system on external_attempts to drover_system using (true) with check (true);
grant select, insert, delete on external_attempts to drover_system;
