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
