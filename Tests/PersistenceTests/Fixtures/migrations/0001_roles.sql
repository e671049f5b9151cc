do $$ begin
    if to_regrole('drover_server') is null then create role drover_server nologin; end if;
    if to_regrole('drover_system') is null then create role drover_system nologin; end if;
end $$;
