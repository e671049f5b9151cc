create table publish_replacements (
    workspace_id bigint not null,
    publish_id   bigint not null,
    replaced_id  bigint not null,
    constraint publish_replacements_pkey primary key (workspace_id, publish_id, replaced_id),
    constraint publish_replacements_publish_id_fkey foreign key (workspace_id, publish_id)
        references publishes (workspace_id, id) on delete cascade,
    constraint publish_replacements_replaced_id_fkey foreign key (workspace_id, replaced_id)
        references publishes (workspace_id, id) on delete cascade,
    constraint publish_replacements_order_ck check (replaced_id < publish_id)
);
comment on table publish_replacements is 'Which publishes a publish was asked to replace: when it becomes Published, their edges become its own, in the same transaction.';
create index publish_replacements_replaced_id_idx on publish_replacements (workspace_id, replaced_id);

alter table publish_replacements enable row level security;
alter table publish_replacements force row level security;
create policy publish_replacements_member on publish_replacements to drover_server
    using (workspace_id = any (array(select m.workspace_id from workspace_members m where m.user_id = principal_id())));
create policy publish_replacements_system on publish_replacements to drover_system using (true) with check (true);
grant select, insert on publish_replacements to drover_server;
grant select, insert on publish_replacements to drover_system;
