-- A certificate is money owed: never negative, never without a currency, never more open than its face.
ALTER TABLE "certificate"
  ADD CONSTRAINT certificate_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT certificate_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT certificate_issuer FOREIGN KEY ("issuer") REFERENCES "party" ("id"),
  ADD CONSTRAINT certificate_holder FOREIGN KEY ("holder") REFERENCES "party" ("id"),
  ADD CONSTRAINT certificate_parent FOREIGN KEY ("parent") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT certificate_root FOREIGN KEY ("root") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT certificate_state CHECK ("state" IN ('OFFERED', 'ACTIVE', 'RESERVED', 'ASSIGNED', 'PLEDGED', 'DUE', 'PART_REDEEMED',
    'REDEEMED', 'BURNT', 'TRANSFER_PENDING', 'TRANSFERRED', 'SPLIT', 'MERGED', 'FROZEN', 'OVERDUE', 'DEFAULTED', 'RECOVERED',
    'WRITTEN_OFF', 'VOID')),
  ADD CONSTRAINT certificate_recourse CHECK ("recourse" IN ('NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL')),
  ADD CONSTRAINT certificate_face CHECK ("faceMinor" > 0 AND "openMinor" >= 0 AND "creditedMinor" >= 0 AND "openMinor" + "creditedMinor" <= "faceMinor"
    AND "faceMinor" <= "rootFaceMinor" AND ("parent" IS NOT NULL OR "faceMinor" = "rootFaceMinor")),
  ADD CONSTRAINT certificate_open CHECK (CASE
    WHEN "state" IN ('SPLIT', 'TRANSFERRED', 'MERGED', 'VOID', 'REDEEMED', 'RECOVERED', 'BURNT') THEN "openMinor" = 0
    WHEN "state" IN ('OFFERED', 'ACTIVE', 'RESERVED', 'ASSIGNED', 'PLEDGED', 'TRANSFER_PENDING', 'DUE') THEN "openMinor" + "creditedMinor" = "faceMinor"
    ELSE true END),
  ADD CONSTRAINT certificate_currency CHECK ("currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT certificate_root_first CHECK (("parent" IS NULL) = ("root" = "id")),
  ADD CONSTRAINT certificate_numbers CHECK ("depth" >= 0 AND "part" >= 0 AND "version" > 0),
  ADD CONSTRAINT certificate_note CHECK (octet_length("note") = 32);
-- One certificate for each confirmed invoice.
CREATE UNIQUE INDEX certificate_one_root ON "certificate" ("invoice") WHERE "parent" IS NULL;
-- The same part of a split is cut once.
CREATE UNIQUE INDEX certificate_one_part ON "certificate" ("parent", "part") WHERE "parent" IS NOT NULL;

-- What a certificate was cut into sums to it, exactly; what was passed on is one part of the same face.
CREATE FUNCTION certificate_parts_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parent_id text := CASE WHEN NEW."state" IN ('SPLIT', 'TRANSFERRED') THEN NEW."id" ELSE NEW."parent" END;
BEGIN
  IF EXISTS (SELECT 1 FROM "certificate" p WHERE p."id" = parent_id
      AND p."faceMinor" <> (SELECT COALESCE(sum(c."faceMinor"), 0) FROM "certificate" c WHERE c."parent" = p."id")) THEN
    RAISE EXCEPTION 'the parts of certificate % sum to its face', parent_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER certificate_parts AFTER INSERT OR UPDATE OF "state", "faceMinor" ON "certificate"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION certificate_parts_sum();

-- A promise in somebody's hands never grows, never moves and never changes its currency.
CREATE FUNCTION certificate_face_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD."faceMinor", OLD."rootFaceMinor", OLD."currency", OLD."invoice", OLD."issuer", OLD."parent", OLD."root", OLD."part", OLD."maturityDate")
     IS DISTINCT FROM
     (NEW."faceMinor", NEW."rootFaceMinor", NEW."currency", NEW."invoice", NEW."issuer", NEW."parent", NEW."root", NEW."part", NEW."maturityDate") THEN
    RAISE EXCEPTION 'what a certificate promises never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
-- After the table's own rules, so that each of them says its own no.
CREATE TRIGGER certificate_face_kept AFTER UPDATE ON "certificate" FOR EACH ROW EXECUTE FUNCTION certificate_face_is_kept();

ALTER TABLE "transfer"
  ADD CONSTRAINT transfer_certificate FOREIGN KEY ("certificate") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT transfer_transferor FOREIGN KEY ("transferor") REFERENCES "party" ("id"),
  ADD CONSTRAINT transfer_transferee FOREIGN KEY ("transferee") REFERENCES "party" ("id"),
  ADD CONSTRAINT transfer_state CHECK ("state" IN ('PENDING', 'RECEIVED', 'REJECTED', 'LAPSED')),
  ADD CONSTRAINT transfer_recourse CHECK ("recourse" IN ('NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL')),
  ADD CONSTRAINT transfer_document FOREIGN KEY ("tradeDocument") REFERENCES "document" ("id"),
  ADD CONSTRAINT transfer_document_digest CHECK (("tradeDocument" IS NULL) = ("tradeDocumentDigest" IS NULL)),
  ADD CONSTRAINT transfer_recourse_terms CHECK (CASE WHEN "recourse" = 'NONE' THEN "recourseDays" IS NULL ELSE "recourseDays" BETWEEN 1 AND 3650 END
    AND CASE WHEN "recourse" = 'LIMITED' THEN "recourseCapMicros" BETWEEN 1 AND 1000000 ELSE "recourseCapMicros" IS NULL END),
  ADD CONSTRAINT transfer_law CHECK (length("governingLaw") BETWEEN 1 AND 100),
  ADD CONSTRAINT transfer_to_another CHECK ("transferor" <> "transferee"),
  ADD CONSTRAINT transfer_trade CHECK (length("tradeReference") BETWEEN 1 AND 200),
  ADD CONSTRAINT transfer_reason CHECK (("state" = 'REJECTED') = ("reason" IS NOT NULL));
-- One offer at a time for a certificate.
CREATE UNIQUE INDEX transfer_one_pending ON "transfer" ("certificate") WHERE "state" = 'PENDING';

ALTER TABLE "certificate" ADD CONSTRAINT certificate_transfer FOREIGN KEY ("transfer") REFERENCES "transfer" ("id"),
  ADD CONSTRAINT certificate_hop FOREIGN KEY ("hop") REFERENCES "transfer" ("id");
