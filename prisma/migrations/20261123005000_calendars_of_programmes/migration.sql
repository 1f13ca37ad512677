-- Calendars that are published, and the programmes that follow them. What stands already follows weekdays.
CREATE TABLE "calendar" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "calendar" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "closed" TEXT[],
    "open" TEXT[],
    "source" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "calendar_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "calendar_calendar_year_key" ON "calendar"("calendar", "year");
ALTER TABLE "calendar" ADD CONSTRAINT calendar_year CHECK ("id" = "calendar" || ':' || "year");

ALTER TABLE "programme"
  ADD COLUMN "calendars" TEXT[],
  ADD COLUMN "timeZone" TEXT NOT NULL DEFAULT 'UTC',
  ADD COLUMN "marketOpens" TEXT NOT NULL DEFAULT '00:00',
  ADD COLUMN "marketCloses" TEXT NOT NULL DEFAULT '24:00',
  ADD COLUMN "exDays" INTEGER NOT NULL DEFAULT 0;
UPDATE "programme" SET "calendars" = ARRAY['WEEKDAYS'];
ALTER TABLE "programme"
  ALTER COLUMN "timeZone" DROP DEFAULT,
  ALTER COLUMN "marketOpens" DROP DEFAULT,
  ALTER COLUMN "marketCloses" DROP DEFAULT,
  ALTER COLUMN "exDays" DROP DEFAULT,
  ADD CONSTRAINT programme_calendars CHECK (cardinality("calendars") > 0),
  ADD CONSTRAINT programme_hours CHECK ("marketOpens" ~ '^[0-2][0-9]:[0-5][0-9]$' AND "marketCloses" > "marketOpens" AND "marketCloses" <= '24:00'),
  ADD CONSTRAINT programme_ex_days CHECK ("exDays" >= 0);
