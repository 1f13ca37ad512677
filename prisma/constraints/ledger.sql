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
