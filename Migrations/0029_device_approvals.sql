-- A device gets its tokens only while the sign-in with which somebody approved it lives.
alter table device_codes add column sign_in_id uuid;
comment on column device_codes.sign_in_id is 'The sign-in with which the user decided; when it was ended since, the device gets nothing. Null before a decision, and for those from before this column, which count as ended.';

-- Who deactivated a service account before 0026 is not known: an administrator it may have been.
update users set admin_hold = true where kind = 'service' and not active;
