-- A registration is one however it is written. What stands already gets the key that it would have got.
ALTER TABLE "party" ADD COLUMN "registrationKey" TEXT NOT NULL DEFAULT '';
UPDATE "party" SET "registrationKey" =
  CASE upper(btrim(normalize("scheme", NFKC)))
    WHEN '0060' THEN 'DUNS' WHEN '0088' THEN 'GLN' WHEN '0199' THEN 'LEI' WHEN 'EAN' THEN 'GLN'
    WHEN 'GLEIF' THEN 'LEI' WHEN 'UST-ID' THEN 'VAT' WHEN 'VATIN' THEN 'VAT'
    ELSE upper(btrim(normalize("scheme", NFKC)))
  END || ' ' || regexp_replace(upper(normalize("number", NFKC)), '[^[:alnum:]]', '', 'g');
ALTER TABLE "party" ALTER COLUMN "registrationKey" DROP DEFAULT;
DROP INDEX "party_scheme_number_key";
CREATE UNIQUE INDEX "party_registrationKey_key" ON "party"("registrationKey");
