-- What was offered before had no last day for an answer.
ALTER TABLE "transfer" ADD COLUMN     "answerBy" DATE NOT NULL DEFAULT '9999-12-31';
ALTER TABLE "transfer" ALTER COLUMN "answerBy" DROP DEFAULT;

CREATE INDEX "transfer_state_answerBy_idx" ON "transfer"("state", "answerBy");

ALTER TABLE "transfer" DROP CONSTRAINT transfer_state,
  ADD CONSTRAINT transfer_state CHECK ("state" IN ('PENDING', 'RECEIVED', 'REJECTED', 'LAPSED'));
