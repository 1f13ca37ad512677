-- What a core enterprise may owe in a programme at a time. Programmes that stand have no such limit.
ALTER TABLE "programme" ADD COLUMN "issueLimitMinor" BIGINT,
  ADD CONSTRAINT programme_issue_limit CHECK ("issueLimitMinor" IS NULL OR "issueLimitMinor" > 0 AND "currency" IS NOT NULL);

CREATE TABLE "issuance" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "openMinor" BIGINT NOT NULL,

    CONSTRAINT "issuance_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "issuance"
  ADD CONSTRAINT issuance_programme FOREIGN KEY ("id") REFERENCES "programme" ("id"),
  ADD CONSTRAINT issuance_open CHECK ("openMinor" >= 0);
