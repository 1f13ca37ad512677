ALTER TABLE "credit_limit"
  ADD CONSTRAINT credit_limit_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT credit_limit_buyer FOREIGN KEY ("buyer") REFERENCES "party" ("id"),
  ADD CONSTRAINT credit_limit_supplier FOREIGN KEY ("supplier") REFERENCES "party" ("id"),
  ADD CONSTRAINT credit_limit_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  -- Each dimension names exactly what it is about.
  ADD CONSTRAINT credit_limit_subject CHECK (("buyer" IS NOT NULL) = ("dimension" IN ('BUYER', 'PAIR'))
    AND ("supplier" IS NOT NULL) = ("dimension" IN ('SUPPLIER', 'PAIR'))
    AND ("programme" IS NOT NULL) = ("dimension" = 'PROGRAMME')
    AND "dimension" IN ('TOTAL', 'BUYER', 'SUPPLIER', 'PAIR', 'PROGRAMME')),
  ADD CONSTRAINT credit_limit_amount CHECK ("sanctionedMinor" >= 0),
  ADD CONSTRAINT credit_limit_adhoc CHECK ("adhocMinor" >= 0 AND ("adhocMinor" > 0) = ("adhocToDate" IS NOT NULL)),
  ADD CONSTRAINT credit_limit_currency CHECK ("currency" ~ '^[A-Z]{3}$');
CREATE UNIQUE INDEX credit_limit_one ON "credit_limit" ("bank", "dimension", "buyer", "supplier", "programme", "currency")
  NULLS NOT DISTINCT;

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

ALTER TABLE "finance_request"
  ADD CONSTRAINT finance_request_certificate FOREIGN KEY ("certificate") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT finance_request_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT finance_request_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT finance_request_holder FOREIGN KEY ("holder") REFERENCES "party" ("id"),
  ADD CONSTRAINT finance_request_issuer FOREIGN KEY ("issuer") REFERENCES "party" ("id"),
  ADD CONSTRAINT finance_request_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT finance_request_pay_to FOREIGN KEY ("payTo") REFERENCES "account" ("id"),
  ADD CONSTRAINT finance_request_state CHECK ("state" IN ('OPEN', 'CLOSED', 'CLOSED_NO_BID', 'SELECTED', 'RESERVED', 'APPROVAL',
    'INSTRUCTED', 'FUNDED', 'FUNDING_FAILED', 'REPAYING', 'REPAID', 'OVERDUE', 'DEFAULTED', 'RECOURSE_CALLED', 'RECOURSE_PAID', 'LOSS',
    'WITHDRAWN', 'EXPIRED', 'INELIGIBLE')),
  ADD CONSTRAINT finance_request_face CHECK ("faceMinor" > 0 AND "currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT finance_request_invited CHECK (cardinality("invited") BETWEEN 1 AND 50),
  ADD CONSTRAINT finance_request_count CHECK ("quoteCount" BETWEEN 0 AND cardinality("invited")),
  -- A chosen quote has its bank, its day, its net and its room in the limit, all or none.
  ADD CONSTRAINT finance_request_chosen CHECK (num_nulls("chosen", "bank", "valueDate", "netMinor", "exposure") IN (0, 5)),
  ADD CONSTRAINT finance_request_bought CHECK ("chosen" IS NOT NULL
    OR "state" NOT IN ('RESERVED', 'APPROVAL', 'INSTRUCTED', 'FUNDED', 'REPAYING', 'REPAID', 'OVERDUE', 'DEFAULTED', 'RECOURSE_CALLED',
      'RECOURSE_PAID', 'LOSS')),
  ADD CONSTRAINT finance_request_failed CHECK (("state" = 'FUNDING_FAILED') = ("failReason" IS NOT NULL)),
  ADD CONSTRAINT finance_request_fund_by CHECK ("fundByDate" IS NULL OR ("chosen" IS NOT NULL AND "fundByDate" < "payableDate")),
  ADD CONSTRAINT finance_request_follows FOREIGN KEY ("follows") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT finance_request_net CHECK ("netMinor" > 0 AND "netMinor" <= "faceMinor");
-- One request at a time for a certificate: nothing is financed twice.
CREATE UNIQUE INDEX finance_request_one_live ON "finance_request" ("certificate")
  WHERE "state" IN ('OPEN', 'CLOSED', 'SELECTED', 'RESERVED', 'APPROVAL', 'INSTRUCTED', 'FUNDED', 'REPAYING', 'OVERDUE', 'DEFAULTED',
    'RECOURSE_CALLED', 'RECOURSE_PAID');

ALTER TABLE "quote"
  ADD CONSTRAINT quote_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT quote_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT quote_state CHECK ("state" IN ('COMMITTED', 'REVEALED', 'SELECTED', 'LOST', 'EXPIRED', 'WITHDRAWN')),
  ADD CONSTRAINT quote_terms CHECK ("rateMicros" BETWEEN 0 AND 1000000 AND "advanceMicros" BETWEEN 1 AND 1000000
    AND "feeMicros" BETWEEN 0 AND 200000 AND "feeFlatMinor" >= 0 AND "feeMinMinor" >= 0),
  ADD CONSTRAINT quote_names CHECK ("method" IN ('STRAIGHT', 'YIELD') AND "dayCount" IN ('ACT_365F', 'ACT_360', 'THIRTY_360')
    AND "recourse" IN ('NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL')),
  -- LIMITED recourse says to what it is limited, and no other recourse does.
  ADD CONSTRAINT quote_late CHECK ("penaltyMicros" BETWEEN 0 AND 1000000 AND "graceRule" IN ('DEFER', 'FORGIVE')
    AND num_nulls("recourseDays", "recourseMicros") = CASE "recourse" WHEN 'LIMITED' THEN 0 ELSE 2 END
    AND "recourseDays" BETWEEN 0 AND 365 AND "recourseMicros" BETWEEN 1 AND 1000000),
  ADD CONSTRAINT quote_rank CHECK ("rank" > 0 AND ("rank" IS NULL OR "state" IN ('REVEALED', 'SELECTED', 'LOST', 'EXPIRED'))),
  ADD CONSTRAINT quote_act CHECK (octet_length("act") = 32);
-- One live quote of a bank in a request, and one place in the ranking for each.
CREATE UNIQUE INDEX quote_one_live ON "quote" ("request", "bank") WHERE "state" IN ('COMMITTED', 'REVEALED', 'SELECTED');
CREATE UNIQUE INDEX quote_one_chosen ON "quote" ("request") WHERE "state" = 'SELECTED';

ALTER TABLE "exposure"
  ADD CONSTRAINT exposure_limit FOREIGN KEY ("creditLimit") REFERENCES "credit_limit" ("id"),
  ADD CONSTRAINT exposure_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT exposure_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT exposure_state CHECK ("state" IN ('BLOCKED', 'UTILISED', 'RELEASED')),
  ADD CONSTRAINT exposure_amount CHECK ("amountMinor" >= 0),
  ADD CONSTRAINT exposure_open CHECK (("state" = 'RELEASED') = ("openLimit" IS NULL)
    AND ("openLimit" IS NULL OR "openLimit" = "creditLimit"));
CREATE UNIQUE INDEX exposure_one_open ON "exposure" ("request", "creditLimit") WHERE "state" <> 'RELEASED';

ALTER TABLE "funding_proposal"
  ADD CONSTRAINT funding_proposal_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT funding_proposal_quote FOREIGN KEY ("quote") REFERENCES "quote" ("id"),
  ADD CONSTRAINT funding_proposal_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT funding_proposal_person FOREIGN KEY ("proposedBy") REFERENCES "person" ("id"),
  ADD CONSTRAINT funding_proposal_state CHECK ("state" IN ('OPEN', 'CONFIRMED', 'RETURNED', 'VOID')),
  ADD CONSTRAINT funding_proposal_net CHECK ("netMinor" > 0 AND "currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT funding_proposal_reason CHECK (("state" = 'RETURNED') = ("reason" IS NOT NULL));
CREATE UNIQUE INDEX funding_proposal_one_open ON "funding_proposal" ("request") WHERE "state" = 'OPEN';

ALTER TABLE "finance_request"
  ADD CONSTRAINT finance_request_quote FOREIGN KEY ("chosen") REFERENCES "quote" ("id"),
  ADD CONSTRAINT finance_request_exposure FOREIGN KEY ("exposure") REFERENCES "exposure" ("id"),
  ADD CONSTRAINT finance_request_proposal FOREIGN KEY ("proposal") REFERENCES "funding_proposal" ("id");

ALTER TABLE "funding_snapshot"
  ADD CONSTRAINT funding_snapshot_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT funding_snapshot_proposal FOREIGN KEY ("proposal") REFERENCES "funding_proposal" ("id"),
  ADD CONSTRAINT funding_snapshot_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT funding_snapshot_lists CHECK (cardinality("rules") > 0
    AND cardinality("rules") = cardinality("seen") AND cardinality("rules") = cardinality("expected")),
  ADD CONSTRAINT funding_snapshot_act CHECK (octet_length("act") = 32);
