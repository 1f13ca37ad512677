ALTER TABLE "account" ADD COLUMN     "heldUntilMs" BIGINT;

CREATE TABLE "account_change" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "scheme" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "holderName" TEXT NOT NULL,
    "oldScheme" TEXT NOT NULL,
    "oldIdentifier" TEXT NOT NULL,
    "oldHolderName" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "proposedBy" TEXT NOT NULL,
    "approvedBy" TEXT[],
    "heldUntilMs" BIGINT,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "account_change_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "account_change_account_idx" ON "account_change"("account");

ALTER TABLE "account_change"
  ADD CONSTRAINT account_change_account FOREIGN KEY ("account") REFERENCES "account" ("id"),
  ADD CONSTRAINT account_change_state CHECK ("state" IN ('OPEN', 'IN_FORCE', 'RETRACTED')),
  ADD CONSTRAINT account_change_other_people CHECK (NOT "proposedBy" = ANY("approvedBy") AND cardinality("approvedBy") <= 2
    AND (cardinality("approvedBy") < 2 OR "approvedBy"[1] <> "approvedBy"[2])),
  ADD CONSTRAINT account_change_held CHECK (("state" = 'IN_FORCE') = ("heldUntilMs" IS NOT NULL)
    AND ("state" <> 'IN_FORCE' OR cardinality("approvedBy") = 2) AND ("state" <> 'OPEN' OR cardinality("approvedBy") < 2));
-- One change of an account waits at a time.
CREATE UNIQUE INDEX account_change_open ON "account_change" ("account") WHERE "state" = 'OPEN';
