-- The stored document has the names of the API, so that reading a version passes it on as it is.
-- The owner is bound by forced row-level security too, and has no principal.
alter table model_versions no force row level security;
update model_versions
set inspection = (inspection - 'irVersion') || jsonb_build_object('ir_version', inspection -> 'irVersion')
where inspection ? 'irVersion';
alter table model_versions force row level security;
