ALTER TABLE "shipment"
  ADD CONSTRAINT shipment_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT shipment_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT shipment_seller FOREIGN KEY ("seller") REFERENCES "party" ("id"),
  ADD CONSTRAINT shipment_buyer FOREIGN KEY ("buyer") REFERENCES "party" ("id"),
  ADD CONSTRAINT shipment_carrier FOREIGN KEY ("carrier") REFERENCES "party" ("id"),
  ADD CONSTRAINT shipment_reference CHECK (length("reference") BETWEEN 1 AND 100),
  ADD CONSTRAINT shipment_version CHECK ("version" > 0);
ALTER TABLE "delivery_event"
  ADD CONSTRAINT delivery_event_shipment FOREIGN KEY ("shipment") REFERENCES "shipment" ("id"),
  ADD CONSTRAINT delivery_event_carrier FOREIGN KEY ("carrier") REFERENCES "party" ("id"),
  ADD CONSTRAINT delivery_event_hash CHECK (octet_length("eventHash") = 32),
  ADD CONSTRAINT delivery_event_type CHECK ("eventType" IN ('ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent', 'AssociationEvent')),
  ADD CONSTRAINT delivery_event_version CHECK ("version" IN (1, 2) AND ("version" = 1 OR "errorDeclaration" IS NOT NULL));

-- A reported event never changes and never goes; it may be declared wrong once.
CREATE FUNCTION delivery_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'a reported event is never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD."errorDeclaration" IS NOT NULL THEN
    RAISE EXCEPTION 'a corrected event never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (OLD."id", OLD."shipment", OLD."carrier", OLD."eventId", OLD."eventHash", OLD."eventType", OLD."action", OLD."bizStep",
      OLD."disposition", OLD."eventTime", OLD."location", OLD."event", OLD."createdMs")
     IS DISTINCT FROM
     (NEW."id", NEW."shipment", NEW."carrier", NEW."eventId", NEW."eventHash", NEW."eventType", NEW."action", NEW."bizStep",
      NEW."disposition", NEW."eventTime", NEW."location", NEW."event", NEW."createdMs") THEN
    RAISE EXCEPTION 'what was reported never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER delivery_event_kept BEFORE UPDATE OR DELETE ON "delivery_event" FOR EACH ROW EXECUTE FUNCTION delivery_event_is_kept();
CREATE TRIGGER delivery_event_not_truncated BEFORE TRUNCATE ON "delivery_event" FOR EACH STATEMENT EXECUTE FUNCTION delivery_event_is_kept();

ALTER TABLE "capture_job"
  ADD CONSTRAINT capture_job_party FOREIGN KEY ("party") REFERENCES "party" ("id"),
  ADD CONSTRAINT capture_job_signature CHECK (("signedBy" IS NULL) = ("signature" IS NULL)),
  ADD CONSTRAINT capture_job_digest CHECK (octet_length("bodyDigest") = 32);
