create table edges (
    id                  uuid        not null constraint edges_pkey primary key,
    workspace_id        bigint      not null,
    pipeline_id         bigint      not null,
    publish_id          bigint      not null,
    name                text        not null,
    tags                text[]      not null,
    created_by          uuid        not null constraint edges_created_by_fkey references users (id),
    created_at          timestamptz not null,
    attested_at         timestamptz,
    last_contact_at     timestamptz,
    certificate_serial  bytea,
    agent               jsonb,
    removed_at          timestamptz,
    constraint edges_publish_id_fkey foreign key (workspace_id, publish_id) references publishes (workspace_id, id),
    constraint edges_pipeline_id_fkey foreign key (workspace_id, pipeline_id) references pipelines (workspace_id, id),
    constraint edges_workspace_id_id_uq unique (workspace_id, id),
    constraint edges_name_ck check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
);
comment on table edges is 'A place where a publish runs. A name is taken in the whole instance until the edge is removed (EDGE-02, EDGE-15).';
create unique index edges_name_uq on edges (name) where removed_at is null;
create index edges_publish_id_idx on edges (workspace_id, publish_id);
create index edges_pipeline_id_idx on edges (workspace_id, pipeline_id);
create index edges_created_by_idx on edges (created_by);

create table join_tokens (
    token_sha256  bytea       not null constraint join_tokens_pkey primary key,
    workspace_id  bigint      not null,
    edge_id       uuid        not null,
    created_by    uuid        not null constraint join_tokens_created_by_fkey references users (id),
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    consumed_at   timestamptz,
    consumed_spki bytea,
    serial        bytea,
    svid_der      bytea,
    confirmed_at  timestamptz,
    revoked_at    timestamptz,
    constraint join_tokens_edge_id_fkey foreign key (workspace_id, edge_id) references edges (workspace_id, id),
    constraint join_tokens_sha256_ck check (length(token_sha256) = 32),
    constraint join_tokens_consumed_ck check ((consumed_at is null) = (consumed_spki is null))
);
comment on table join_tokens is 'One-time tokens, hash only (EDGE-12). Used and revoked rows stay for the audit.';
create unique index join_tokens_live_uq on join_tokens (edge_id) where consumed_at is null and revoked_at is null;
create index join_tokens_edge_id_idx on join_tokens (workspace_id, edge_id);
create index join_tokens_created_by_idx on join_tokens (created_by);

alter table edges enable row level security;
alter table edges force row level security;
create policy edges_member on edges to drover_server
    using (workspace_id = any (array(select m.workspace_id from workspace_members m where m.user_id = principal_id())));
create policy edges_system on edges to drover_system using (true) with check (true);
grant select, insert on edges to drover_server;
grant update (removed_at, certificate_serial) on edges to drover_server;
grant select, insert, update on edges to drover_system;

alter table join_tokens enable row level security;
alter table join_tokens force row level security;
create policy join_tokens_member on join_tokens to drover_server
    using (workspace_id = any (array(select m.workspace_id from workspace_members m where m.user_id = principal_id())));
create policy join_tokens_system on join_tokens to drover_system using (true) with check (true);
grant select (workspace_id, edge_id, created_by, created_at, expires_at, consumed_at, confirmed_at, revoked_at) on join_tokens to drover_server;
grant insert on join_tokens to drover_server;
grant update (revoked_at) on join_tokens to drover_server;
grant select, insert, update on join_tokens to drover_system;
