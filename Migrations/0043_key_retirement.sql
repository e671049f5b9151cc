-- A signing key can be taken out of use; what it signed can still be verified with its public half.
alter table instance_keys add column not_after timestamptz;
comment on column instance_keys.not_after is 'From then on the key signs nothing; null for one that is in use, or will be.';
grant update (not_after) on instance_keys to drover_system;
