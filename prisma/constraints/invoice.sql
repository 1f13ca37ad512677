ALTER TABLE "invoice"
  ADD CONSTRAINT invoice_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT invoice_seller FOREIGN KEY ("seller") REFERENCES "party" ("id"),
  ADD CONSTRAINT invoice_buyer FOREIGN KEY ("buyer") REFERENCES "party" ("id"),
  ADD CONSTRAINT invoice_two_parties CHECK ("seller" <> "buyer"),
  ADD CONSTRAINT invoice_state CHECK ("state" IN ('SUBMITTED', 'INVALID', 'RECEIVED', 'QUERIED', 'CONFIRMED', 'PARTLY_CONFIRMED',
    'REFUSED', 'EXPIRED', 'CERTIFIED', 'PART_PAID', 'PAID', 'CLOSED', 'WITHDRAWN')),
  ADD CONSTRAINT invoice_digest CHECK (octet_length("documentDigest") = 32),
  ADD CONSTRAINT invoice_currency CHECK ("currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT invoice_payable CHECK ("payableMinor" > 0),
  ADD CONSTRAINT invoice_approved CHECK ("approvedMinor" > 0 AND "approvedMinor" <= "payableMinor"),
  ADD CONSTRAINT invoice_paid CHECK ("paidMinor" >= 0 AND ("paidMinor" = 0 OR "paidMinor" <= "approvedMinor")),
  ADD CONSTRAINT invoice_credited CHECK ("creditedMinor" >= 0 AND ("creditedMinor" = 0 OR "paidMinor" + "creditedMinor" <= "approvedMinor")),
  ADD CONSTRAINT invoice_open_pair CHECK ("openPair" IS NULL OR "openPair" = "programme" || ':' || "seller" || ':' || "buyer" || ':' || "currency"),
  ADD CONSTRAINT invoice_undisputed CHECK ("disputedMinor" >= 0 AND "disputedMinor" <= COALESCE("approvedMinor", "payableMinor")),
  ADD CONSTRAINT invoice_due CHECK ("dueDate" > "issueDate"),
  -- A promise is whole (amount, day, who) or not there, and is there exactly in the states after it.
  ADD CONSTRAINT invoice_promise CHECK (
    ("approvedMinor" IS NOT NULL) = ("state" IN ('CONFIRMED', 'PARTLY_CONFIRMED', 'CERTIFIED', 'PART_PAID', 'PAID', 'CLOSED'))
    AND ("approvedMinor" IS NULL) = ("dueDate" IS NULL) AND ("approvedMinor" IS NULL) = ("confirmedBy" IS NULL)),
  ADD CONSTRAINT invoice_part CHECK ("state" <> 'CONFIRMED' OR "approvedMinor" = "payableMinor"),
  ADD CONSTRAINT invoice_partly CHECK ("approvedMinor" IS NULL OR "approvedMinor" = "payableMinor" OR "approvedReason" IS NOT NULL),
  ADD CONSTRAINT invoice_paused CHECK (("state" = 'QUERIED') = ("pausedSinceDate" IS NOT NULL)),
  ADD CONSTRAINT invoice_pending CHECK (("state" = 'SUBMITTED') = ("pendingAct" IS NOT NULL));

CREATE INDEX "invoice_openPair_idx" ON "invoice" ("openPair") WHERE "openPair" IS NOT NULL;

-- The same invoice is under way once; one that came to nothing may be submitted again.
CREATE UNIQUE INDEX invoice_canonical_once ON "invoice" ("canonical")
  WHERE "state" NOT IN ('INVALID', 'REFUSED', 'EXPIRED', 'WITHDRAWN');

-- A promise never changes and is never taken back.
CREATE FUNCTION invoice_promise_is_irrevocable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."approvedMinor" IS NOT NULL AND
     (OLD."approvedMinor", OLD."dueDate", OLD."confirmedBy", OLD."currency", OLD."payableMinor", OLD."seller", OLD."buyer", OLD."canonical")
     IS DISTINCT FROM
     (NEW."approvedMinor", NEW."dueDate", NEW."confirmedBy", NEW."currency", NEW."payableMinor", NEW."seller", NEW."buyer", NEW."canonical") THEN
    RAISE EXCEPTION 'a confirmation is irrevocable' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoice_irrevocable BEFORE UPDATE ON "invoice" FOR EACH ROW EXECUTE FUNCTION invoice_promise_is_irrevocable();

ALTER TABLE "proposal"
  ADD CONSTRAINT proposal_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT proposal_state CHECK ("state" IN ('OPEN', 'CONFIRMED', 'RETURNED', 'VOID')),
  ADD CONSTRAINT proposal_approved CHECK ("approvedMinor" > 0),
  ADD CONSTRAINT proposal_returned CHECK (("state" = 'RETURNED') = ("returnedReason" IS NOT NULL));
CREATE UNIQUE INDEX proposal_one_open ON "proposal" ("invoice") WHERE "state" = 'OPEN';
CREATE UNIQUE INDEX proposal_one_confirmed ON "proposal" ("invoice") WHERE "state" = 'CONFIRMED';

ALTER TABLE "near_match"
  ADD CONSTRAINT near_match_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT near_match_other FOREIGN KEY ("other") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT near_match_two CHECK ("invoice" <> "other"),
  ADD CONSTRAINT near_match_rule CHECK ("rule" IN ('NUMBER_LETTER', 'AMOUNT_AND_ORDER', 'NUMBER_PART', 'AMOUNT_AND_WEEK', 'AMOUNT_CLOSE', 'AMOUNT')),
  ADD CONSTRAINT near_match_class CHECK ("riskClass" IN ('HIGH', 'MEDIUM', 'LOW')),
  ADD CONSTRAINT near_match_state CHECK ("state" IN ('OPEN', 'CLEARED', 'DUPLICATE')),
  -- Who judged it and why are there exactly when it was judged.
  ADD CONSTRAINT near_match_judged CHECK (("state" = 'OPEN') = ("reviewedBy" IS NULL) AND ("state" = 'OPEN') = ("reason" IS NULL));
CREATE UNIQUE INDEX near_match_pair ON "near_match" ("invoice", "other");

ALTER TABLE "draft"
  ADD CONSTRAINT draft_owner FOREIGN KEY ("owner") REFERENCES "party" ("id"),
  ADD CONSTRAINT draft_digest CHECK (octet_length("digest") = 32);
