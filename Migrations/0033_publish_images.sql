-- A publish may ask for an image with the same files, for those who mount or pull with tools for images.
alter table publishes add column image_url text;
alter table publishes add column image_digest bytea;
alter table publishes add constraint publishes_image_ck
    check (image_digest is null or (image_url is not null and length(image_digest) = 32));
comment on column publishes.image_url is 'Where the image is or will be; null when none was asked for.';
