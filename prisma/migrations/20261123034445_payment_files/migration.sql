-- Payments go out to banks in files that two people sign.
CREATE TABLE "instruction" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "holderName" TEXT NOT NULL,
    "scheme" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "executionDate" DATE NOT NULL,
    "paymentCount" INTEGER NOT NULL,
    "controlSumMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "digest" BYTEA NOT NULL,
    "proposedBy" TEXT NOT NULL,
    "approvedBy" TEXT,
    "reason" TEXT,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "instruction_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "instructed_payment" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "instruction" TEXT NOT NULL,
    "leg" TEXT NOT NULL,
    "place" INTEGER NOT NULL,
    "live" BOOLEAN NOT NULL,
    "holderName" TEXT NOT NULL,
    "scheme" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "reference" TEXT NOT NULL,
    "endToEndId" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "instructed_payment_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "instruction_owner_state_idx" ON "instruction"("owner", "state");

CREATE UNIQUE INDEX "instructed_payment_endToEndId_key" ON "instructed_payment"("endToEndId");

CREATE INDEX "instructed_payment_leg_idx" ON "instructed_payment"("leg");

CREATE UNIQUE INDEX "instructed_payment_instruction_place_key" ON "instructed_payment"("instruction", "place");

ALTER TABLE "leg"
  DROP CONSTRAINT leg_state,
  ADD CONSTRAINT leg_state CHECK (CASE "state"
    WHEN 'SCHEDULED' THEN "settledMinor" = 0
    WHEN 'INSTRUCTED' THEN "settledMinor" = 0
    WHEN 'SENT' THEN "settledMinor" = 0
    WHEN 'PART_SETTLED' THEN "settledMinor" > 0 AND "settledMinor" < "amountMinor"
    WHEN 'SETTLED' THEN "settledMinor" = "amountMinor"
    WHEN 'RETURNED' THEN true
    WHEN 'FAILED' THEN true
    ELSE false END);

ALTER TABLE "instruction"
  ADD CONSTRAINT instruction_account FOREIGN KEY ("account") REFERENCES "account" ("id"),
  ADD CONSTRAINT instruction_state CHECK ("state" IN ('PROPOSED', 'APPROVED', 'SENT', 'DONE', 'REJECTED', 'CANCELLED')),
  ADD CONSTRAINT instruction_payments CHECK ("paymentCount" > 0 AND "controlSumMinor" > 0 AND octet_length("digest") = 32),
  -- Nobody releases alone what the same person proposed, and nothing goes out unreleased.
  ADD CONSTRAINT instruction_four_eyes CHECK ("approvedBy" IS DISTINCT FROM "proposedBy"),
  ADD CONSTRAINT instruction_released CHECK ("state" IN ('PROPOSED', 'CANCELLED') OR "approvedBy" IS NOT NULL),
  ADD CONSTRAINT instruction_reason CHECK (("state" IN ('REJECTED', 'CANCELLED')) = ("reason" IS NOT NULL));

ALTER TABLE "instructed_payment"
  ADD CONSTRAINT instructed_payment_instruction FOREIGN KEY ("instruction") REFERENCES "instruction" ("id"),
  ADD CONSTRAINT instructed_payment_leg FOREIGN KEY ("leg") REFERENCES "leg" ("id"),
  ADD CONSTRAINT instructed_payment_amount CHECK ("amountMinor" > 0);
-- A leg stands in one live payment.
CREATE UNIQUE INDEX instructed_payment_live ON "instructed_payment" ("leg") WHERE "live";
