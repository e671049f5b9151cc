alter table model_versions
    add column onnx_sha256          bytea,
    add column onnx_size_bytes      bigint,
    add column onnx_manifest_digest bytea,
    add constraint model_versions_onnx_sha256_ck check (length(onnx_sha256) = 32),
    add constraint model_versions_onnx_manifest_digest_ck check (length(onnx_manifest_digest) = 32),
    add constraint model_versions_onnx_ck check (
        (onnx_sha256 is null) = (onnx_size_bytes is null) and (onnx_sha256 is null) = (onnx_manifest_digest is null));
comment on column model_versions.onnx_sha256 is 'The file that a conversion made of it, a blob of the same repository (MODEL-15).';

create table conversions (
    version_id   uuid        not null constraint conversions_pkey primary key,
    workspace_id bigint      not null,
    state        text        not null,
    step         text        not null,
    percent      int         not null default 0,
    reason       text,
    error        text,
    inspection   jsonb,
    history      jsonb       not null,
    attempts     int         not null default 0,
    lapses       int         not null default 0,
    run_at       timestamptz not null,
    lease_id     uuid,
    lease_until  timestamptz,
    started_at   timestamptz,
    last_error   text,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    finished_at  timestamptz,
    constraint conversions_version_id_fkey foreign key (workspace_id, version_id)
        references model_versions (workspace_id, id),
    constraint conversions_state_ck check (state in ('pending_load_native', 'attempting_load_native',
        'pending_load_container', 'attempting_load_container', 'ready', 'error')),
    constraint conversions_percent_ck check (percent between 0 and 100),
    constraint conversions_lease_ck check ((lease_id is null) = (lease_until is null)),
    constraint conversions_finished_ck check ((finished_at is null) = (state not in ('ready', 'error'))),
    constraint conversions_error_ck check ((error is null) = (state <> 'error'))
);
comment on table conversions is 'How a model version becomes runnable, and the job that does it (MODEL-18, MODEL-20). Versions that run as they are have no row.';
comment on column conversions.reason is 'Why there is no native form, for people.';
comment on column conversions.history is 'The states so far, each with the time in seconds since 1970.';
create index conversions_version_id_idx on conversions (workspace_id, version_id);
create index conversions_due_idx on conversions (run_at) where finished_at is null;

alter table conversions enable row level security;
alter table conversions force row level security;
create policy conversions_member on conversions to drover_server
    using (workspace_id = any (array(select m.workspace_id from workspace_members m where m.user_id = principal_id())));
create policy conversions_system on conversions to drover_system using (true) with check (true);
grant select, insert on conversions to drover_server;
grant select, insert, update, delete on conversions to drover_system;
