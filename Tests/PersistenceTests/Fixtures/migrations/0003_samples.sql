create table samples (
    id bigint generated always as identity,
    an_int int,
    a_bigint bigint,
    a_smallint smallint,
    a_bool boolean,
    a_real real,
    a_double double precision,
    a_text text,
    a_uuid uuid,
    a_time timestamptz,
    a_bytea bytea,
    a_jsonb jsonb,
    a_json json,
    bigints bigint[],
    texts text[],
    uuids uuid[],
    doubles double precision[],
    constraint samples_pkey primary key (id),
    constraint samples_uuid_uq unique (a_uuid) deferrable initially deferred
);
grant select, insert, update, delete on samples to drover_server, drover_system;

create function raise_sqlstate(code text) returns int language plpgsql as $$
begin
    raise exception 'as asked' using errcode = code;
end $$;
