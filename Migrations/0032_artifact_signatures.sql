-- What is published is signed by a key of the instance, of its own kind.
alter table instance_keys drop constraint instance_keys_purpose_ck;
alter table instance_keys add constraint instance_keys_purpose_ck
    check (purpose in ('oidc_signing', 'edge_ca', 'request_fingerprint', 'artifact_signing'));

-- Signatures of ECDSA differ each time they are made, so the first one is kept and sent again.
create table artifact_signatures (
    workspace_id   bigint      not null constraint artifact_signatures_workspace_id_fkey references workspaces (id),
    reference      text        not null,
    subject_digest bytea       not null,
    key_id         text        not null constraint artifact_signatures_key_id_fkey references instance_keys (id),
    payload        bytea       not null,
    signature      bytea       not null,
    bundle         bytea       not null,
    provenance     bytea       not null,
    created_at     timestamptz not null,
    constraint artifact_signatures_pkey primary key (workspace_id, subject_digest, reference, key_id),
    constraint artifact_signatures_subject_digest_ck check (length(subject_digest) = 32),
    constraint artifact_signatures_reference_length_ck check (length(reference) between 1 and 512)
);
comment on table artifact_signatures is 'What a key said of a published manifest, once for each place that it is published to: cosign payload and signature, Sigstore bundle, provenance bundle.';
create index artifact_signatures_key_id_idx on artifact_signatures (key_id);

alter table artifact_signatures enable row level security;
alter table artifact_signatures force row level security;
create policy artifact_signatures_member on artifact_signatures for select to drover_server
    using (workspace_id = any (array(select m.workspace_id from workspace_members m where m.user_id = principal_id())));
create policy artifact_signatures_system on artifact_signatures to drover_system using (true) with check (true);
grant select on artifact_signatures to drover_server;
grant select, insert on artifact_signatures to drover_system;
