-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "act" (
    "hash" BYTEA NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "kindVersion" INTEGER NOT NULL,
    "keyId" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "party" TEXT NOT NULL,
    "person" TEXT,
    "mandate" TEXT,
    "businessDate" DATE NOT NULL,
    "atMs" BIGINT NOT NULL,
    "subject" TEXT NOT NULL,
    "header" BYTEA NOT NULL,
    "signature" BYTEA NOT NULL,
    "body" BYTEA NOT NULL,
    "status" TEXT NOT NULL,
    "committedMs" BIGINT NOT NULL,
    "height" BIGINT,
    "index" BIGINT,
    "finalMs" BIGINT,
    "refusal" TEXT,
    "effects" JSONB,

    CONSTRAINT "act_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "outbox" (
    "position" BIGINT NOT NULL,
    "actHash" BYTEA NOT NULL,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "id" TEXT NOT NULL,
    "requestHash" BYTEA NOT NULL,
    "actHash" BYTEA NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "object_head" (
    "id" TEXT NOT NULL,
    "actHash" BYTEA NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "object_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "todo" (
    "id" TEXT NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "lastError" TEXT,

    CONSTRAINT "todo_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chain_cursor" (
    "id" INTEGER NOT NULL,
    "height" BIGINT NOT NULL,
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,

    CONSTRAINT "chain_cursor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access" (
    "id" TEXT NOT NULL,
    "reader" TEXT NOT NULL,
    "object" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "level" CHAR(1) NOT NULL,
    "sinceMs" BIGINT NOT NULL,

    CONSTRAINT "access_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organisation_key" (
    "ownerParty" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "organisation_key_pkey" PRIMARY KEY ("ownerParty")
);

-- CreateTable
CREATE TABLE "document" (
    "id" TEXT NOT NULL,
    "ownerParty" TEXT NOT NULL,
    "blob" CHAR(64) NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "name" TEXT NOT NULL,
    "mediaType" TEXT NOT NULL,
    "byteLength" INTEGER NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "buyer_limit" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "bank" TEXT NOT NULL,
    "buyer" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "sanctionedMinor" BIGINT NOT NULL,
    "validToDate" DATE NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "buyer_limit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exposure" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "buyerLimit" TEXT NOT NULL,
    "openLimit" TEXT,
    "request" TEXT NOT NULL,
    "bank" TEXT NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "exposure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finance_request" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "invoice" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "faceMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "payableDate" DATE NOT NULL,
    "payTo" TEXT NOT NULL,
    "invited" TEXT[],
    "closesAtMs" BIGINT NOT NULL,
    "quoteCount" INTEGER NOT NULL,
    "chosen" TEXT,
    "bank" TEXT,
    "valueDate" DATE,
    "netMinor" BIGINT,
    "exposure" TEXT,
    "proposal" TEXT,
    "pendingAct" BYTEA,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "finance_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quote" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "request" TEXT NOT NULL,
    "bank" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "rateMicros" BIGINT NOT NULL,
    "method" TEXT NOT NULL,
    "dayCount" TEXT NOT NULL,
    "advanceMicros" BIGINT NOT NULL,
    "feeFlatMinor" BIGINT NOT NULL,
    "feeMicros" BIGINT NOT NULL,
    "feeMinMinor" BIGINT NOT NULL,
    "recourse" TEXT NOT NULL,
    "validToDate" DATE NOT NULL,
    "rank" INTEGER,
    "act" BYTEA NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "quote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "funding_proposal" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "request" TEXT NOT NULL,
    "quote" TEXT NOT NULL,
    "bank" TEXT NOT NULL,
    "netMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "proposedBy" TEXT NOT NULL,
    "reason" TEXT,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "funding_proposal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoice" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "seller" TEXT NOT NULL,
    "buyer" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "documentDigest" BYTEA NOT NULL,
    "format" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "typeCode" TEXT NOT NULL,
    "issueDate" DATE NOT NULL,
    "statedDueDate" DATE,
    "payableMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "orderReference" TEXT,
    "canonical" TEXT NOT NULL,
    "confirmByDate" DATE NOT NULL,
    "pausedSinceDate" DATE,
    "approvedMinor" BIGINT,
    "dueDate" DATE,
    "approvedReason" TEXT,
    "confirmedBy" TEXT,
    "refusalReason" TEXT,
    "question" TEXT,
    "answer" TEXT,
    "paidMinor" BIGINT NOT NULL,
    "pendingAct" BYTEA,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "invoice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "proposal" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "invoice" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "approvedMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "dueDate" DATE NOT NULL,
    "reason" TEXT,
    "proposedBy" TEXT NOT NULL,
    "returnedReason" TEXT,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "proposal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "draft" (
    "id" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "uploadKey" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "programme" TEXT,
    "parsed" JSONB,
    "findings" JSONB NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "draft_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shipment" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "invoice" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "seller" TEXT NOT NULL,
    "buyer" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "shipped" BOOLEAN NOT NULL,
    "received" BOOLEAN NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "shipment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery_event" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "shipment" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "eventHash" BYTEA NOT NULL,
    "eventType" TEXT NOT NULL,
    "action" TEXT,
    "bizStep" TEXT NOT NULL,
    "disposition" TEXT,
    "eventTime" TEXT NOT NULL,
    "location" TEXT,
    "event" TEXT NOT NULL,
    "errorDeclaration" TEXT,
    "correctiveEventIds" TEXT[],
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "delivery_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "capture_job" (
    "id" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "bodyDigest" BYTEA NOT NULL,
    "signedBy" TEXT,
    "signature" BYTEA,
    "createdMs" BIGINT NOT NULL,
    "finishedMs" BIGINT,
    "outcomes" JSONB NOT NULL,

    CONSTRAINT "capture_job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "party" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "scheme" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "numberMadeUp" BOOLEAN NOT NULL,
    "roles" TEXT[],
    "sponsor" TEXT,
    "state" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "party_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "party" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mandate" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "party" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "limitMinor" BIGINT,
    "limitCurrency" CHAR(3),
    "validFromDate" DATE NOT NULL,
    "validToDate" DATE NOT NULL,
    "revoked" BOOLEAN NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "mandate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "party" TEXT NOT NULL,
    "person" TEXT,
    "publicKey" BYTEA NOT NULL,
    "custody" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "holderName" TEXT NOT NULL,
    "ownerName" TEXT NOT NULL,
    "revoked" BOOLEAN NOT NULL,
    "seq" BIGINT NOT NULL,
    "lastAct" BYTEA,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "custodial_key" (
    "id" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "publicKey" BYTEA NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "custodial_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "programme" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "core" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "technique" TEXT NOT NULL,
    "currency" CHAR(3),
    "minSplitMinor" BIGINT NOT NULL,
    "minTenorDays" INTEGER NOT NULL,
    "maxTenorDays" INTEGER NOT NULL,
    "confirmDays" INTEGER NOT NULL,
    "graceDays" INTEGER NOT NULL,
    "dayCount" TEXT NOT NULL,
    "businessDayRule" TEXT NOT NULL,
    "recourse" TEXT NOT NULL,
    "requireDelivery" BOOLEAN NOT NULL,
    "maxDepth" INTEGER,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "programme_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "programme" TEXT NOT NULL,
    "member" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "scheme" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "holderName" TEXT NOT NULL,
    "currency" CHAR(3),
    "servicer" TEXT,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "business_clock" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "date" DATE NOT NULL,

    CONSTRAINT "business_clock_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "certificate" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "invoice" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "faceMinor" BIGINT NOT NULL,
    "openMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "maturityDate" DATE NOT NULL,
    "payableDate" DATE NOT NULL,
    "recourse" TEXT NOT NULL,
    "depth" INTEGER NOT NULL,
    "parent" TEXT,
    "root" TEXT NOT NULL,
    "rootFaceMinor" BIGINT NOT NULL,
    "part" INTEGER NOT NULL,
    "transfer" TEXT,
    "note" BYTEA NOT NULL,
    "pendingAct" BYTEA,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "certificate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transfer" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "transferor" TEXT NOT NULL,
    "transferee" TEXT NOT NULL,
    "tradeReference" TEXT NOT NULL,
    "tradeDocumentDigest" BYTEA,
    "recourse" TEXT NOT NULL,
    "reason" TEXT,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "transfer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login" (
    "personId" TEXT NOT NULL,
    "login" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "login_pkey" PRIMARY KEY ("personId")
);

-- CreateTable
CREATE TABLE "session" (
    "tokenHash" BYTEA NOT NULL,
    "personId" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,
    "expiresMs" BIGINT NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "leg" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "request" TEXT,
    "invoice" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "payee" TEXT NOT NULL,
    "payTo" TEXT,
    "amountMinor" BIGINT NOT NULL,
    "settledMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "dueDate" DATE NOT NULL,
    "reference" TEXT NOT NULL,
    "pendingAct" BYTEA,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "leg_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "statement" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "account" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "importer" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "documentDigest" BYTEA NOT NULL,
    "lineCount" INTEGER NOT NULL,
    "newLines" INTEGER NOT NULL,
    "knownLines" INTEGER NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "statement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "statement_line" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "statement" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "importer" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "bookingDate" DATE NOT NULL,
    "credit" BOOLEAN NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "remittance" TEXT NOT NULL,
    "counterparty" TEXT NOT NULL,
    "bankReference" TEXT NOT NULL,
    "endToEndId" TEXT,
    "evidence" BOOLEAN NOT NULL,
    "legs" TEXT[],
    "leg" TEXT,
    "appliedMinor" BIGINT NOT NULL,
    "unappliedMinor" BIGINT NOT NULL,
    "twin" TEXT,
    "reason" TEXT,
    "pendingAct" BYTEA,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "statement_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "line" TEXT NOT NULL,
    "leg" TEXT NOT NULL,
    "appliedMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "act_position_key" ON "act"("position");

-- CreateIndex
CREATE INDEX "act_subject_position_idx" ON "act"("subject", "position");

-- CreateIndex
CREATE UNIQUE INDEX "act_keyId_seq_key" ON "act"("keyId", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "act_index_key" ON "act"("index");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_actHash_key" ON "outbox"("actHash");

-- CreateIndex
CREATE UNIQUE INDEX "todo_position_key" ON "todo"("position");

-- CreateIndex
CREATE INDEX "access_reader_type_sinceMs_object_idx" ON "access"("reader", "type", "sinceMs" DESC, "object" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "access_reader_object_key" ON "access"("reader", "object");

-- CreateIndex
CREATE UNIQUE INDEX "document_ownerParty_blob_key" ON "document"("ownerParty", "blob");

-- CreateIndex
CREATE UNIQUE INDEX "buyer_limit_bank_buyer_currency_key" ON "buyer_limit"("bank", "buyer", "currency");

-- CreateIndex
CREATE INDEX "exposure_openLimit_idx" ON "exposure"("openLimit");

-- CreateIndex
CREATE INDEX "exposure_request_idx" ON "exposure"("request");

-- CreateIndex
CREATE INDEX "finance_request_certificate_idx" ON "finance_request"("certificate");

-- CreateIndex
CREATE INDEX "finance_request_invoice_idx" ON "finance_request"("invoice");

-- CreateIndex
CREATE INDEX "finance_request_state_closesAtMs_idx" ON "finance_request"("state", "closesAtMs");

-- CreateIndex
CREATE INDEX "quote_request_idx" ON "quote"("request");

-- CreateIndex
CREATE INDEX "funding_proposal_request_idx" ON "funding_proposal"("request");

-- CreateIndex
CREATE INDEX "invoice_seller_idx" ON "invoice"("seller");

-- CreateIndex
CREATE INDEX "invoice_buyer_idx" ON "invoice"("buyer");

-- CreateIndex
CREATE INDEX "invoice_programme_idx" ON "invoice"("programme");

-- CreateIndex
CREATE INDEX "invoice_document_idx" ON "invoice"("document");

-- CreateIndex
CREATE INDEX "invoice_canonical_idx" ON "invoice"("canonical");

-- CreateIndex
CREATE INDEX "invoice_state_confirmByDate_idx" ON "invoice"("state", "confirmByDate");

-- CreateIndex
CREATE INDEX "proposal_invoice_idx" ON "proposal"("invoice");

-- CreateIndex
CREATE INDEX "draft_document_idx" ON "draft"("document");

-- CreateIndex
CREATE INDEX "draft_owner_createdMs_id_idx" ON "draft"("owner", "createdMs" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "draft_owner_digest_key" ON "draft"("owner", "digest");

-- CreateIndex
CREATE UNIQUE INDEX "draft_owner_uploadKey_key" ON "draft"("owner", "uploadKey");

-- CreateIndex
CREATE INDEX "shipment_carrier_reference_idx" ON "shipment"("carrier", "reference");

-- CreateIndex
CREATE UNIQUE INDEX "shipment_invoice_reference_key" ON "shipment"("invoice", "reference");

-- CreateIndex
CREATE INDEX "delivery_event_shipment_idx" ON "delivery_event"("shipment");

-- CreateIndex
CREATE INDEX "delivery_event_eventId_idx" ON "delivery_event"("eventId");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_event_carrier_eventId_key" ON "delivery_event"("carrier", "eventId");

-- CreateIndex
CREATE INDEX "capture_job_party_createdMs_idx" ON "capture_job"("party", "createdMs");

-- CreateIndex
CREATE UNIQUE INDEX "party_scheme_number_key" ON "party"("scheme", "number");

-- CreateIndex
CREATE INDEX "person_party_idx" ON "person"("party");

-- CreateIndex
CREATE INDEX "mandate_holder_idx" ON "mandate"("holder");

-- CreateIndex
CREATE UNIQUE INDEX "signing_key_publicKey_key" ON "signing_key"("publicKey");

-- CreateIndex
CREATE INDEX "signing_key_person_idx" ON "signing_key"("person");

-- CreateIndex
CREATE INDEX "signing_key_party_idx" ON "signing_key"("party");

-- CreateIndex
CREATE INDEX "custodial_key_person_idx" ON "custodial_key"("person");

-- CreateIndex
CREATE INDEX "programme_core_idx" ON "programme"("core");

-- CreateIndex
CREATE INDEX "membership_programme_idx" ON "membership"("programme");

-- CreateIndex
CREATE INDEX "membership_member_idx" ON "membership"("member");

-- CreateIndex
CREATE UNIQUE INDEX "membership_programme_member_role_key" ON "membership"("programme", "member", "role");

-- CreateIndex
CREATE INDEX "account_owner_idx" ON "account"("owner");

-- CreateIndex
CREATE UNIQUE INDEX "account_scheme_identifier_key" ON "account"("scheme", "identifier");

-- CreateIndex
CREATE INDEX "certificate_invoice_idx" ON "certificate"("invoice");

-- CreateIndex
CREATE INDEX "certificate_parent_idx" ON "certificate"("parent");

-- CreateIndex
CREATE INDEX "certificate_root_idx" ON "certificate"("root");

-- CreateIndex
CREATE INDEX "certificate_holder_idx" ON "certificate"("holder");

-- CreateIndex
CREATE INDEX "certificate_state_payableDate_idx" ON "certificate"("state", "payableDate");

-- CreateIndex
CREATE INDEX "transfer_certificate_idx" ON "transfer"("certificate");

-- CreateIndex
CREATE INDEX "transfer_transferee_state_idx" ON "transfer"("transferee", "state");

-- CreateIndex
CREATE UNIQUE INDEX "login_login_key" ON "login"("login");

-- CreateIndex
CREATE INDEX "session_personId_idx" ON "session"("personId");

-- CreateIndex
CREATE INDEX "session_expiresMs_idx" ON "session"("expiresMs");

-- CreateIndex
CREATE UNIQUE INDEX "leg_reference_key" ON "leg"("reference");

-- CreateIndex
CREATE INDEX "leg_certificate_idx" ON "leg"("certificate");

-- CreateIndex
CREATE INDEX "leg_request_idx" ON "leg"("request");

-- CreateIndex
CREATE INDEX "leg_payer_state_idx" ON "leg"("payer", "state");

-- CreateIndex
CREATE INDEX "leg_payee_state_idx" ON "leg"("payee", "state");

-- CreateIndex
CREATE INDEX "statement_account_idx" ON "statement"("account");

-- CreateIndex
CREATE UNIQUE INDEX "statement_line_key_key" ON "statement_line"("key");

-- CreateIndex
CREATE INDEX "statement_line_statement_idx" ON "statement_line"("statement");

-- CreateIndex
CREATE INDEX "statement_line_leg_idx" ON "statement_line"("leg");

-- CreateIndex
CREATE INDEX "payment_leg_idx" ON "payment"("leg");

-- CreateIndex
CREATE UNIQUE INDEX "payment_line_leg_key" ON "payment"("line", "leg");

-- AddForeignKey
ALTER TABLE "document" ADD CONSTRAINT "document_ownerParty_fkey" FOREIGN KEY ("ownerParty") REFERENCES "organisation_key"("ownerParty") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_personId_fkey" FOREIGN KEY ("personId") REFERENCES "login"("personId") ON DELETE CASCADE ON UPDATE CASCADE;

-- An act never changes and is never deleted; it becomes final or refused once.
ALTER TABLE "act"
  ADD CONSTRAINT act_status CHECK ("status" IN ('PENDING', 'FINAL', 'REFUSED')),
  ADD CONSTRAINT act_anchored CHECK (("status" = 'PENDING') = ("height" IS NULL)
    AND ("status" = 'PENDING') = ("index" IS NULL) AND ("status" = 'REFUSED') = ("refusal" IS NOT NULL)),
  ADD CONSTRAINT act_seq CHECK ("seq" > 0),
  ADD CONSTRAINT act_hash CHECK (octet_length("hash") = 32 AND "hash" = sha256('tallystick/act/1'::bytea || '\x00'::bytea || "header"));

CREATE FUNCTION act_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'an act is never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD."status" <> 'PENDING' THEN
    RAISE EXCEPTION 'an anchored act never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (OLD."hash", OLD."position", OLD."kind", OLD."kindVersion", OLD."keyId", OLD."seq", OLD."party", OLD."person",
      OLD."mandate", OLD."businessDate", OLD."atMs", OLD."subject", OLD."header", OLD."signature", OLD."body", OLD."committedMs")
     IS DISTINCT FROM
     (NEW."hash", NEW."position", NEW."kind", NEW."kindVersion", NEW."keyId", NEW."seq", NEW."party", NEW."person",
      NEW."mandate", NEW."businessDate", NEW."atMs", NEW."subject", NEW."header", NEW."signature", NEW."body", NEW."committedMs") THEN
    RAISE EXCEPTION 'what was signed never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER act_immutable BEFORE UPDATE OR DELETE ON "act" FOR EACH ROW EXECUTE FUNCTION act_is_immutable();
CREATE TRIGGER act_not_truncated BEFORE TRUNCATE ON "act" FOR EACH STATEMENT EXECUTE FUNCTION act_is_immutable();

ALTER TABLE "outbox" ADD CONSTRAINT outbox_act FOREIGN KEY ("actHash") REFERENCES "act" ("hash");
ALTER TABLE "idempotency" ADD CONSTRAINT idempotency_act FOREIGN KEY ("actHash") REFERENCES "act" ("hash");
ALTER TABLE "object_head" ADD CONSTRAINT object_head_act FOREIGN KEY ("actHash") REFERENCES "act" ("hash");
ALTER TABLE "access" ADD CONSTRAINT access_level CHECK ("level" IN ('F', 'S'));
ALTER TABLE "chain_cursor" ADD CONSTRAINT chain_cursor_one_row CHECK ("id" = 1);

-- One statement writes a state change; this refuses the whole of it when a part did not find what it expected.
CREATE FUNCTION tallystick_require(what text, seen bigint, expected bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF seen <> expected THEN
    RAISE EXCEPTION '%', what USING ERRCODE = 'TS001', DETAIL = format('seen %s, expected %s', seen, expected);
  END IF;
  RETURN true;
END $$;

-- Documents: wrapped keys of the right size, names of the right form, and nothing changes afterwards.

ALTER TABLE "organisation_key" ADD CONSTRAINT "organisation_key_is_wrapped" CHECK (octet_length("wrappedKey") = 60);
ALTER TABLE "document" ADD CONSTRAINT "document_key_is_wrapped" CHECK (octet_length("wrappedKey") = 92);
ALTER TABLE "document" ADD CONSTRAINT "document_blob_is_hex" CHECK ("blob" ~ '^[0-9a-f]{64}$');
ALTER TABLE "document" ADD CONSTRAINT "document_is_not_empty" CHECK ("byteLength" > 0);
ALTER TABLE "document" ADD CONSTRAINT "document_name_is_short" CHECK (length("name") BETWEEN 1 AND 255);

CREATE FUNCTION "document_stays_as_it_is"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A document is never changed: store the new file as a new document.' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER "document_stays_as_it_is" BEFORE UPDATE ON "document"
  FOR EACH ROW EXECUTE FUNCTION "document_stays_as_it_is"();

ALTER TABLE "buyer_limit"
  ADD CONSTRAINT buyer_limit_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT buyer_limit_buyer FOREIGN KEY ("buyer") REFERENCES "party" ("id"),
  ADD CONSTRAINT buyer_limit_amount CHECK ("sanctionedMinor" >= 0),
  ADD CONSTRAINT buyer_limit_currency CHECK ("currency" ~ '^[A-Z]{3}$');

ALTER TABLE "finance_request"
  ADD CONSTRAINT finance_request_certificate FOREIGN KEY ("certificate") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT finance_request_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT finance_request_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT finance_request_holder FOREIGN KEY ("holder") REFERENCES "party" ("id"),
  ADD CONSTRAINT finance_request_issuer FOREIGN KEY ("issuer") REFERENCES "party" ("id"),
  ADD CONSTRAINT finance_request_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT finance_request_pay_to FOREIGN KEY ("payTo") REFERENCES "account" ("id"),
  ADD CONSTRAINT finance_request_state CHECK ("state" IN ('OPEN', 'CLOSED', 'CLOSED_NO_BID', 'SELECTED', 'RESERVED', 'APPROVAL',
    'INSTRUCTED', 'FUNDED', 'FUNDING_FAILED', 'REPAYING', 'REPAID', 'WITHDRAWN', 'EXPIRED', 'INELIGIBLE')),
  ADD CONSTRAINT finance_request_face CHECK ("faceMinor" > 0 AND "currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT finance_request_invited CHECK (cardinality("invited") BETWEEN 1 AND 50),
  ADD CONSTRAINT finance_request_count CHECK ("quoteCount" BETWEEN 0 AND cardinality("invited")),
  -- A chosen quote has its bank, its day, its net and its room in the limit, all or none.
  ADD CONSTRAINT finance_request_chosen CHECK (num_nulls("chosen", "bank", "valueDate", "netMinor", "exposure") IN (0, 5)),
  ADD CONSTRAINT finance_request_bought CHECK ("chosen" IS NOT NULL
    OR "state" NOT IN ('RESERVED', 'APPROVAL', 'INSTRUCTED', 'FUNDED', 'REPAYING', 'REPAID')),
  ADD CONSTRAINT finance_request_net CHECK ("netMinor" > 0 AND "netMinor" <= "faceMinor");
-- One request at a time for a certificate: nothing is financed twice.
CREATE UNIQUE INDEX finance_request_one_live ON "finance_request" ("certificate")
  WHERE "state" IN ('OPEN', 'CLOSED', 'SELECTED', 'RESERVED', 'APPROVAL', 'INSTRUCTED', 'FUNDED', 'REPAYING');

ALTER TABLE "quote"
  ADD CONSTRAINT quote_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT quote_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT quote_state CHECK ("state" IN ('COMMITTED', 'REVEALED', 'SELECTED', 'LOST', 'EXPIRED', 'WITHDRAWN')),
  ADD CONSTRAINT quote_terms CHECK ("rateMicros" BETWEEN 0 AND 1000000 AND "advanceMicros" BETWEEN 1 AND 1000000
    AND "feeMicros" BETWEEN 0 AND 200000 AND "feeFlatMinor" >= 0 AND "feeMinMinor" >= 0),
  ADD CONSTRAINT quote_names CHECK ("method" IN ('STRAIGHT', 'YIELD') AND "dayCount" IN ('ACT_365F', 'ACT_360', 'THIRTY_360')
    AND "recourse" IN ('NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL')),
  ADD CONSTRAINT quote_rank CHECK ("rank" > 0 AND ("rank" IS NULL OR "state" IN ('REVEALED', 'SELECTED', 'LOST', 'EXPIRED'))),
  ADD CONSTRAINT quote_act CHECK (octet_length("act") = 32);
-- One live quote of a bank in a request, and one place in the ranking for each.
CREATE UNIQUE INDEX quote_one_live ON "quote" ("request", "bank") WHERE "state" IN ('COMMITTED', 'REVEALED', 'SELECTED');
CREATE UNIQUE INDEX quote_one_chosen ON "quote" ("request") WHERE "state" = 'SELECTED';

ALTER TABLE "exposure"
  ADD CONSTRAINT exposure_limit FOREIGN KEY ("buyerLimit") REFERENCES "buyer_limit" ("id"),
  ADD CONSTRAINT exposure_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT exposure_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT exposure_state CHECK ("state" IN ('BLOCKED', 'UTILISED', 'RELEASED')),
  ADD CONSTRAINT exposure_amount CHECK ("amountMinor" >= 0),
  ADD CONSTRAINT exposure_open CHECK (("state" = 'RELEASED') = ("openLimit" IS NULL)
    AND ("openLimit" IS NULL OR "openLimit" = "buyerLimit"));
CREATE UNIQUE INDEX exposure_one_open ON "exposure" ("request") WHERE "state" <> 'RELEASED';

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
  ADD CONSTRAINT invoice_due CHECK ("dueDate" > "issueDate"),
  -- A promise is whole (amount, day, who) or not there, and is there exactly in the states after it.
  ADD CONSTRAINT invoice_promise CHECK (
    ("approvedMinor" IS NOT NULL) = ("state" IN ('CONFIRMED', 'PARTLY_CONFIRMED', 'CERTIFIED', 'PART_PAID', 'PAID'))
    AND ("approvedMinor" IS NULL) = ("dueDate" IS NULL) AND ("approvedMinor" IS NULL) = ("confirmedBy" IS NULL)),
  ADD CONSTRAINT invoice_part CHECK ("state" <> 'CONFIRMED' OR "approvedMinor" = "payableMinor"),
  ADD CONSTRAINT invoice_partly CHECK ("approvedMinor" IS NULL OR "approvedMinor" = "payableMinor" OR "approvedReason" IS NOT NULL),
  ADD CONSTRAINT invoice_paused CHECK (("state" = 'QUERIED') = ("pausedSinceDate" IS NOT NULL)),
  ADD CONSTRAINT invoice_pending CHECK (("state" = 'SUBMITTED') = ("pendingAct" IS NOT NULL));

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

ALTER TABLE "draft"
  ADD CONSTRAINT draft_owner FOREIGN KEY ("owner") REFERENCES "party" ("id"),
  ADD CONSTRAINT draft_digest CHECK (octet_length("digest") = 32);

ALTER TABLE "shipment"
  ADD CONSTRAINT shipment_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT shipment_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT shipment_seller FOREIGN KEY ("seller") REFERENCES "party" ("id"),
  ADD CONSTRAINT shipment_buyer FOREIGN KEY ("buyer") REFERENCES "party" ("id"),
  ADD CONSTRAINT shipment_carrier FOREIGN KEY ("carrier") REFERENCES "party" ("id"),
  ADD CONSTRAINT shipment_reference CHECK (length("reference") BETWEEN 1 AND 100),
  ADD CONSTRAINT shipment_version CHECK ("version" > 0);
ALTER TABLE "delivery_event"
  ADD CONSTRAINT delivery_event_shipment FOREIGN KEY ("shipment") REFERENCES "shipment" ("id"),
  ADD CONSTRAINT delivery_event_carrier FOREIGN KEY ("carrier") REFERENCES "party" ("id"),
  ADD CONSTRAINT delivery_event_hash CHECK (octet_length("eventHash") = 32),
  ADD CONSTRAINT delivery_event_type CHECK ("eventType" IN ('ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent', 'AssociationEvent')),
  ADD CONSTRAINT delivery_event_version CHECK ("version" IN (1, 2) AND ("version" = 1 OR "errorDeclaration" IS NOT NULL));

-- A reported event never changes and never goes; it may be declared wrong once.
CREATE FUNCTION delivery_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'a reported event is never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD."errorDeclaration" IS NOT NULL THEN
    RAISE EXCEPTION 'a corrected event never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (OLD."id", OLD."shipment", OLD."carrier", OLD."eventId", OLD."eventHash", OLD."eventType", OLD."action", OLD."bizStep",
      OLD."disposition", OLD."eventTime", OLD."location", OLD."event", OLD."createdMs")
     IS DISTINCT FROM
     (NEW."id", NEW."shipment", NEW."carrier", NEW."eventId", NEW."eventHash", NEW."eventType", NEW."action", NEW."bizStep",
      NEW."disposition", NEW."eventTime", NEW."location", NEW."event", NEW."createdMs") THEN
    RAISE EXCEPTION 'what was reported never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER delivery_event_kept BEFORE UPDATE OR DELETE ON "delivery_event" FOR EACH ROW EXECUTE FUNCTION delivery_event_is_kept();
CREATE TRIGGER delivery_event_not_truncated BEFORE TRUNCATE ON "delivery_event" FOR EACH STATEMENT EXECUTE FUNCTION delivery_event_is_kept();

ALTER TABLE "capture_job"
  ADD CONSTRAINT capture_job_party FOREIGN KEY ("party") REFERENCES "party" ("id"),
  ADD CONSTRAINT capture_job_signature CHECK (("signedBy" IS NULL) = ("signature" IS NULL)),
  ADD CONSTRAINT capture_job_digest CHECK (octet_length("bodyDigest") = 32);

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
    AND "confirmDays" >= 0 AND "graceDays" >= 0);
ALTER TABLE "membership"
  ADD CONSTRAINT membership_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT membership_member FOREIGN KEY ("member") REFERENCES "party" ("id"),
  ADD CONSTRAINT membership_role CHECK ("role" IN ('CORE', 'SUPPLIER', 'BANK', 'CARRIER', 'AUDITOR'));
ALTER TABLE "account"
  ADD CONSTRAINT account_owner FOREIGN KEY ("owner") REFERENCES "party" ("id"),
  ADD CONSTRAINT account_servicer FOREIGN KEY ("servicer") REFERENCES "party" ("id");
ALTER TABLE "business_clock" ADD CONSTRAINT business_clock_one_row CHECK ("id" = 'business');

-- A certificate is money owed: never negative, never without a currency, never more open than its face.
ALTER TABLE "certificate"
  ADD CONSTRAINT certificate_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT certificate_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT certificate_issuer FOREIGN KEY ("issuer") REFERENCES "party" ("id"),
  ADD CONSTRAINT certificate_holder FOREIGN KEY ("holder") REFERENCES "party" ("id"),
  ADD CONSTRAINT certificate_parent FOREIGN KEY ("parent") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT certificate_root FOREIGN KEY ("root") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT certificate_state CHECK ("state" IN ('OFFERED', 'ACTIVE', 'RESERVED', 'ASSIGNED', 'PLEDGED', 'DUE', 'PART_REDEEMED',
    'REDEEMED', 'BURNT', 'TRANSFER_PENDING', 'TRANSFERRED', 'SPLIT', 'MERGED', 'FROZEN', 'OVERDUE', 'DEFAULTED', 'RECOVERED',
    'WRITTEN_OFF', 'VOID')),
  ADD CONSTRAINT certificate_recourse CHECK ("recourse" IN ('NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL')),
  ADD CONSTRAINT certificate_face CHECK ("faceMinor" > 0 AND "openMinor" >= 0 AND "openMinor" <= "faceMinor"
    AND "faceMinor" <= "rootFaceMinor" AND ("parent" IS NOT NULL OR "faceMinor" = "rootFaceMinor")),
  ADD CONSTRAINT certificate_open CHECK (CASE
    WHEN "state" IN ('SPLIT', 'TRANSFERRED', 'MERGED', 'VOID', 'REDEEMED', 'BURNT') THEN "openMinor" = 0
    WHEN "state" IN ('OFFERED', 'ACTIVE', 'RESERVED', 'ASSIGNED', 'PLEDGED', 'TRANSFER_PENDING', 'DUE') THEN "openMinor" = "faceMinor"
    ELSE true END),
  ADD CONSTRAINT certificate_currency CHECK ("currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT certificate_root_first CHECK (("parent" IS NULL) = ("root" = "id")),
  ADD CONSTRAINT certificate_numbers CHECK ("depth" >= 0 AND "part" >= 0 AND "version" > 0),
  ADD CONSTRAINT certificate_note CHECK (octet_length("note") = 32);
-- One certificate for each confirmed invoice.
CREATE UNIQUE INDEX certificate_one_root ON "certificate" ("invoice") WHERE "parent" IS NULL;
-- The same part of a split is cut once.
CREATE UNIQUE INDEX certificate_one_part ON "certificate" ("parent", "part") WHERE "parent" IS NOT NULL;

-- What a certificate was cut into sums to it, exactly; what was passed on is one part of the same face.
CREATE FUNCTION certificate_parts_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parent_id text := CASE WHEN NEW."state" IN ('SPLIT', 'TRANSFERRED') THEN NEW."id" ELSE NEW."parent" END;
BEGIN
  IF EXISTS (SELECT 1 FROM "certificate" p WHERE p."id" = parent_id
      AND p."faceMinor" <> (SELECT COALESCE(sum(c."faceMinor"), 0) FROM "certificate" c WHERE c."parent" = p."id")) THEN
    RAISE EXCEPTION 'the parts of certificate % sum to its face', parent_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER certificate_parts AFTER INSERT OR UPDATE OF "state", "faceMinor" ON "certificate"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION certificate_parts_sum();

-- A promise in somebody's hands never grows, never moves and never changes its currency.
CREATE FUNCTION certificate_face_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD."faceMinor", OLD."rootFaceMinor", OLD."currency", OLD."invoice", OLD."issuer", OLD."parent", OLD."root", OLD."part", OLD."maturityDate")
     IS DISTINCT FROM
     (NEW."faceMinor", NEW."rootFaceMinor", NEW."currency", NEW."invoice", NEW."issuer", NEW."parent", NEW."root", NEW."part", NEW."maturityDate") THEN
    RAISE EXCEPTION 'what a certificate promises never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
-- After the table's own rules, so that each of them says its own no.
CREATE TRIGGER certificate_face_kept AFTER UPDATE ON "certificate" FOR EACH ROW EXECUTE FUNCTION certificate_face_is_kept();

ALTER TABLE "transfer"
  ADD CONSTRAINT transfer_certificate FOREIGN KEY ("certificate") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT transfer_transferor FOREIGN KEY ("transferor") REFERENCES "party" ("id"),
  ADD CONSTRAINT transfer_transferee FOREIGN KEY ("transferee") REFERENCES "party" ("id"),
  ADD CONSTRAINT transfer_state CHECK ("state" IN ('PENDING', 'RECEIVED', 'REJECTED')),
  ADD CONSTRAINT transfer_recourse CHECK ("recourse" IN ('NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL')),
  ADD CONSTRAINT transfer_to_another CHECK ("transferor" <> "transferee"),
  ADD CONSTRAINT transfer_trade CHECK (length("tradeReference") BETWEEN 1 AND 200),
  ADD CONSTRAINT transfer_reason CHECK (("state" = 'REJECTED') = ("reason" IS NOT NULL));
-- One offer at a time for a certificate.
CREATE UNIQUE INDEX transfer_one_pending ON "transfer" ("certificate") WHERE "state" = 'PENDING';

ALTER TABLE "certificate" ADD CONSTRAINT certificate_transfer FOREIGN KEY ("transfer") REFERENCES "transfer" ("id");

-- Sessions: hashes of the right size, and an end after the beginning.

ALTER TABLE "login" ADD CONSTRAINT "login_is_lower_case" CHECK ("login" = lower("login") AND length("login") BETWEEN 1 AND 254);
ALTER TABLE "login" ADD CONSTRAINT "login_password_is_argon2id" CHECK ("passwordHash" LIKE '$argon2id$%');
ALTER TABLE "session" ADD CONSTRAINT "session_token_is_hashed" CHECK (octet_length("tokenHash") = 32);
ALTER TABLE "session" ADD CONSTRAINT "session_ends_later" CHECK ("expiresMs" > "createdMs");

ALTER TABLE "leg"
  ADD CONSTRAINT leg_certificate FOREIGN KEY ("certificate") REFERENCES "certificate" ("id"),
  ADD CONSTRAINT leg_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT leg_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT leg_programme FOREIGN KEY ("programme") REFERENCES "programme" ("id"),
  ADD CONSTRAINT leg_payer FOREIGN KEY ("payer") REFERENCES "party" ("id"),
  ADD CONSTRAINT leg_payee FOREIGN KEY ("payee") REFERENCES "party" ("id"),
  ADD CONSTRAINT leg_pay_to FOREIGN KEY ("payTo") REFERENCES "account" ("id"),
  ADD CONSTRAINT leg_kind CHECK ("kind" IN ('FUNDING', 'REPAYMENT', 'RESERVE', 'REFUND')),
  ADD CONSTRAINT leg_request_of_funding CHECK ("kind" <> 'FUNDING' OR "request" IS NOT NULL),
  ADD CONSTRAINT leg_money CHECK ("amountMinor" > 0 AND "settledMinor" BETWEEN 0 AND "amountMinor" AND "currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT leg_state CHECK (CASE "state"
    WHEN 'SCHEDULED' THEN "settledMinor" = 0
    WHEN 'INSTRUCTED' THEN "settledMinor" = 0
    WHEN 'PART_SETTLED' THEN "settledMinor" > 0 AND "settledMinor" < "amountMinor"
    WHEN 'SETTLED' THEN "settledMinor" = "amountMinor"
    WHEN 'RETURNED' THEN true
    WHEN 'FAILED' THEN true
    ELSE false END),
  ADD CONSTRAINT leg_reference CHECK ("reference" ~ '^TS-[A-Z2-7]{10}$'),
  ADD CONSTRAINT leg_version CHECK ("version" > 0);

ALTER TABLE "statement"
  ADD CONSTRAINT statement_account FOREIGN KEY ("account") REFERENCES "account" ("id"),
  ADD CONSTRAINT statement_importer FOREIGN KEY ("importer") REFERENCES "party" ("id"),
  ADD CONSTRAINT statement_format CHECK ("format" IN ('CAMT054', 'CSV')),
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
