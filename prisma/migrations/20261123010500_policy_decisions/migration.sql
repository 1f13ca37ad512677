-- What the policy packs of a programme said to each decision. Programmes that stand follow none.
ALTER TABLE "programme" ADD COLUMN "policyPacks" TEXT[];
UPDATE "programme" SET "policyPacks" = '{}';

CREATE TABLE "policy_decision" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "occasion" TEXT NOT NULL,
    "pack" TEXT NOT NULL,
    "packVersion" INTEGER NOT NULL,
    "packHash" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "seen" TEXT NOT NULL,
    "expected" TEXT NOT NULL,
    "reason" TEXT,
    "facts" TEXT NOT NULL,
    "decidedDate" DATE NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "policy_decision_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "policy_decision_subject_idx" ON "policy_decision"("subject");
ALTER TABLE "policy_decision"
  ADD CONSTRAINT policy_decision_outcome CHECK ("outcome" IN ('PASS', 'WARN')),
  ADD CONSTRAINT policy_decision_hash CHECK ("packHash" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT policy_decision_once CHECK ("version" = 1);
