CREATE TABLE "near_match" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "invoice" TEXT NOT NULL,
    "other" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "riskClass" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reviewedBy" TEXT,
    "reason" TEXT,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "near_match_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "near_key" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "invoices" TEXT[],

    CONSTRAINT "near_key_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "near_match_invoice_idx" ON "near_match"("invoice");

ALTER TABLE "near_match"
  ADD CONSTRAINT near_match_invoice FOREIGN KEY ("invoice") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT near_match_other FOREIGN KEY ("other") REFERENCES "invoice" ("id"),
  ADD CONSTRAINT near_match_two CHECK ("invoice" <> "other"),
  ADD CONSTRAINT near_match_rule CHECK ("rule" IN ('NUMBER_LETTER', 'AMOUNT_AND_ORDER', 'NUMBER_PART', 'AMOUNT_AND_WEEK', 'AMOUNT_CLOSE', 'AMOUNT')),
  ADD CONSTRAINT near_match_class CHECK ("riskClass" IN ('HIGH', 'MEDIUM', 'LOW')),
  ADD CONSTRAINT near_match_state CHECK ("state" IN ('OPEN', 'CLEARED', 'DUPLICATE')),
  -- Who judged it and why are there exactly when it was judged.
  ADD CONSTRAINT near_match_judged CHECK (("state" = 'OPEN') = ("reviewedBy" IS NULL) AND ("state" = 'OPEN') = ("reason" IS NULL));
CREATE UNIQUE INDEX near_match_pair ON "near_match" ("invoice", "other");
