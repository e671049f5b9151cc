-- The configuration and the tags of a model version go with it. What uses it (pipeline_version_models) keeps it, and a
-- conversion that runs does, too.
alter table model_configs drop constraint model_configs_version_id_fkey;
alter table model_configs add constraint model_configs_version_id_fkey
    foreign key (workspace_id, version_id) references model_versions (workspace_id, id) on delete cascade;
alter table model_version_tags drop constraint model_version_tags_version_fkey;
alter table model_version_tags add constraint model_version_tags_version_fkey
    foreign key (workspace_id, model_version_id) references model_versions (workspace_id, id) on delete cascade;

create policy model_versions_owner_delete on model_versions as restrictive for delete to drover_server
    using (workspace_id = any ((select principal_owned_workspaces())::bigint[]));
grant delete on model_versions to drover_server;
create policy conversions_owner_delete on conversions as restrictive for delete to drover_server
    using (workspace_id = any ((select principal_owned_workspaces())::bigint[]));
grant delete on conversions to drover_server;

-- A deleted publish keeps its row: edges that were removed refer to it, and it says what is to go from the registry.
alter table publishes add column deleted_at timestamptz;
comment on column publishes.deleted_at is 'When it was deleted; nobody is shown it any more.';
create policy publishes_owner_update on publishes as restrictive for update to drover_server
    using (workspace_id = any ((select principal_owned_workspaces())::bigint[]));
grant update (deleted_at) on publishes to drover_server;

-- What is deleted is taken out of the registry by a job: of a publish beside the job that made it, of a model version
-- by itself, because the version's row is gone by then.
alter table jobs drop constraint jobs_publish_id_uq;
alter table jobs alter column publish_id drop not null;
alter table jobs add column model_version_id uuid;
alter table jobs add column model_name text;
alter table jobs add constraint jobs_publish_id_kind_uq unique (workspace_id, publish_id, kind);
create index jobs_model_version_id_idx on jobs (model_version_id) where model_version_id is not null;
alter table jobs drop constraint jobs_kind_ck;
alter table jobs add constraint jobs_kind_ck check (kind in ('publish', 'unpublish', 'remove_model'));
alter table jobs add constraint jobs_subject_ck check (
    (kind = 'remove_model') = (publish_id is null) and (kind = 'remove_model') = (model_version_id is not null)
    and (model_version_id is null) = (model_name is null));
comment on column jobs.model_version_id is 'Whose tags are to go; not a foreign key, because the version is deleted or never was recorded.';
