-- Lines that pay nothing by themselves are dealt with by people; camt.053 is a format of statements.
ALTER TABLE "statement_line" ADD COLUMN     "assigned" TEXT[] DEFAULT ARRAY[]::TEXT[];

CREATE TABLE "assignment" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "legs" TEXT[],
    "reason" TEXT NOT NULL,
    "returnedReason" TEXT,
    "proposedBy" TEXT NOT NULL,
    "decidedBy" TEXT,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "assignment_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "assignment_line_idx" ON "assignment"("line");

CREATE INDEX "assignment_owner_state_idx" ON "assignment"("owner", "state");

ALTER TABLE "statement"
  DROP CONSTRAINT statement_format,
  ADD CONSTRAINT statement_format CHECK ("format" IN ('CAMT054', 'CAMT053', 'CSV'));

ALTER TABLE "statement_line"
  DROP CONSTRAINT statement_line_whole,
  ADD CONSTRAINT statement_line_whole CHECK (CASE "state"
    WHEN 'UNMATCHED' THEN "appliedMinor" = 0 AND "unappliedMinor" = 0
    WHEN 'MATCHED' THEN "appliedMinor" + "unappliedMinor" = "amountMinor"
      OR ("reason" = 'SAME_PAYMENT' AND "twin" IS NOT NULL AND "appliedMinor" + "unappliedMinor" = 0)
    WHEN 'PARKED' THEN "appliedMinor" = 0 AND "unappliedMinor" = "amountMinor" AND "reason" IS NOT NULL
    WHEN 'DISMISSED' THEN "leg" IS NULL AND "appliedMinor" = 0 AND "unappliedMinor" = "amountMinor" AND "reason" IS NOT NULL
    ELSE false END);

ALTER TABLE "assignment"
  ADD CONSTRAINT assignment_line FOREIGN KEY ("line") REFERENCES "statement_line" ("id"),
  ADD CONSTRAINT assignment_state CHECK ("state" IN ('OPEN', 'CONFIRMED', 'RETURNED')),
  ADD CONSTRAINT assignment_legs CHECK (cardinality("legs") > 0),
  -- Nobody confirms alone what the same person said.
  ADD CONSTRAINT assignment_four_eyes CHECK ("state" <> 'CONFIRMED' OR ("decidedBy" IS NOT NULL AND "decidedBy" <> "proposedBy")),
  ADD CONSTRAINT assignment_returned CHECK (("state" = 'RETURNED') = ("returnedReason" IS NOT NULL));
CREATE UNIQUE INDEX assignment_open ON "assignment" ("line") WHERE "state" = 'OPEN';
