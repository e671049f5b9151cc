alter table artifact_signatures add column model_signature bytea;
comment on column artifact_signatures.model_signature is 'A Sigstore bundle with an OpenSSF model signature of the files; null for what is not pulled as files.';
