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
