-- An administrator may take a token away whose creator is gone, and sees neither it nor sets one. So the row of a token
-- goes by a trigger, not by a right on the table.
drop policy model_registries_creator_update on model_registries;
create policy model_registries_creator_or_admin_update on model_registries for update to drover_server
    using (principal_scope() is null
           and (created_by = principal_id()
                or (principal_token() is null
                    and exists (select from users u where u.id = principal_id() and u.is_admin and u.active))))
    with check (created_by = principal_id() or not has_token);

create function take_model_registry_token() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    delete from public.model_registry_tokens where registry_id = new.id;
    return null;
end
$$;
comment on function take_model_registry_token() is 'Takes the token of a registry away: one that is replaced, or that is no longer wanted.';
revoke all on function take_model_registry_token() from public;
create trigger model_registries_token_trg after update of has_token on model_registries
    for each row execute function take_model_registry_token();
create policy model_registry_tokens_definer on model_registry_tokens to current_user using (true) with check (true);
drop policy model_registry_tokens_creator_delete on model_registry_tokens;
revoke delete on model_registry_tokens from drover_server;

-- Versions that were uploaded before conversions existed wait for one that nobody would take up.
alter table model_versions no force row level security;
alter table conversions no force row level security;
insert into conversions (version_id, workspace_id, state, step, history, run_at, created_at, updated_at)
select v.id, v.workspace_id, s.state, 'queued',
    jsonb_build_array(jsonb_build_object('state', s.state, 'at', extract(epoch from v.created_at))),
    v.created_at, v.created_at, v.created_at
from model_versions v
cross join lateral (select case when v.framework in ('keras', 'sklearn', 'pytorch', 'xgboost')
    then 'pending_load_native' else 'pending_load_container' end as state) s
where v.status = 'pending_conversion' and not exists (select from conversions c where c.version_id = v.id);
alter table model_versions force row level security;
alter table conversions force row level security;
