DROP INDEX "exposure_openLimit_idx";

CREATE INDEX "exposure_openLimit_state_amountMinor_idx" ON "exposure"("openLimit", "state", "amountMinor");
