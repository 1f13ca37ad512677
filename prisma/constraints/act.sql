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
