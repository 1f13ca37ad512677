-- One reference pays all parts of a promise.
ALTER TABLE "leg" ADD COLUMN     "rootReference" TEXT;

CREATE INDEX "leg_rootReference_idx" ON "leg"("rootReference");

UPDATE "leg" SET "rootReference" = 'TS-' || upper(substr(c."root", 5, 10))
FROM "certificate" c WHERE c."id" = "leg"."certificate" AND "leg"."kind" = 'REPAYMENT';

ALTER TABLE "leg"
  ADD CONSTRAINT leg_root_reference CHECK ("rootReference" IS NULL OR ("kind" = 'REPAYMENT' AND "rootReference" ~ '^TS-[A-Z2-7]{10}$'));
