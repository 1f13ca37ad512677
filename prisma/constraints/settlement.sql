ALTER TABLE "leg"
  ADD CONSTRAINT leg_certificate FOREIGN KEY ("certificate") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT leg_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT leg_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT leg_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT leg_payer FOREIGN KEY ("payer") REFERENCES "party" ("id"),
  ADD CONSTRAINT leg_payee FOREIGN KEY ("payee") REFERENCES "party" ("id"),
  ADD CONSTRAINT leg_pay_to FOREIGN KEY ("payTo") REFERENCES "account" ("id"),
  ADD CONSTRAINT leg_kind CHECK ("kind" IN ('FUNDING', 'REPAYMENT', 'RESERVE', 'REFUND', 'RECOURSE')),
  ADD CONSTRAINT leg_request_of_funding CHECK ("kind" <> 'FUNDING' OR "request" IS NOT NULL),
  ADD CONSTRAINT leg_money CHECK ("amountMinor" > 0 AND "settledMinor" BETWEEN 0 AND "amountMinor" AND "currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT leg_state CHECK (CASE "state"
    WHEN 'SCHEDULED' THEN "settledMinor" = 0
    WHEN 'INSTRUCTED' THEN "settledMinor" = 0
    WHEN 'SENT' THEN "settledMinor" = 0
    WHEN 'PART_SETTLED' THEN "settledMinor" > 0 AND "settledMinor" < "amountMinor"
    WHEN 'SETTLED' THEN "settledMinor" = "amountMinor"
    WHEN 'RETURNED' THEN true
    WHEN 'FAILED' THEN true
    ELSE false END),
  ADD CONSTRAINT leg_reference CHECK ("reference" ~ '^TS-[A-Z2-7]{10}$'),
  ADD CONSTRAINT leg_root_reference CHECK ("rootReference" IS NULL OR ("kind" = 'REPAYMENT' AND "rootReference" ~ '^TS-[A-Z2-7]{10}$')),
  ADD CONSTRAINT leg_version CHECK ("version" > 0);

ALTER TABLE "statement"
  ADD CONSTRAINT statement_account FOREIGN KEY ("account") REFERENCES "account" ("id"),
  ADD CONSTRAINT statement_importer FOREIGN KEY ("importer") REFERENCES "party" ("id"),
  ADD CONSTRAINT statement_format CHECK ("format" IN ('CAMT054', 'CAMT053', 'CSV')),
  ADD CONSTRAINT statement_counts CHECK ("lineCount" > 0 AND "newLines" >= 0 AND "knownLines" >= 0 AND "lineCount" = "newLines" + "knownLines");

ALTER TABLE "statement_line"
  ADD CONSTRAINT statement_line_statement FOREIGN KEY ("statement") REFERENCES "statement" ("id"),
  ADD CONSTRAINT statement_line_account FOREIGN KEY ("account") REFERENCES "account" ("id"),
  ADD CONSTRAINT statement_line_leg FOREIGN KEY ("leg") REFERENCES "leg" ("id"),
  ADD CONSTRAINT statement_line_twin FOREIGN KEY ("twin") REFERENCES "statement_line" ("id"),
  ADD CONSTRAINT statement_line_key CHECK ("key" = "account" || ':' || "bankReference"),
  ADD CONSTRAINT statement_line_money CHECK ("amountMinor" > 0 AND "appliedMinor" >= 0 AND "unappliedMinor" >= 0 AND "currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT statement_line_whole CHECK (CASE "state"
    WHEN 'UNMATCHED' THEN "appliedMinor" = 0 AND "unappliedMinor" = 0
    WHEN 'MATCHED' THEN "appliedMinor" + "unappliedMinor" = "amountMinor"
      OR ("reason" = 'SAME_PAYMENT' AND "twin" IS NOT NULL AND "appliedMinor" + "unappliedMinor" = 0)
    WHEN 'PARKED' THEN "appliedMinor" = 0 AND "unappliedMinor" = "amountMinor" AND "reason" IS NOT NULL
    WHEN 'DISMISSED' THEN "leg" IS NULL AND "appliedMinor" = 0 AND "unappliedMinor" = "amountMinor" AND "reason" IS NOT NULL
    ELSE false END),
  ADD CONSTRAINT statement_line_version CHECK ("version" > 0);
-- The look for lines that wait to be matched.
CREATE INDEX statement_line_unmatched ON "statement_line" ("createdMs", "id") WHERE "state" = 'UNMATCHED';

ALTER TABLE "payment"
  ADD CONSTRAINT payment_line FOREIGN KEY ("line") REFERENCES "statement_line" ("id"),
  ADD CONSTRAINT payment_leg FOREIGN KEY ("leg") REFERENCES "leg" ("id"),
  ADD CONSTRAINT payment_money CHECK ("appliedMinor" > 0 AND "currency" ~ '^[A-Z]{3}$');

-- Nobody settles by hand: what a leg says is settled is what bank lines have paid of it.
CREATE FUNCTION leg_is_settled_by_payments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  leg_id text := CASE TG_TABLE_NAME WHEN 'leg' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'leg' END;
BEGIN
  IF EXISTS (SELECT 1 FROM "leg" l WHERE l."id" = leg_id
      AND l."settledMinor" <> (SELECT COALESCE(sum(p."appliedMinor"), 0) FROM "payment" p WHERE p."leg" = l."id")) THEN
    RAISE EXCEPTION 'leg % is settled by bank lines only', leg_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER leg_settled AFTER INSERT OR UPDATE OF "settledMinor" ON "leg"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION leg_is_settled_by_payments();
CREATE CONSTRAINT TRIGGER payment_settles AFTER INSERT OR UPDATE ON "payment"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION leg_is_settled_by_payments();

CREATE FUNCTION payment_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a payment never changes and is never deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payment_kept BEFORE UPDATE OR DELETE ON "payment" FOR EACH ROW EXECUTE FUNCTION payment_is_kept();

ALTER TABLE "assignment"
  ADD CONSTRAINT assignment_line FOREIGN KEY ("line") REFERENCES "statement_line" ("id"),
  ADD CONSTRAINT assignment_state CHECK ("state" IN ('OPEN', 'CONFIRMED', 'RETURNED')),
  ADD CONSTRAINT assignment_legs CHECK (cardinality("legs") > 0),
  -- Nobody confirms alone what the same person said.
  ADD CONSTRAINT assignment_four_eyes CHECK ("state" <> 'CONFIRMED' OR ("decidedBy" IS NOT NULL AND "decidedBy" <> "proposedBy")),
  ADD CONSTRAINT assignment_returned CHECK (("state" = 'RETURNED') = ("returnedReason" IS NOT NULL));
CREATE UNIQUE INDEX assignment_open ON "assignment" ("line") WHERE "state" = 'OPEN';

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
