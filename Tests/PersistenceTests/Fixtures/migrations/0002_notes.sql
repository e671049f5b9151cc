create table notes (
    id bigint generated always as identity,
    owner uuid not null,
    body text not null,
    revision int not null default 1,
    constraint notes_pkey primary key (id),
    constraint notes_owner_body_uq unique (owner, body),
    constraint notes_revision_ck check (revision > 0)
);

alter table notes enable row level security;
alter table notes force row level security;
create policy notes_owner on notes to drover_server
    using (owner = nullif(current_setting('drover.principal', true), '')::uuid);
create policy notes_system on notes to drover_system using (true);
grant select, insert, update, delete on notes to drover_server, drover_system;
