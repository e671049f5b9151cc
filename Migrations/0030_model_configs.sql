alter table model_versions
    add column accel      text not null default 'none',
    add column image_path text,
    add column updated_at timestamptz,
    add constraint model_versions_accel_ck check (accel in ('none', 'aio', 'cuda', 'jetson', 'openvino'));
comment on column model_versions.image_path is 'The container image that runs it, once there is one (MODEL-09).';
comment on column model_versions.updated_at is 'The last change of its state; null means never, so created_at counts.';

create table model_configs (
    version_id       uuid        not null constraint model_configs_pkey primary key,
    workspace_id     bigint      not null,
    runtime          text,
    tensor_fields    text[],
    batch_config     text,
    filter_threshold double precision,
    input_schema     bytea,
    output_schema    bytea,
    revision         bigint      not null,
    updated_by       uuid        not null constraint model_configs_updated_by_fkey references users (id),
    updated_at       timestamptz not null,
    constraint model_configs_version_id_fkey foreign key (workspace_id, version_id) references model_versions (workspace_id, id),
    constraint model_configs_runtime_ck check (runtime in ('onnx', 'tensorflow', 'python', 'flight', 'mlflow')),
    constraint model_configs_batch_config_ck check (batch_config in ('single')),
    constraint model_configs_revision_ck check (revision > 0)
);
comment on table model_configs is 'How a model version is run (MODEL-58). A version without a row has the defaults. Schemas are encapsulated Arrow messages.';
create index model_configs_version_id_idx on model_configs (workspace_id, version_id);
create index model_configs_updated_by_idx on model_configs (updated_by);

alter table model_configs enable row level security;
alter table model_configs force row level security;
create policy model_configs_member on model_configs to drover_server
    using (workspace_id = any (array(select m.workspace_id from workspace_members m where m.user_id = principal_id())));
create policy model_configs_system on model_configs to drover_system using (true) with check (true);
grant select, insert on model_configs to drover_server;
grant update (runtime, tensor_fields, batch_config, filter_threshold, input_schema, output_schema, revision, updated_by, updated_at)
    on model_configs to drover_server;
grant select, insert, update on model_configs to drover_system;
