-- A link has an id of its own, so that it can be named and removed. The release before gives none.
alter table external_identities
    add column id uuid not null default gen_random_uuid(),
    add constraint external_identities_id_uq unique (id);
grant delete on external_identities to drover_system;
comment on table external_attempts is 'Sign-ins through another provider that have come back and whose cookie has not expired, so that none works twice.';

-- Another provider may have asked for the password long before the browser came back from it. Null is created_at.
alter table sign_ins add column authenticated_at timestamptz;
grant select (authenticated_at) on sign_ins to drover_server;
