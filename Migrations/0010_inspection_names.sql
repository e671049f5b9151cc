-- The stored document has the names of the API, so that reading a version passes it on as it is.
update model_versions
set inspection = (inspection - 'irVersion') || jsonb_build_object('ir_version', inspection -> 'irVersion')
where inspection ? 'irVersion';
