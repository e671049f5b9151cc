-- Live sign-ins of a user are few, ended ones are kept for a day after they would have expired: each has its own index.
create index sign_ins_live_idx on sign_ins (user_id) where revoked_at is null;
create index sign_ins_ended_idx on sign_ins (user_id, revoked_at) where revoked_at is not null;
-- How many devices of one address wait.
create index device_codes_address_idx on device_codes (address, expires_at);
-- The first members of a workspace in the order in which they came, without sorting all of them.
create index workspace_members_order_idx on workspace_members (workspace_id, created_at, user_id);
drop index workspace_members_workspace_id_idx;
-- What tells idempotent requests apart is keyed.
alter table instance_keys
    drop constraint instance_keys_purpose_ck,
    add constraint instance_keys_purpose_ck check (purpose in ('oidc_signing', 'edge_ca', 'request_fingerprint'));
