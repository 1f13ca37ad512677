ALTER TABLE "invoice" ADD COLUMN     "disputedMinor" BIGINT NOT NULL DEFAULT 0;

CREATE TABLE "dispute" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "invoice" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "seller" TEXT NOT NULL,
    "buyer" TEXT NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "reasonCode" TEXT NOT NULL,
    "ofPromise" BOOLEAN NOT NULL,
    "claim" TEXT NOT NULL,
    "claimDigest" BYTEA,
    "answer" TEXT,
    "answerDigest" BYTEA,
    "offeredMinor" BIGINT,
    "offeredBy" TEXT,
    "settledMinor" BIGINT,
    "closedReason" TEXT,
    "raisedBy" TEXT NOT NULL,
    "raisedDate" DATE NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "dispute_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "dispute_invoice_idx" ON "dispute"("invoice");

CREATE INDEX "dispute_seller_state_idx" ON "dispute"("seller", "state");

ALTER TABLE "invoice"
  ADD CONSTRAINT invoice_undisputed CHECK ("disputedMinor" >= 0 AND "disputedMinor" <= COALESCE("approvedMinor", "payableMinor"));

ALTER TABLE "dispute"
  ADD CONSTRAINT dispute_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT dispute_state CHECK ("state" IN ('RAISED', 'EVIDENCE', 'REJECTED', 'ACCEPTED', 'SETTLED', 'CLOSED')),
  ADD CONSTRAINT dispute_reason CHECK ("reasonCode" IN ('QUALITY', 'QUANTITY', 'PRICE', 'NOT_DELIVERED', 'NEVER_EXISTED', 'CARRIAGE', 'OTHER')),
  ADD CONSTRAINT dispute_amount CHECK ("amountMinor" > 0),
  ADD CONSTRAINT dispute_digests CHECK (octet_length("claimDigest") = 32 AND octet_length("answerDigest") = 32),
  ADD CONSTRAINT dispute_offer CHECK (("offeredMinor" IS NULL) = ("offeredBy" IS NULL) AND "offeredMinor" > 0 AND "offeredMinor" <= "amountMinor"),
  -- What is conceded is said once it ended so, never is more than was disputed, and all of it when accepted.
  ADD CONSTRAINT dispute_settled CHECK ("settledMinor" > 0 AND "settledMinor" <= "amountMinor"),
  ADD CONSTRAINT dispute_ended CHECK ("state" = 'CLOSED' OR ("state" IN ('ACCEPTED', 'SETTLED')) = ("settledMinor" IS NOT NULL)),
  ADD CONSTRAINT dispute_accepted CHECK ("state" <> 'ACCEPTED' OR "settledMinor" = "amountMinor"),
  ADD CONSTRAINT dispute_closed CHECK (("state" = 'CLOSED') = ("closedReason" IS NOT NULL));
