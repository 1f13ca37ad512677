ALTER TABLE "party"
  ADD CONSTRAINT party_state CHECK ("state" IN ('ACTIVE', 'SUSPENDED')),
  ADD CONSTRAINT party_name CHECK (length("name") BETWEEN 1 AND 300),
  ADD CONSTRAINT party_country CHECK ("country" ~ '^[A-Z]{2}$');
ALTER TABLE "person" ADD CONSTRAINT person_party FOREIGN KEY ("party") REFERENCES "party" ("id");
ALTER TABLE "mandate"
  ADD CONSTRAINT mandate_holder FOREIGN KEY ("holder") REFERENCES "person" ("id"),
  ADD CONSTRAINT mandate_limit CHECK (("limitMinor" IS NULL) = ("limitCurrency" IS NULL) AND "limitMinor" >= 0),
  ADD CONSTRAINT mandate_validity CHECK ("validFromDate" <= "validToDate");
ALTER TABLE "signing_key"
  ADD CONSTRAINT signing_key_party FOREIGN KEY ("party") REFERENCES "party" ("id"),
  ADD CONSTRAINT signing_key_person FOREIGN KEY ("person") REFERENCES "person" ("id"),
  ADD CONSTRAINT signing_key_size CHECK (octet_length("publicKey") = 32),
  ADD CONSTRAINT signing_key_seq CHECK ("seq" >= 0 AND ("seq" = 0) = ("lastAct" IS NULL)),
  ADD CONSTRAINT signing_key_custody CHECK ("custody" IN ('device', 'program', 'custodial', 'automation', 'operator'));
ALTER TABLE "programme"
  ADD CONSTRAINT programme_core FOREIGN KEY ("core") REFERENCES "party" ("id"),
  ADD CONSTRAINT programme_numbers CHECK ("minSplitMinor" > 0 AND "minTenorDays" >= 0 AND "maxTenorDays" >= "minTenorDays"
    AND "confirmDays" >= 0 AND "graceDays" >= 0),
  ADD CONSTRAINT programme_calendars CHECK (cardinality("calendars") > 0),
  ADD CONSTRAINT programme_hours CHECK ("marketOpens" ~ '^[0-2][0-9]:[0-5][0-9]$' AND "marketCloses" > "marketOpens" AND "marketCloses" <= '24:00'),
  ADD CONSTRAINT programme_ex_days CHECK ("exDays" >= 0),
  ADD CONSTRAINT programme_issue_limit CHECK ("issueLimitMinor" IS NULL OR "issueLimitMinor" > 0 AND "currency" IS NOT NULL);
ALTER TABLE "issuance"
  ADD CONSTRAINT issuance_programme FOREIGN KEY ("id") REFERENCES "programme" ("id"),
  ADD CONSTRAINT issuance_open CHECK ("openMinor" >= 0);
ALTER TABLE "policy_decision"
  ADD CONSTRAINT policy_decision_outcome CHECK ("outcome" IN ('PASS', 'WARN')),
  ADD CONSTRAINT policy_decision_hash CHECK ("packHash" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT policy_decision_once CHECK ("version" = 1);
ALTER TABLE "calendar" ADD CONSTRAINT calendar_year CHECK ("id" = "calendar" || ':' || "year");
ALTER TABLE "membership"
  ADD CONSTRAINT membership_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT membership_member FOREIGN KEY ("member") REFERENCES "party" ("id"),
  ADD CONSTRAINT membership_role CHECK ("role" IN ('CORE', 'SUPPLIER', 'BANK', 'CARRIER', 'AUDITOR'));
ALTER TABLE "account"
  ADD CONSTRAINT account_owner FOREIGN KEY ("owner") REFERENCES "party" ("id"),
  ADD CONSTRAINT account_servicer FOREIGN KEY ("servicer") REFERENCES "party" ("id");
ALTER TABLE "account_change"
  ADD CONSTRAINT account_change_account FOREIGN KEY ("account") REFERENCES "account" ("id"),
  ADD CONSTRAINT account_change_state CHECK ("state" IN ('OPEN', 'IN_FORCE', 'RETRACTED')),
  ADD CONSTRAINT account_change_other_people CHECK (NOT "proposedBy" = ANY("approvedBy") AND cardinality("approvedBy") <= 2
    AND (cardinality("approvedBy") < 2 OR "approvedBy"[1] <> "approvedBy"[2])),
  ADD CONSTRAINT account_change_held CHECK (("state" = 'IN_FORCE') = ("heldUntilMs" IS NOT NULL)
    AND ("state" <> 'IN_FORCE' OR cardinality("approvedBy") = 2) AND ("state" <> 'OPEN' OR cardinality("approvedBy") < 2));
-- One change of an account waits at a time.
CREATE UNIQUE INDEX account_change_open ON "account_change" ("account") WHERE "state" = 'OPEN';
ALTER TABLE "business_clock"
  ADD CONSTRAINT business_clock_one_row CHECK ("id" = 'business'),
  ADD CONSTRAINT business_clock_mode CHECK ("mode" IN ('REAL', 'MOVABLE', 'BY_HAND')),
  ADD CONSTRAINT business_clock_real CHECK ("mode" <> 'REAL' OR "date" = "realDate");
