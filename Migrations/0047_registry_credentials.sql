create table workspace_registry_credentials (
    workspace_id    bigint      not null constraint workspace_registry_credentials_pkey primary key
                    constraint workspace_registry_credentials_workspace_id_fkey references workspaces (id),
    registry        text        not null,
    username        text        not null,
    sealed_password bytea       not null,
    sealing_key_id  text        not null generated always as (encode(substr(sealed_password, 2, 4), 'hex')) stored,
    set_by          uuid        not null constraint workspace_registry_credentials_set_by_fkey references users (id),
    set_at          timestamptz not null,
    constraint workspace_registry_credentials_registry_length_ck check (length(registry) between 1 and 300),
    constraint workspace_registry_credentials_username_length_ck check (length(username) between 1 and 255),
    constraint workspace_registry_credentials_sealed_ck check (length(sealed_password) between 33 and 9000)
);
comment on table workspace_registry_credentials is 'With which user name and sealed password a workspace''s models and publishes go to the OCI registry, instead of the instance''s own. They count for the one registry that they were given for.';
create index workspace_registry_credentials_set_by_idx on workspace_registry_credentials (set_by);
create index workspace_registry_credentials_sealing_key_id_idx on workspace_registry_credentials (sealing_key_id);

alter table workspace_registry_credentials enable row level security;
alter table workspace_registry_credentials force row level security;
create policy workspace_registry_credentials_member on workspace_registry_credentials for select to drover_server
    using (workspace_id = any (array(select m.workspace_id from workspace_members m where m.user_id = principal_id())));
create policy workspace_registry_credentials_owner_insert on workspace_registry_credentials for insert to drover_server
    with check (workspace_id = any ((select principal_owned_workspaces())::bigint[]) and set_by = principal_id());
create policy workspace_registry_credentials_owner_delete on workspace_registry_credentials for delete to drover_server
    using (workspace_id = any ((select principal_owned_workspaces())::bigint[]));
create policy workspace_registry_credentials_system on workspace_registry_credentials to drover_system using (true) with check (true);
-- Whoever acts for the workspace acts as the system: nobody's own statements read the sealed password.
grant select (workspace_id, registry, username, set_by, set_at), delete on workspace_registry_credentials to drover_server;
grant insert (workspace_id, registry, username, sealed_password, set_by, set_at) on workspace_registry_credentials to drover_server;
-- Administrators set them, too; and `drover admin rotate-key` seals them anew.
grant select, delete on workspace_registry_credentials to drover_system;
grant insert (workspace_id, registry, username, sealed_password, set_by, set_at) on workspace_registry_credentials to drover_system;
grant update (sealed_password) on workspace_registry_credentials to drover_system;
