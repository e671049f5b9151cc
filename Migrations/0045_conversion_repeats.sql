-- What conversions of a version were about to push: a server that dies in between leaves a manifest that nothing else
-- knows of.
alter table conversions add column manifests text[] not null default '{}';
comment on column conversions.manifests is 'Digests of the manifests that conversions of the version pushed or were about to push; all but that of model_versions.onnx_manifest_digest are of no use.';

-- Whoever changes the schemas of a version has it converted again; otherwise users change nothing of a conversion.
create function convert_again(version uuid, moment timestamptz) returns boolean
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update public.conversions c set state = 'pending_load_native', step = 'queued', percent = 0, reason = null,
        error = null, attempts = 0, lapses = 0, run_at = moment, lease_id = null, lease_until = null,
        started_at = null, last_error = null, finished_at = null, updated_at = moment,
        history = c.history || jsonb_build_array(
            jsonb_build_object('state', 'pending_load_native', 'at', extract(epoch from moment)))
    where c.version_id = version and c.state <> 'pending_load_native'
        and exists (select from public.workspace_members m
                    where m.workspace_id = c.workspace_id and m.user_id = public.principal_id()
                      and coalesce(m.workspace_id = any (public.principal_scope()), true));
    if not found then
        return false;
    end if;
    update public.model_versions v set status = 'pending_conversion', updated_at = moment where v.id = version;
    return true;
end
$$;
comment on function convert_again(uuid, timestamptz) is 'Begins the conversion of a version of the principal''s anew, whoever is at it; false when there is none, or it has not begun yet.';
revoke all on function convert_again(uuid, timestamptz) from public;
grant execute on function convert_again(uuid, timestamptz) to drover_server;
create policy conversions_definer on conversions to current_user using (true) with check (true);
create policy model_versions_definer on model_versions to current_user using (true) with check (true);
