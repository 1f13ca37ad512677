CREATE TABLE "ledger_entry" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "party" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "act" BYTEA NOT NULL,
    "occurredDate" DATE NOT NULL,
    "subject" TEXT NOT NULL,
    "invoice" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "ledger_posting" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "entry" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "occurredDate" DATE NOT NULL,
    "dueDate" DATE NOT NULL,
    "counterparty" TEXT NOT NULL,
    "invoice" TEXT NOT NULL,
    "certificate" TEXT,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "ledger_posting_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "ledger_day" (
    "party" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "event" TEXT NOT NULL,
    "occurredDate" DATE NOT NULL,
    "debitMinor" BIGINT NOT NULL,
    "creditMinor" BIGINT NOT NULL,

    CONSTRAINT "ledger_day_pkey" PRIMARY KEY ("party","account","currency","programme","event","occurredDate")
);

CREATE TABLE "ledger_standing" (
    "party" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "counterparty" TEXT NOT NULL,
    "dueDate" DATE NOT NULL,
    "balanceMinor" BIGINT NOT NULL,

    CONSTRAINT "ledger_standing_pkey" PRIMARY KEY ("party","account","currency","programme","counterparty","dueDate")
);

CREATE TABLE "ledger_delta" (
    "party" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "event" TEXT NOT NULL,
    "occurredDate" DATE NOT NULL,
    "counterparty" TEXT NOT NULL,
    "dueDate" DATE NOT NULL,
    "debitMinor" BIGINT NOT NULL,
    "creditMinor" BIGINT NOT NULL
);

CREATE INDEX "ledger_entry_party_event_occurredDate_idx" ON "ledger_entry"("party", "event", "occurredDate");

CREATE INDEX "ledger_entry_invoice_idx" ON "ledger_entry"("invoice");

CREATE INDEX "ledger_posting_entry_idx" ON "ledger_posting"("entry");

CREATE INDEX "ledger_posting_party_account_currency_occurredDate_createdM_idx" ON "ledger_posting"("party", "account", "currency", "occurredDate", "createdMs", "id", "programme", "amountMinor");

CREATE INDEX "ledger_posting_certificate_account_party_amountMinor_idx" ON "ledger_posting"("certificate", "account", "party", "amountMinor");

CREATE INDEX "ledger_posting_party_account_invoice_occurredDate_amountMin_idx" ON "ledger_posting"("party", "account", "invoice", "occurredDate", "amountMinor");

CREATE INDEX "ledger_delta_party_idx" ON "ledger_delta"("party");
-- Double entry: the postings of an entry sum to nothing in every currency, and what is booked stays booked.
ALTER TABLE "ledger_entry"
  ADD CONSTRAINT ledger_entry_party FOREIGN KEY ("party") REFERENCES "party" ("id"),
  ADD CONSTRAINT ledger_entry_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT ledger_entry_act CHECK (octet_length("act") = 32);
ALTER TABLE "ledger_posting"
  ADD CONSTRAINT ledger_posting_entry FOREIGN KEY ("entry") REFERENCES "ledger_entry" ("id"),
  ADD CONSTRAINT ledger_posting_amount CHECK ("amountMinor" <> 0),
  ADD CONSTRAINT ledger_posting_currency CHECK ("currency" ~ '^[A-Z]{3}$');

CREATE FUNCTION ledger_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry_id text := CASE TG_TABLE_NAME WHEN 'ledger_entry' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'entry' END;
BEGIN
  IF NOT COALESCE((SELECT bool_and(total = 0 AND alike) AND sum(lines) >= 2 FROM (
      SELECT sum(p."amountMinor") AS total, count(*) AS lines,
        bool_and((p."party", p."programme", p."event", p."occurredDate") = (e."party", e."programme", e."event", e."occurredDate")) AS alike
      FROM "ledger_posting" p JOIN "ledger_entry" e ON e."id" = p."entry" WHERE p."entry" = entry_id GROUP BY p."currency") AS sums), false) THEN
    RAISE EXCEPTION 'the postings of entry % do not balance', entry_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON "ledger_entry"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances();
-- A line that comes later to an entry that is there already.
CREATE CONSTRAINT TRIGGER ledger_posting_balanced AFTER INSERT ON "ledger_posting"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances();

CREATE FUNCTION ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what is booked never changes and is never deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entry_kept BEFORE UPDATE OR DELETE ON "ledger_entry" FOR EACH ROW EXECUTE FUNCTION ledger_is_kept();
CREATE TRIGGER ledger_posting_kept BEFORE UPDATE OR DELETE ON "ledger_posting" FOR EACH ROW EXECUTE FUNCTION ledger_is_kept();
CREATE TRIGGER ledger_posting_not_truncated BEFORE TRUNCATE ON "ledger_posting" FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_kept();

-- Every line comes to the sums in its own commit.
CREATE FUNCTION ledger_is_summed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ledger_delta"
    SELECT "party", "programme", "account", "currency", "event", "occurredDate", "counterparty", "dueDate",
      greatest("amountMinor", 0), greatest(-"amountMinor", 0) FROM fresh;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_posting_summed AFTER INSERT ON "ledger_posting" REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_summed();
-- What is rolled up is deleted; the place is used again, and the table keeps its length.
ALTER TABLE "ledger_delta" SET (autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0, vacuum_truncate = off);
