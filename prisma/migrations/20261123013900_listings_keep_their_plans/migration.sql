-- A look for one reader and object goes into a view by its index only where the view is a plain join; and a function in
-- SQL is planned anew at each call, while one in PL/pgSQL keeps its plan for the session.
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
CREATE OR REPLACE VIEW "listed" AS
SELECT * FROM "listed_invoice"
UNION ALL SELECT * FROM "listed_certificate"
UNION ALL SELECT * FROM "listed_finance_request"
UNION ALL SELECT * FROM "listed_leg"
UNION ALL SELECT * FROM "listed_statement_line";

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

CREATE OR REPLACE FUNCTION relist(changed_type text, changed text) RETURNS void LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION reword(changed_type text, changed text) RETURNS void LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  UPDATE "search_text" t SET "text" = v."text" FROM "listing" l, "searchable" v
    WHERE l."object" = changed AND t."object" = changed AND t."reader" = l."reader" AND t."type" = changed_type AND t."sinceMs" = l."sinceMs"
      AND v."object" = changed AND v."reader" = l."reader" AND v."type" = changed_type AND t."text" <> v."text";
END $$;
