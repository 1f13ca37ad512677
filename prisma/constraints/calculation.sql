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
