create table workspace_quotas (
    workspace_id bigint      not null constraint workspace_quotas_pkey primary key
                 constraint workspace_quotas_workspace_id_fkey references workspaces (id),
    quota_bytes  bigint      not null,
    updated_by   uuid        not null constraint workspace_quotas_updated_by_fkey references users (id),
    updated_at   timestamptz not null,
    constraint workspace_quotas_quota_bytes_ck check (quota_bytes >= 0)
);
comment on table workspace_quotas is 'How many bytes of model files a workspace may hold, where an administrator said so; 0 is any number. Others have the setting quota.bytes.';
create index workspace_quotas_updated_by_idx on workspace_quotas (updated_by);

alter table workspace_quotas enable row level security;
alter table workspace_quotas force row level security;
create policy workspace_quotas_member on workspace_quotas for select to drover_server
    using (workspace_id = any (array(select m.workspace_id from workspace_members m where m.user_id = principal_id())));
create policy workspace_quotas_system on workspace_quotas to drover_system using (true) with check (true);
grant select on workspace_quotas to drover_server;
grant select, insert, update, delete on workspace_quotas to drover_system;

-- A file counts once a workspace: these are read whole to add the sizes up.
create index model_versions_sha256_idx on model_versions (workspace_id, sha256) include (size_bytes);
create index model_versions_onnx_sha256_idx on model_versions (workspace_id, onnx_sha256) include (onnx_size_bytes)
    where onnx_sha256 is not null;
