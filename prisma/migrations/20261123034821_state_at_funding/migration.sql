CREATE TABLE "funding_snapshot" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "request" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "invoice" TEXT NOT NULL,
    "proposal" TEXT NOT NULL,
    "quote" TEXT NOT NULL,
    "bank" TEXT NOT NULL,
    "policies" TEXT[],
    "calculator" TEXT NOT NULL,
    "rules" TEXT[],
    "seen" TEXT[],
    "expected" TEXT[],
    "takenDate" DATE NOT NULL,
    "act" BYTEA NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "funding_snapshot_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "funding_snapshot_request_key" ON "funding_snapshot"("request");

ALTER TABLE "funding_snapshot"
  ADD CONSTRAINT funding_snapshot_request FOREIGN KEY ("request") REFERENCES "finance_request" ("id"),
  ADD CONSTRAINT funding_snapshot_proposal FOREIGN KEY ("proposal") REFERENCES "funding_proposal" ("id"),
  ADD CONSTRAINT funding_snapshot_bank FOREIGN KEY ("bank") REFERENCES "party" ("id"),
  ADD CONSTRAINT funding_snapshot_lists CHECK (cardinality("rules") > 0
    AND cardinality("rules") = cardinality("seen") AND cardinality("rules") = cardinality("expected")),
  ADD CONSTRAINT funding_snapshot_act CHECK (octet_length("act") = 32);
