ALTER TABLE "certificate" ADD COLUMN     "creditedMinor" BIGINT NOT NULL DEFAULT 0;

ALTER TABLE "invoice" ADD COLUMN     "creditedMinor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "openPair" TEXT;

CREATE TABLE "credit_note" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "seller" TEXT NOT NULL,
    "buyer" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "issueDate" DATE NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "appliedMinor" BIGINT NOT NULL,
    "invoice" TEXT,
    "dispute" TEXT,
    "reason" TEXT NOT NULL,
    "documentDigest" BYTEA,
    "canonical" TEXT NOT NULL,
    "openPair" TEXT,
    "issuedBy" TEXT NOT NULL,
    "acknowledgedBy" TEXT,
    "pendingAct" BYTEA,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "credit_note_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "credit_application" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "creditNote" TEXT NOT NULL,
    "invoice" TEXT NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "owedBackMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "appliedDate" DATE NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "credit_application_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "credit_note_canonical_idx" ON "credit_note"("canonical");

CREATE INDEX "credit_note_invoice_idx" ON "credit_note"("invoice");

CREATE INDEX "credit_note_dispute_idx" ON "credit_note"("dispute");

CREATE INDEX "credit_note_openPair_idx" ON "credit_note"("openPair");

CREATE INDEX "credit_note_state_idx" ON "credit_note"("state");

CREATE INDEX "credit_note_buyer_state_idx" ON "credit_note"("buyer", "state");

CREATE INDEX "credit_application_creditNote_idx" ON "credit_application"("creditNote");

CREATE INDEX "credit_application_invoice_idx" ON "credit_application"("invoice");

UPDATE "invoice" SET "openPair" = "programme" || ':' || "seller" || ':' || "buyer" || ':' || "currency"
  WHERE "state" IN ('CONFIRMED', 'PARTLY_CONFIRMED', 'CERTIFIED', 'PART_PAID');

ALTER TABLE "invoice" DROP CONSTRAINT invoice_promise;
ALTER TABLE "invoice"
  ADD CONSTRAINT invoice_credited CHECK ("creditedMinor" >= 0 AND ("creditedMinor" = 0 OR "paidMinor" + "creditedMinor" <= "approvedMinor")),
  ADD CONSTRAINT invoice_open_pair CHECK ("openPair" IS NULL OR "openPair" = "programme" || ':' || "seller" || ':' || "buyer" || ':' || "currency"),
  ADD CONSTRAINT invoice_promise CHECK (
    ("approvedMinor" IS NOT NULL) = ("state" IN ('CONFIRMED', 'PARTLY_CONFIRMED', 'CERTIFIED', 'PART_PAID', 'PAID', 'CLOSED'))
    AND ("approvedMinor" IS NULL) = ("dueDate" IS NULL) AND ("approvedMinor" IS NULL) = ("confirmedBy" IS NULL));
CREATE INDEX "invoice_openPair_idx" ON "invoice" ("openPair") WHERE "openPair" IS NOT NULL;

ALTER TABLE "certificate" DROP CONSTRAINT certificate_face, DROP CONSTRAINT certificate_open;
ALTER TABLE "certificate"
  ADD CONSTRAINT certificate_face CHECK ("faceMinor" > 0 AND "openMinor" >= 0 AND "creditedMinor" >= 0 AND "openMinor" + "creditedMinor" <= "faceMinor"
    AND "faceMinor" <= "rootFaceMinor" AND ("parent" IS NOT NULL OR "faceMinor" = "rootFaceMinor")),
  ADD CONSTRAINT certificate_open CHECK (CASE
    WHEN "state" IN ('SPLIT', 'TRANSFERRED', 'MERGED', 'VOID', 'REDEEMED', 'BURNT') THEN "openMinor" = 0
    WHEN "state" IN ('OFFERED', 'ACTIVE', 'RESERVED', 'ASSIGNED', 'PLEDGED', 'TRANSFER_PENDING', 'DUE') THEN "openMinor" + "creditedMinor" = "faceMinor"
    ELSE true END);

ALTER TABLE "credit_note"
  ADD CONSTRAINT credit_note_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT credit_note_seller FOREIGN KEY ("seller") REFERENCES "party" ("id"),
  ADD CONSTRAINT credit_note_buyer FOREIGN KEY ("buyer") REFERENCES "party" ("id"),
  ADD CONSTRAINT credit_note_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT credit_note_dispute FOREIGN KEY ("dispute") REFERENCES "dispute" ("id"),
  ADD CONSTRAINT credit_note_state CHECK ("state" IN ('ISSUED', 'ACKNOWLEDGED', 'APPLIED', 'INVALID')),
  ADD CONSTRAINT credit_note_amount CHECK ("amountMinor" > 0 AND "appliedMinor" >= 0 AND "appliedMinor" <= "amountMinor"),
  -- It is applied when nothing of it is left, and nothing is taken of it before the buyer knows it.
  ADD CONSTRAINT credit_note_applied CHECK (("state" = 'APPLIED') = ("appliedMinor" = "amountMinor") AND ("appliedMinor" = 0 OR "acknowledgedBy" IS NOT NULL)),
  ADD CONSTRAINT credit_note_acknowledged CHECK (("state" IN ('ACKNOWLEDGED', 'APPLIED')) = ("acknowledgedBy" IS NOT NULL)),
  ADD CONSTRAINT credit_note_of_dispute CHECK ("dispute" IS NULL OR "invoice" IS NOT NULL),
  ADD CONSTRAINT credit_note_open_pair CHECK (("state" IN ('ISSUED', 'ACKNOWLEDGED')) = ("openPair" IS NOT NULL)),
  ADD CONSTRAINT credit_note_digest CHECK (octet_length("documentDigest") = 32);
-- The same credit note is under way once.
CREATE UNIQUE INDEX credit_note_canonical_once ON "credit_note" ("canonical") WHERE "state" <> 'INVALID';
-- What was conceded is credited once.
CREATE UNIQUE INDEX credit_note_one_of_dispute ON "credit_note" ("dispute") WHERE "state" <> 'INVALID';

ALTER TABLE "credit_application"
  ADD CONSTRAINT credit_application_note FOREIGN KEY ("creditNote") REFERENCES "credit_note" ("id"),
  ADD CONSTRAINT credit_application_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT credit_application_amount CHECK ("amountMinor" > 0 AND "owedBackMinor" >= 0 AND "owedBackMinor" <= "amountMinor");
