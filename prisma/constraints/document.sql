-- Documents: wrapped keys of the right size, names of the right form, and nothing changes afterwards.

ALTER TABLE "organisation_key" ADD CONSTRAINT "organisation_key_is_wrapped" CHECK (octet_length("wrappedKey") = 60);
ALTER TABLE "document" ADD CONSTRAINT "document_key_is_wrapped" CHECK (octet_length("wrappedKey") = 92);
ALTER TABLE "document" ADD CONSTRAINT "document_blob_is_hex" CHECK ("blob" ~ '^[0-9a-f]{64}$');
ALTER TABLE "document" ADD CONSTRAINT "document_is_not_empty" CHECK ("byteLength" > 0);
ALTER TABLE "document" ADD CONSTRAINT "document_name_is_short" CHECK (length("name") BETWEEN 1 AND 255);

CREATE FUNCTION "document_stays_as_it_is"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A document is never changed: store the new file as a new document.' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER "document_stays_as_it_is" BEFORE UPDATE ON "document"
  FOR EACH ROW EXECUTE FUNCTION "document_stays_as_it_is"();
