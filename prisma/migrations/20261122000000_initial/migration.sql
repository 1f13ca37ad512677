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
CREATE UNIQUE INDEX "login_login_key" ON "login"("login");

-- CreateIndex
CREATE INDEX "session_personId_idx" ON "session"("personId");

-- CreateIndex
CREATE INDEX "session_expiresMs_idx" ON "session"("expiresMs");

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
ALTER TABLE "document" ADD CONSTRAINT "document_key_is_wrapped" CHECK (octet_length("wrappedKey") = 60);
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
ALTER TABLE "account" ADD CONSTRAINT account_owner FOREIGN KEY ("owner") REFERENCES "party" ("id");
ALTER TABLE "business_clock" ADD CONSTRAINT business_clock_one_row CHECK ("id" = 'business');

-- Sessions: hashes of the right size, and an end after the beginning.

ALTER TABLE "login" ADD CONSTRAINT "login_is_lower_case" CHECK ("login" = lower("login") AND length("login") BETWEEN 1 AND 254);
ALTER TABLE "login" ADD CONSTRAINT "login_password_is_argon2id" CHECK ("passwordHash" LIKE '$argon2id$%');
ALTER TABLE "session" ADD CONSTRAINT "session_token_is_hashed" CHECK (octet_length("tokenHash") = 32);
ALTER TABLE "session" ADD CONSTRAINT "session_ends_later" CHECK ("expiresMs" > "createdMs");
