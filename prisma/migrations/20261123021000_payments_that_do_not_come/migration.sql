-- A payment that does not come has its last day and its reason; what is left is offered anew.
ALTER TABLE "finance_request" ADD COLUMN "fundByDate" DATE,
  ADD COLUMN "failReason" TEXT,
  ADD COLUMN "follows" TEXT;

CREATE UNIQUE INDEX "finance_request_follows_key" ON "finance_request"("follows");

-- A payment that was instructed before there was such a day has until the day before maturity.
UPDATE "finance_request" SET "fundByDate" = "payableDate" - 1
WHERE "state" IN ('INSTRUCTED', 'FUNDED', 'REPAYING', 'REPAID');

ALTER TABLE "finance_request"
  ADD CONSTRAINT finance_request_failed CHECK (("state" = 'FUNDING_FAILED') = ("failReason" IS NOT NULL)),
  ADD CONSTRAINT finance_request_fund_by CHECK ("fundByDate" IS NULL OR ("chosen" IS NOT NULL AND "fundByDate" < "payableDate")),
  ADD CONSTRAINT finance_request_follows FOREIGN KEY ("follows") REFERENCES "finance_request" ("id");
