-- What a reader's lists show of an object. The one definition; `listing` holds it, row by row, at every commit.
CREATE VIEW "listed_invoice" ("reader", "type", "state", "sinceMs", "object", "side", "currency", "amountMinor", "openMinor", "dueDate") AS
SELECT a."reader", a."type", i."state", a."sinceMs", a."object",
    CASE a."reader" WHEN i."seller" THEN 'SOLD' WHEN i."buyer" THEN 'BOUGHT' ELSE 'SEEN' END AS "side", i."currency",
    COALESCE(i."approvedMinor", i."payableMinor") AS "amountMinor",
    COALESCE(i."approvedMinor" - i."paidMinor", 0::bigint) AS "openMinor",
    CASE WHEN i."approvedMinor" > i."paidMinor" THEN i."dueDate" ELSE 'infinity'::date END AS "dueDate"
  FROM "access" a JOIN "invoice" i ON i."id" = a."object" WHERE a."type" = 'Invoice';
-- To whom a certificate was only offered, it is as it was offered.
CREATE VIEW "listed_certificate" ("reader", "type", "state", "sinceMs", "object", "side", "currency", "amountMinor", "openMinor", "dueDate") AS
SELECT a."reader", a."type", CASE WHEN a."level" = 'F' THEN c."state" ELSE COALESCE((
      SELECT CASE o."state" WHEN 'PENDING' THEN 'TRANSFER_PENDING' WHEN 'RECEIVED' THEN 'TRANSFERRED' ELSE 'ACTIVE' END
      FROM "transfer" o WHERE o."certificate" = c."id" AND o."transferee" = a."reader"
      ORDER BY o."createdMs" DESC, o."id" DESC LIMIT 1), 'ACTIVE') END,
    a."sinceMs", a."object",
    CASE WHEN a."level" = 'F' AND c."holder" = a."reader" THEN 'HELD' ELSE 'SEEN' END, c."currency",
    c."faceMinor", CASE WHEN a."level" = 'F' THEN c."openMinor" ELSE c."faceMinor" END,
    CASE WHEN a."level" = 'F' AND c."openMinor" = 0 THEN 'infinity'::date ELSE c."payableDate" END
  FROM "access" a JOIN "certificate" c ON c."id" = a."object" WHERE a."type" = 'Certificate';
-- A bank that was only asked learns no more than that the window is closed.
CREATE VIEW "listed_finance_request" ("reader", "type", "state", "sinceMs", "object", "side", "currency", "amountMinor", "openMinor", "dueDate") AS
SELECT a."reader", a."type",
    CASE WHEN a."level" = 'F' OR r."state" IN ('OPEN', 'CLOSED', 'CLOSED_NO_BID', 'WITHDRAWN') THEN r."state" ELSE 'CLOSED' END,
    a."sinceMs", a."object",
    CASE WHEN a."reader" = r."holder" THEN 'ASKED' WHEN a."level" = 'F' AND a."reader" = r."bank" THEN 'FINANCED' ELSE 'SEEN' END,
    r."currency", r."faceMinor", 0::bigint, 'infinity'::date
  FROM "access" a JOIN "finance_request" r ON r."id" = a."object" WHERE a."type" = 'FinanceRequest';
CREATE VIEW "listed_leg" ("reader", "type", "state", "sinceMs", "object", "side", "currency", "amountMinor", "openMinor", "dueDate") AS
SELECT a."reader", a."type", l."state", a."sinceMs", a."object",
    CASE a."reader" WHEN l."payer" THEN 'PAYABLE' WHEN l."payee" THEN 'RECEIVABLE' ELSE 'SEEN' END, l."currency", l."amountMinor",
    CASE WHEN l."state" IN ('SETTLED', 'FAILED') THEN 0::bigint ELSE l."amountMinor" - l."settledMinor" END,
    CASE WHEN l."state" IN ('SETTLED', 'FAILED') OR l."amountMinor" = l."settledMinor" THEN 'infinity'::date ELSE l."dueDate" END
  FROM "access" a JOIN "leg" l ON l."id" = a."object" WHERE a."type" = 'Leg';
CREATE VIEW "listed_statement_line" ("reader", "type", "state", "sinceMs", "object", "side", "currency", "amountMinor", "openMinor", "dueDate") AS
SELECT a."reader", a."type", s."state", a."sinceMs", a."object",
    CASE a."reader" WHEN s."owner" THEN 'OWN' ELSE 'SEEN' END, s."currency", s."amountMinor", s."unappliedMinor", 'infinity'::date
  FROM "access" a JOIN "statement_line" s ON s."id" = a."object" WHERE a."type" = 'StatementLine';
CREATE VIEW "listed" AS
SELECT * FROM "listed_invoice"
UNION ALL SELECT * FROM "listed_certificate"
UNION ALL SELECT * FROM "listed_finance_request"
UNION ALL SELECT * FROM "listed_leg"
UNION ALL SELECT * FROM "listed_statement_line";

-- A text as it is searched: the same however it is typed (capitals, full width, spaces).
CREATE FUNCTION search_form(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN regexp_replace(lower(normalize(words, NFKC)), '\s+', ' ', 'g');

-- The keys under which a reader's text is found: every three characters that follow each other, and every two that are
-- not ASCII, each under reader and type, so that a search touches no key of another reader or type.
CREATE FUNCTION search_keys(reader text, type text, form text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  keys text[] := '{}';
  prefix text := right(reader, 10) || left(type, 2);
  pair text;
BEGIN
  FOR place IN 1 .. length(form) - 1 LOOP
    pair := substr(form, place, 2);
    IF octet_length(pair) > 2 THEN
      keys := keys || (prefix || pair);
    END IF;
    IF place < length(form) - 1 THEN
      keys := keys || (prefix || substr(form, place, 3));
    END IF;
  END LOOP;
  RETURN keys;
END $$;

-- By which words a reader may find an object: what its lists and pages show of it, and nothing that they do not.
CREATE VIEW "searchable" AS
SELECT a."reader", a."type", a."sinceMs", a."object",
    search_form(concat_ws(' ', i."number", s."name", b."name", CASE WHEN a."level" = 'F' THEN i."orderReference" END)) AS "text"
  FROM "access" a JOIN "invoice" i ON i."id" = a."object" JOIN "party" s ON s."id" = i."seller" JOIN "party" b ON b."id" = i."buyer"
  WHERE a."type" = 'Invoice'
UNION ALL
SELECT a."reader", a."type", a."sinceMs", a."object",
    search_form(concat_ws(' ', i."name", CASE WHEN a."level" = 'F' THEN h."name" END))
  FROM "access" a JOIN "certificate" c ON c."id" = a."object" JOIN "party" i ON i."id" = c."issuer" JOIN "party" h ON h."id" = c."holder"
  WHERE a."type" = 'Certificate'
UNION ALL
SELECT a."reader", a."type", a."sinceMs", a."object", search_form(concat_ws(' ', i."name", h."name"))
  FROM "access" a JOIN "finance_request" r ON r."id" = a."object" JOIN "party" i ON i."id" = r."issuer" JOIN "party" h ON h."id" = r."holder"
  WHERE a."type" = 'FinanceRequest'
UNION ALL
SELECT a."reader", a."type", a."sinceMs", a."object", search_form(concat_ws(' ', l."reference", p."name", q."name"))
  FROM "access" a JOIN "leg" l ON l."id" = a."object" JOIN "party" p ON p."id" = l."payer" JOIN "party" q ON q."id" = l."payee"
  WHERE a."type" = 'Leg'
UNION ALL
SELECT a."reader", a."type", a."sinceMs", a."object",
    search_form(concat_ws(' ', s."remittance", s."counterparty", s."bankReference", s."endToEndId"))
  FROM "access" a JOIN "statement_line" s ON s."id" = a."object" WHERE a."type" = 'StatementLine'
UNION ALL
SELECT a."reader", a."type", a."sinceMs", a."object", search_form(concat_ws(' ', p."name", p."number"))
  FROM "access" a JOIN "party" p ON p."id" = a."object" WHERE a."type" = 'Party';

-- The newest keys wait in a list that every search reads; it is kept short.
CREATE INDEX search_text_keys ON "search_text" USING gin (search_keys("reader", "type", "text")) WITH (gin_pending_list_limit = 256);
-- What is rolled up is deleted; the place is used again, and the table keeps its length.
ALTER TABLE "summary_delta" SET (autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0, vacuum_truncate = off);

-- Somebody may read something, or more of it than before: it stands in their lists and sums, and its words are found.
CREATE FUNCTION access_is_listed() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  mine xid := pg_current_xact_id()::xid;
BEGIN
  -- An object that another transaction is changing is waited for; what this one has made is nobody else's yet.
  CASE NEW."type"
    WHEN 'Invoice' THEN PERFORM 1 FROM "invoice" WHERE "id" = NEW."object" AND xmin <> mine FOR SHARE;
    WHEN 'Certificate' THEN PERFORM 1 FROM "certificate" WHERE "id" = NEW."object" AND xmin <> mine FOR SHARE;
    WHEN 'FinanceRequest' THEN PERFORM 1 FROM "finance_request" WHERE "id" = NEW."object" AND xmin <> mine FOR SHARE;
    WHEN 'Leg' THEN PERFORM 1 FROM "leg" WHERE "id" = NEW."object" AND xmin <> mine FOR SHARE;
    WHEN 'StatementLine' THEN PERFORM 1 FROM "statement_line" WHERE "id" = NEW."object" AND xmin <> mine FOR SHARE;
    ELSE NULL;
  END CASE;
  IF TG_OP = 'UPDATE' THEN
    PERFORM reword(NEW."type", NEW."object");
    PERFORM relist(NEW."type", NEW."object");
    RETURN NULL;
  END IF;
  INSERT INTO "search_text" ("reader", "type", "sinceMs", "object", "text")
    SELECT v."reader", v."type", v."sinceMs", v."object", v."text" FROM "searchable" v
    WHERE v."reader" = NEW."reader" AND v."object" = NEW."object" AND v."type" = NEW."type";
  WITH fresh AS (
    INSERT INTO "listing" ("reader", "type", "state", "sinceMs", "object", "side", "currency", "amountMinor", "openMinor", "dueDate")
      SELECT v."reader", v."type", v."state", v."sinceMs", v."object", v."side", v."currency", v."amountMinor", v."openMinor", v."dueDate"
      FROM "listed" v WHERE v."reader" = NEW."reader" AND v."object" = NEW."object" AND v."type" = NEW."type"
      RETURNING *)
  INSERT INTO "summary_delta" SELECT "reader", "type", "side", "state", "currency", "dueDate", 1, "amountMinor", "openMinor" FROM fresh;
  RETURN NULL;
END $$;

-- An object has changed: its rows in all lists follow, and the sums by the difference. One function a table, as each keeps its plan.
DO $make$
DECLARE
  changing text;
BEGIN
  FOREACH changing IN ARRAY ARRAY['invoice', 'certificate', 'finance_request', 'leg', 'statement_line'] LOOP
    EXECUTE format($form$
CREATE FUNCTION relist_%1$s(changed text) RETURNS void LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  WITH moved AS (
    UPDATE "listing" l SET "state" = v."state", "side" = v."side", "currency" = v."currency",
        "amountMinor" = v."amountMinor", "openMinor" = v."openMinor", "dueDate" = v."dueDate"
      FROM "listed_%1$s" v
      WHERE l."object" = changed AND v."object" = changed AND v."reader" = l."reader" AND l."type" = v."type"
        AND (l."state", l."side", l."currency", l."amountMinor", l."openMinor", l."dueDate")
          IS DISTINCT FROM (v."state", v."side", v."currency", v."amountMinor", v."openMinor", v."dueDate")
      RETURNING l."reader", l."type", OLD."side" AS a1, OLD."state" AS a2, OLD."currency" AS a3, OLD."dueDate" AS a4, OLD."amountMinor" AS a5,
        OLD."openMinor" AS a6, NEW."side" AS b1, NEW."state" AS b2, NEW."currency" AS b3, NEW."dueDate" AS b4, NEW."amountMinor" AS b5, NEW."openMinor" AS b6)
  INSERT INTO "summary_delta"
    SELECT "reader", "type", a1, a2, a3, a4, -1, -a5, -a6 FROM moved
    UNION ALL SELECT "reader", "type", b1, b2, b3, b4, 1, b5, b6 FROM moved;
END $$;
$form$, changing);
  END LOOP;
END $make$;

CREATE FUNCTION relist(changed_type text, changed text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  CASE changed_type
    WHEN 'Invoice' THEN PERFORM relist_invoice(changed);
    WHEN 'Certificate' THEN PERFORM relist_certificate(changed);
    WHEN 'FinanceRequest' THEN PERFORM relist_finance_request(changed);
    WHEN 'Leg' THEN PERFORM relist_leg(changed);
    WHEN 'StatementLine' THEN PERFORM relist_statement_line(changed);
    ELSE NULL;
  END CASE;
END $$;

-- Its words follow too.
CREATE FUNCTION reword(changed_type text, changed text) RETURNS void LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  UPDATE "search_text" t SET "text" = v."text" FROM "listing" l, "searchable" v
    WHERE l."object" = changed AND t."object" = changed AND t."reader" = l."reader" AND t."type" = changed_type AND t."sinceMs" = l."sinceMs"
      AND v."object" = changed AND v."reader" = l."reader" AND v."type" = changed_type AND t."text" <> v."text";
END $$;

CREATE FUNCTION object_is_relisted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM relist(TG_ARGV[0], NEW."id");
  RETURN NULL;
END $$;

CREATE FUNCTION holder_is_reworded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM reword('Certificate', NEW."id");
  RETURN NULL;
END $$;

-- The offer decides what it shows to whom it was made.
CREATE FUNCTION offer_is_relisted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM relist('Certificate', NEW."certificate");
  RETURN NULL;
END $$;

-- What somebody may read no more leaves their lists, words and sums.
CREATE FUNCTION access_is_unlisted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "search_text" WHERE "reader" = OLD."reader" AND "type" = OLD."type" AND "sinceMs" = OLD."sinceMs" AND "object" = OLD."object";
  WITH gone AS (DELETE FROM "listing" WHERE "object" = OLD."object" AND "reader" = OLD."reader" RETURNING *)
  INSERT INTO "summary_delta"
    SELECT "reader", "type", "side", "state", "currency", "dueDate", -1, -"amountMinor", -"openMinor" FROM gone;
  RETURN NULL;
END $$;

CREATE TRIGGER access_unlisted AFTER DELETE ON "access" FOR EACH ROW
  WHEN (OLD."type" IN ('Invoice', 'Certificate', 'FinanceRequest', 'Leg', 'StatementLine', 'Party')) EXECUTE FUNCTION access_is_unlisted();
CREATE TRIGGER access_listed AFTER INSERT ON "access" FOR EACH ROW
  WHEN (NEW."type" IN ('Invoice', 'Certificate', 'FinanceRequest', 'Leg', 'StatementLine', 'Party')) EXECUTE FUNCTION access_is_listed();
CREATE TRIGGER access_widened AFTER UPDATE OF "level" ON "access" FOR EACH ROW
  WHEN (OLD."level" IS DISTINCT FROM NEW."level" AND NEW."type" IN ('Invoice', 'Certificate', 'FinanceRequest', 'Leg', 'StatementLine', 'Party'))
  EXECUTE FUNCTION access_is_listed();
CREATE TRIGGER invoice_relisted AFTER UPDATE ON "invoice" FOR EACH ROW
  WHEN ((OLD."state", OLD."approvedMinor", OLD."paidMinor", OLD."dueDate") IS DISTINCT FROM
    (NEW."state", NEW."approvedMinor", NEW."paidMinor", NEW."dueDate")) EXECUTE FUNCTION object_is_relisted('Invoice');
CREATE TRIGGER certificate_relisted AFTER UPDATE ON "certificate" FOR EACH ROW
  WHEN ((OLD."state", OLD."openMinor", OLD."holder", OLD."payableDate") IS DISTINCT FROM
    (NEW."state", NEW."openMinor", NEW."holder", NEW."payableDate")) EXECUTE FUNCTION object_is_relisted('Certificate');
CREATE TRIGGER certificate_reworded AFTER UPDATE OF "holder" ON "certificate" FOR EACH ROW
  WHEN (OLD."holder" IS DISTINCT FROM NEW."holder") EXECUTE FUNCTION holder_is_reworded();
CREATE TRIGGER finance_request_relisted AFTER UPDATE ON "finance_request" FOR EACH ROW
  WHEN ((OLD."state", OLD."bank") IS DISTINCT FROM (NEW."state", NEW."bank")) EXECUTE FUNCTION object_is_relisted('FinanceRequest');
CREATE TRIGGER leg_relisted AFTER UPDATE ON "leg" FOR EACH ROW
  WHEN ((OLD."state", OLD."settledMinor", OLD."amountMinor", OLD."dueDate") IS DISTINCT FROM
    (NEW."state", NEW."settledMinor", NEW."amountMinor", NEW."dueDate")) EXECUTE FUNCTION object_is_relisted('Leg');
CREATE TRIGGER statement_line_relisted AFTER UPDATE ON "statement_line" FOR EACH ROW
  WHEN ((OLD."state", OLD."unappliedMinor") IS DISTINCT FROM (NEW."state", NEW."unappliedMinor")) EXECUTE FUNCTION object_is_relisted('StatementLine');
CREATE TRIGGER transfer_relisted AFTER INSERT OR UPDATE OF "state" ON "transfer" FOR EACH ROW EXECUTE FUNCTION offer_is_relisted();
