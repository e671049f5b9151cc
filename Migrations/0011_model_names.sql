-- A model's name never changes, so each version has it too: reading one is a single index scan under a single policy.
-- No release runs on an older schema, so the column may be required at once.
alter table models add constraint models_workspace_id_id_name_uq unique (workspace_id, id, name);
alter table model_versions add column model_name text;
-- The owner is bound by forced row-level security too, and has no principal.
alter table models no force row level security;
alter table model_versions no force row level security;
update model_versions v set model_name = m.name from models m where m.workspace_id = v.workspace_id and m.id = v.model_id;
alter table models force row level security;
alter table model_versions force row level security;
alter table model_versions alter column model_name set not null;
alter table model_versions drop constraint model_versions_model_id_fkey;
alter table model_versions add constraint model_versions_model_id_fkey
    foreign key (workspace_id, model_id, model_name) references models (workspace_id, id, name);
create index model_versions_model_fkey_idx on model_versions (workspace_id, model_id, model_name);
