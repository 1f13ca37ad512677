ALTER TABLE "certificate" ADD COLUMN     "hop" TEXT;

ALTER TABLE "transfer" ADD COLUMN     "governingLaw" TEXT NOT NULL DEFAULT 'not stated',
ADD COLUMN     "recourseCapMicros" BIGINT,
ADD COLUMN     "recourseDays" INTEGER,
ADD COLUMN     "tradeDocument" TEXT;

-- What was passed on before named no terms; it is given the widest.
UPDATE "transfer" SET "recourseDays" = 3650 WHERE "recourse" <> 'NONE';
UPDATE "transfer" SET "recourseCapMicros" = 1000000 WHERE "recourse" = 'LIMITED';
UPDATE "transfer" SET "tradeDocumentDigest" = NULL;
ALTER TABLE "transfer" ALTER COLUMN "governingLaw" DROP DEFAULT;

ALTER TABLE "transfer"
  ADD CONSTRAINT transfer_document FOREIGN KEY ("tradeDocument") REFERENCES "document" ("id"),
  ADD CONSTRAINT transfer_document_digest CHECK (("tradeDocument" IS NULL) = ("tradeDocumentDigest" IS NULL)),
  ADD CONSTRAINT transfer_recourse_terms CHECK (CASE WHEN "recourse" = 'NONE' THEN "recourseDays" IS NULL ELSE "recourseDays" BETWEEN 1 AND 3650 END
    AND CASE WHEN "recourse" = 'LIMITED' THEN "recourseCapMicros" BETWEEN 1 AND 1000000 ELSE "recourseCapMicros" IS NULL END),
  ADD CONSTRAINT transfer_law CHECK (length("governingLaw") BETWEEN 1 AND 100);
ALTER TABLE "certificate" ADD CONSTRAINT certificate_hop FOREIGN KEY ("hop") REFERENCES "transfer" ("id");
