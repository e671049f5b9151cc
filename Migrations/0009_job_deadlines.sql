-- The deadline of a publish counts from the first lease of its job, and a job that keeps losing its worker is given up.
alter table jobs add column started_at timestamptz;
alter table jobs add column lapses int not null default 0;
comment on column jobs.started_at is 'The first lease since the job was asked for, or since the last one that lapsed or that a shutdown gave back.';
comment on column jobs.lapses is 'How many leases ran out: the worker was gone without a word.';
