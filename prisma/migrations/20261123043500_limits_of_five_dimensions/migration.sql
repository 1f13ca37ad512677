-- A bank limits what it has out in all, on a buyer, a supplier, a pair of them, and in a programme.
ALTER TABLE "buyer_limit" RENAME TO "credit_limit";
ALTER TABLE "credit_limit" RENAME CONSTRAINT "buyer_limit_pkey" TO "credit_limit_pkey";
ALTER TABLE "credit_limit" RENAME CONSTRAINT buyer_limit_bank TO credit_limit_bank;
ALTER TABLE "credit_limit" RENAME CONSTRAINT buyer_limit_buyer TO credit_limit_buyer;
ALTER TABLE "credit_limit" RENAME CONSTRAINT buyer_limit_amount TO credit_limit_amount;
ALTER TABLE "credit_limit" RENAME CONSTRAINT buyer_limit_currency TO credit_limit_currency;
ALTER TABLE "credit_limit" RENAME CONSTRAINT "buyer_limit_id_not_null" TO "credit_limit_id_not_null";
ALTER TABLE "credit_limit" RENAME CONSTRAINT "buyer_limit_version_not_null" TO "credit_limit_version_not_null";
ALTER TABLE "credit_limit" RENAME CONSTRAINT "buyer_limit_bank_not_null" TO "credit_limit_bank_not_null";
ALTER TABLE "credit_limit" RENAME CONSTRAINT "buyer_limit_currency_not_null" TO "credit_limit_currency_not_null";
ALTER TABLE "credit_limit" RENAME CONSTRAINT "buyer_limit_sanctionedMinor_not_null" TO "credit_limit_sanctionedMinor_not_null";
ALTER TABLE "credit_limit" RENAME CONSTRAINT "buyer_limit_validToDate_not_null" TO "credit_limit_validToDate_not_null";
ALTER TABLE "credit_limit" RENAME CONSTRAINT "buyer_limit_createdMs_not_null" TO "credit_limit_createdMs_not_null";
DROP INDEX "buyer_limit_bank_buyer_currency_key";
ALTER TABLE "credit_limit" ADD COLUMN "dimension" TEXT NOT NULL DEFAULT 'BUYER',
  ADD COLUMN "supplier" TEXT,
  ADD COLUMN "programme" TEXT,
  ADD COLUMN "adhocMinor" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "adhocToDate" DATE,
  ALTER COLUMN "buyer" DROP NOT NULL;
ALTER TABLE "credit_limit" ALTER COLUMN "dimension" DROP DEFAULT, ALTER COLUMN "adhocMinor" DROP DEFAULT;
ALTER TABLE "credit_limit"
  ADD CONSTRAINT credit_limit_supplier FOREIGN KEY ("supplier") REFERENCES "party" ("id"),
  ADD CONSTRAINT credit_limit_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT credit_limit_subject CHECK (("buyer" IS NOT NULL) = ("dimension" IN ('BUYER', 'PAIR'))
    AND ("supplier" IS NOT NULL) = ("dimension" IN ('SUPPLIER', 'PAIR'))
    AND ("programme" IS NOT NULL) = ("dimension" = 'PROGRAMME')
    AND "dimension" IN ('TOTAL', 'BUYER', 'SUPPLIER', 'PAIR', 'PROGRAMME')),
  ADD CONSTRAINT credit_limit_adhoc CHECK ("adhocMinor" >= 0 AND ("adhocMinor" > 0) = ("adhocToDate" IS NOT NULL));
CREATE INDEX "credit_limit_bank_idx" ON "credit_limit"("bank");
CREATE UNIQUE INDEX credit_limit_one ON "credit_limit" ("bank", "dimension", "buyer", "supplier", "programme", "currency")
  NULLS NOT DISTINCT;
UPDATE access SET "type" = 'CreditLimit' WHERE "type" = 'BuyerLimit';

ALTER TABLE "exposure" RENAME COLUMN "buyerLimit" TO "creditLimit";
ALTER TABLE "exposure" RENAME CONSTRAINT "exposure_buyerLimit_not_null" TO "exposure_creditLimit_not_null";
ALTER TABLE "exposure" ADD COLUMN "blockedToDate" DATE;
DROP INDEX exposure_one_open;
CREATE UNIQUE INDEX exposure_one_open ON "exposure" ("request", "creditLimit") WHERE "state" <> 'RELEASED';

CREATE TABLE "limit_proposal" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "bank" TEXT NOT NULL,
    "dimension" TEXT NOT NULL,
    "buyer" TEXT,
    "supplier" TEXT,
    "programme" TEXT,
    "currency" CHAR(3) NOT NULL,
    "sanctionedMinor" BIGINT NOT NULL,
    "adhocMinor" BIGINT NOT NULL,
    "adhocToDate" DATE,
    "validToDate" DATE NOT NULL,
    "proposedBy" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "limit_proposal_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "limit_proposal_bank_idx" ON "limit_proposal"("bank");
ALTER TABLE "limit_proposal"
  ADD CONSTRAINT limit_proposal_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT limit_proposal_person FOREIGN KEY ("proposedBy") REFERENCES "person" ("id"),
  ADD CONSTRAINT limit_proposal_state CHECK ("state" IN ('OPEN', 'APPROVED', 'VOID')),
  ADD CONSTRAINT limit_proposal_subject CHECK (("buyer" IS NOT NULL) = ("dimension" IN ('BUYER', 'PAIR'))
    AND ("supplier" IS NOT NULL) = ("dimension" IN ('SUPPLIER', 'PAIR'))
    AND ("programme" IS NOT NULL) = ("dimension" = 'PROGRAMME')
    AND "dimension" IN ('TOTAL', 'BUYER', 'SUPPLIER', 'PAIR', 'PROGRAMME')),
  ADD CONSTRAINT limit_proposal_amount CHECK ("sanctionedMinor" >= 0 AND "adhocMinor" >= 0 AND "currency" ~ '^[A-Z]{3}$');
-- One proposal waits for each limit.
CREATE UNIQUE INDEX limit_proposal_one_open ON "limit_proposal" ("bank", "dimension", "buyer", "supplier", "programme", "currency")
  NULLS NOT DISTINCT WHERE "state" = 'OPEN';
