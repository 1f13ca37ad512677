-- The business day follows the day of a zone. A clock that stands already keeps being moved by hand.
ALTER TABLE "business_clock"
  ADD COLUMN "realDate" DATE NOT NULL DEFAULT '1970-01-01',
  ADD COLUMN "zone" TEXT NOT NULL DEFAULT 'UTC',
  ADD COLUMN "mode" TEXT NOT NULL DEFAULT 'BY_HAND';
ALTER TABLE "business_clock"
  ALTER COLUMN "realDate" DROP DEFAULT,
  ALTER COLUMN "zone" DROP DEFAULT,
  ALTER COLUMN "mode" DROP DEFAULT,
  ADD CONSTRAINT business_clock_mode CHECK ("mode" IN ('REAL', 'MOVABLE', 'BY_HAND')),
  ADD CONSTRAINT business_clock_real CHECK ("mode" <> 'REAL' OR "date" = "realDate");
