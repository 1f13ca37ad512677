ALTER TABLE "quote" ADD COLUMN     "graceRule" TEXT NOT NULL DEFAULT 'DEFER',
ADD COLUMN     "penaltyMicros" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "recourseDays" INTEGER,
ADD COLUMN     "recourseMicros" BIGINT;

CREATE TABLE "advance" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "request" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "bank" TEXT NOT NULL,
    "seller" TEXT NOT NULL,
    "payTo" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "faceMinor" BIGINT NOT NULL,
    "advanceMinor" BIGINT NOT NULL,
    "rateMicros" BIGINT NOT NULL,
    "penaltyMicros" BIGINT NOT NULL,
    "dayCount" TEXT NOT NULL,
    "graceDays" INTEGER NOT NULL,
    "graceRule" TEXT NOT NULL,
    "recourse" TEXT NOT NULL,
    "recourseDays" INTEGER,
    "recourseMicros" BIGINT,
    "dueDate" DATE NOT NULL,
    "interestDate" DATE NOT NULL,
    "feeMinor" BIGINT NOT NULL,
    "feeOpenMinor" BIGINT NOT NULL,
    "overdueMinor" BIGINT NOT NULL,
    "overdueOpenMinor" BIGINT NOT NULL,
    "principalOpenMinor" BIGINT NOT NULL,
    "dilutionMinor" BIGINT NOT NULL,
    "lossMinor" BIGINT NOT NULL,
    "providedDays" INTEGER NOT NULL,
    "writtenOffMinor" BIGINT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "advance_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "allocation" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "request" TEXT NOT NULL,
    "leg" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "paidDate" DATE NOT NULL,
    "sequence" TEXT NOT NULL,
    "receiptMinor" BIGINT NOT NULL,
    "feeMinor" BIGINT NOT NULL,
    "overdueMinor" BIGINT NOT NULL,
    "principalMinor" BIGINT NOT NULL,
    "excessMinor" BIGINT NOT NULL,
    "openMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "isRecovery" BOOLEAN NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "allocation_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "claim" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "ground" TEXT NOT NULL,
    "debtor" TEXT NOT NULL,
    "creditor" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "request" TEXT,
    "amountMinor" BIGINT NOT NULL,
    "paidMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "dueDate" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "leg" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "claim_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "provision" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "request" TEXT NOT NULL,
    "bank" TEXT NOT NULL,
    "days" INTEGER NOT NULL,
    "openMinor" BIGINT NOT NULL,
    "providedMinor" BIGINT NOT NULL,
    "carryingMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "provision_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "write_off" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "request" TEXT NOT NULL,
    "bank" TEXT NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "proposedBy" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "write_off_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "advance_request_key" ON "advance"("request");

CREATE INDEX "advance_certificate_idx" ON "advance"("certificate");

CREATE INDEX "allocation_request_idx" ON "allocation"("request");

CREATE UNIQUE INDEX "allocation_line_leg_key" ON "allocation"("line", "leg");

CREATE UNIQUE INDEX "claim_leg_key" ON "claim"("leg");

CREATE INDEX "claim_certificate_idx" ON "claim"("certificate");

CREATE INDEX "claim_request_idx" ON "claim"("request");

CREATE UNIQUE INDEX "provision_request_days_key" ON "provision"("request", "days");

CREATE INDEX "write_off_request_idx" ON "write_off"("request");

-- What comes late, less or not at all has its states.
ALTER TABLE "finance_request"
  DROP CONSTRAINT finance_request_state,
  DROP CONSTRAINT finance_request_bought,
  ADD CONSTRAINT finance_request_state CHECK ("state" IN ('OPEN', 'CLOSED', 'CLOSED_NO_BID', 'SELECTED', 'RESERVED', 'APPROVAL',
    'INSTRUCTED', 'FUNDED', 'FUNDING_FAILED', 'REPAYING', 'REPAID', 'OVERDUE', 'DEFAULTED', 'RECOURSE_CALLED', 'RECOURSE_PAID', 'LOSS',
    'WITHDRAWN', 'EXPIRED', 'INELIGIBLE')),
  ADD CONSTRAINT finance_request_bought CHECK ("chosen" IS NOT NULL
    OR "state" NOT IN ('RESERVED', 'APPROVAL', 'INSTRUCTED', 'FUNDED', 'REPAYING', 'REPAID', 'OVERDUE', 'DEFAULTED', 'RECOURSE_CALLED',
      'RECOURSE_PAID', 'LOSS'));
DROP INDEX finance_request_one_live;
CREATE UNIQUE INDEX finance_request_one_live ON "finance_request" ("certificate")
  WHERE "state" IN ('OPEN', 'CLOSED', 'SELECTED', 'RESERVED', 'APPROVAL', 'INSTRUCTED', 'FUNDED', 'REPAYING', 'OVERDUE', 'DEFAULTED',
    'RECOURSE_CALLED', 'RECOURSE_PAID');
ALTER TABLE "certificate"
  DROP CONSTRAINT certificate_open,
  ADD CONSTRAINT certificate_open CHECK (CASE
    WHEN "state" IN ('SPLIT', 'TRANSFERRED', 'MERGED', 'VOID', 'REDEEMED', 'RECOVERED', 'BURNT') THEN "openMinor" = 0
    WHEN "state" IN ('OFFERED', 'ACTIVE', 'RESERVED', 'ASSIGNED', 'PLEDGED', 'TRANSFER_PENDING', 'DUE') THEN "openMinor" + "creditedMinor" = "faceMinor"
    ELSE true END);
ALTER TABLE "leg"
  DROP CONSTRAINT leg_kind,
  ADD CONSTRAINT leg_kind CHECK ("kind" IN ('FUNDING', 'REPAYMENT', 'RESERVE', 'REFUND', 'RECOURSE'));
-- LIMITED recourse that was quoted without limits was meant for all of it from the first day.
UPDATE "quote" SET "recourseDays" = 0, "recourseMicros" = 1000000 WHERE "recourse" = 'LIMITED';
ALTER TABLE "quote"
  ADD CONSTRAINT quote_late CHECK ("penaltyMicros" BETWEEN 0 AND 1000000 AND "graceRule" IN ('DEFER', 'FORGIVE')
    AND num_nulls("recourseDays", "recourseMicros") = CASE "recourse" WHEN 'LIMITED' THEN 0 ELSE 2 END
    AND "recourseDays" BETWEEN 0 AND 365 AND "recourseMicros" BETWEEN 1 AND 1000000);

ALTER TABLE "advance"
  ADD CONSTRAINT advance_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT advance_certificate FOREIGN KEY ("certificate") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT advance_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT advance_seller FOREIGN KEY ("seller") REFERENCES "party" ("id"),
  ADD CONSTRAINT advance_pay_to FOREIGN KEY ("payTo") REFERENCES "account" ("id"),
  ADD CONSTRAINT advance_names CHECK ("dayCount" IN ('ACT_365F', 'ACT_360', 'THIRTY_360') AND "graceRule" IN ('DEFER', 'FORGIVE')
    AND "recourse" IN ('NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL')),
  ADD CONSTRAINT advance_terms CHECK ("advanceMinor" BETWEEN 1 AND "faceMinor" AND "rateMicros" >= 0 AND "penaltyMicros" >= 0
    AND "graceDays" >= 0 AND "providedDays" >= 0 AND "currency" ~ '^[A-Z]{3}$'
    AND num_nulls("recourseDays", "recourseMicros") = CASE "recourse" WHEN 'LIMITED' THEN 0 ELSE 2 END),
  -- Nothing is open that was not booked.
  ADD CONSTRAINT advance_open CHECK ("feeOpenMinor" BETWEEN 0 AND "feeMinor" AND "overdueOpenMinor" BETWEEN 0 AND "overdueMinor"
    AND "principalOpenMinor" BETWEEN 0 AND "advanceMinor" AND "interestDate" >= "dueDate"),
  ADD CONSTRAINT advance_lost CHECK ("dilutionMinor" BETWEEN 0 AND "faceMinor" AND "lossMinor" >= 0
    AND "writtenOffMinor" BETWEEN 0 AND "advanceMinor");
-- The look for steps of the ladder.
CREATE INDEX advance_late ON "advance" ("dueDate", "id") WHERE "principalOpenMinor" > 0 AND "writtenOffMinor" = 0;

ALTER TABLE "allocation"
  ADD CONSTRAINT allocation_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT allocation_payment FOREIGN KEY ("line", "leg") REFERENCES "payment" ("line", "leg"),
  ADD CONSTRAINT allocation_whole CHECK ("receiptMinor" = "feeMinor" + "overdueMinor" + "principalMinor" + "excessMinor"),
  ADD CONSTRAINT allocation_money CHECK ("receiptMinor" > 0 AND "feeMinor" >= 0 AND "overdueMinor" >= 0 AND "principalMinor" >= 0
    AND "excessMinor" >= 0 AND "openMinor" >= 0 AND ("excessMinor" = 0 OR "openMinor" = 0)),
  ADD CONSTRAINT allocation_version CHECK ("version" = 1);

ALTER TABLE "claim"
  ADD CONSTRAINT claim_certificate FOREIGN KEY ("certificate") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT claim_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT claim_debtor FOREIGN KEY ("debtor") REFERENCES "party" ("id"),
  ADD CONSTRAINT claim_creditor FOREIGN KEY ("creditor") REFERENCES "party" ("id"),
  ADD CONSTRAINT claim_leg FOREIGN KEY ("leg") REFERENCES "leg" ("id"),
  ADD CONSTRAINT claim_sides CHECK ("debtor" <> "creditor"),
  ADD CONSTRAINT claim_ground CHECK ("ground" IN ('INSOLVENT', 'UNWILLING', 'DILUTION', 'FALSE_INVOICE', 'LATE', 'MISDIRECTED', 'REVERSED')),
  ADD CONSTRAINT claim_money CHECK ("amountMinor" > 0 AND "paidMinor" BETWEEN 0 AND "amountMinor" AND "currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT claim_state CHECK (CASE "state"
    WHEN 'OPEN' THEN "paidMinor" = 0
    WHEN 'PART_PAID' THEN "paidMinor" > 0 AND "paidMinor" < "amountMinor"
    WHEN 'PAID' THEN "paidMinor" = "amountMinor"
    WHEN 'VOID' THEN "paidMinor" < "amountMinor"
    ELSE false END),
  ADD CONSTRAINT claim_reason CHECK (length("reason") BETWEEN 1 AND 500);

ALTER TABLE "provision"
  ADD CONSTRAINT provision_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT provision_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT provision_whole CHECK ("openMinor" = "providedMinor" + "carryingMinor" AND "providedMinor" > 0 AND "carryingMinor" >= 0),
  ADD CONSTRAINT provision_days CHECK ("days" > 0 AND "version" = 1);

ALTER TABLE "write_off"
  ADD CONSTRAINT write_off_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT write_off_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT write_off_person FOREIGN KEY ("proposedBy") REFERENCES "person" ("id"),
  ADD CONSTRAINT write_off_state CHECK ("state" IN ('OPEN', 'CONFIRMED', 'VOID')),
  ADD CONSTRAINT write_off_money CHECK ("amountMinor" > 0 AND "currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT write_off_reason CHECK (length("reason") BETWEEN 1 AND 500);
CREATE UNIQUE INDEX write_off_one_open ON "write_off" ("request") WHERE "state" = 'OPEN';
CREATE UNIQUE INDEX write_off_once ON "write_off" ("request") WHERE "state" = 'CONFIRMED';
