-- What conversions of a version were about to push: a server that dies in between leaves a manifest that nothing else
-- knows of.
alter table conversions add column manifests text[] not null default '{}';
comment on column conversions.manifests is 'Digests of the manifests that conversions of the version pushed or were about to push; all but that of model_versions.onnx_manifest_digest are of no use.';

-- Whoever changes the schemas of a version has it converted again.
grant update (state, step, percent, reason, error, history, attempts, lapses, run_at, lease_id, lease_until, started_at,
    last_error, updated_at, finished_at) on conversions to drover_server;
grant update (status, updated_at) on model_versions to drover_server;
