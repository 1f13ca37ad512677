CREATE TABLE "calculation" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "calculator" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "rounding" TEXT NOT NULL,
    "inputs" TEXT NOT NULL,
    "results" TEXT NOT NULL,
    "act" BYTEA NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "calculation_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "calculation_subject_idx" ON "calculation"("subject");

ALTER TABLE "calculation"
  ADD CONSTRAINT calculation_act CHECK (octet_length("act") = 32),
  ADD CONSTRAINT calculation_calculator CHECK ("calculator" ~ '^tallystick-calc/[1-9][0-9]*$'),
  ADD CONSTRAINT calculation_rounding CHECK ("rounding" IN ('HALF_UP', 'HALF_EVEN', 'DOWN', 'UP')),
  ADD CONSTRAINT calculation_values CHECK (jsonb_typeof("inputs"::jsonb) = 'object' AND jsonb_typeof("results"::jsonb) = 'object'),
  ADD CONSTRAINT calculation_version CHECK ("version" = 1);

CREATE FUNCTION calculation_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a calculation never changes and is never deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER calculation_kept BEFORE UPDATE OR DELETE ON "calculation" FOR EACH ROW EXECUTE FUNCTION calculation_is_kept();
