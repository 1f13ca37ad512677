/** Shipments and their events as one organisation may see them, and what became of captures. */
import type pg from 'pg';
import type { PageInput, See, Seen } from '../platform/see.ts';
import type { DeliveryEventRow, ShipmentRow } from './model.ts';

export type ShipmentView = Seen<ShipmentRow>;
export type DeliveryEventView = Seen<DeliveryEventRow>;

/** Shipments that a day's work looks at. */
const workMax = 50;

export function shipmentStore(see: See) {
  return {
    shipment: (id: string) => see.row<ShipmentRow>('shipment', id),
    shipments: (input: PageInput) => see.page<ShipmentRow>('shipment', 'Shipment', input),
    /** All events of a visible shipment: who sees the one sees the others. */
    events: (shipment: string) =>
      see.childrenBy<DeliveryEventRow>('delivery_event', 'shipment', shipment, 'shipment'),
    /** One event: seen by itself, or with its shipment. */
    async event(id: string): Promise<DeliveryEventView | null> {
      const own = await see.row<DeliveryEventRow>('delivery_event', id);
      if (own !== null) return own;
      const [row] = await see.childrenBy<DeliveryEventRow>('delivery_event', 'id', id, 'shipment');
      return row ?? null;
    },
    shipmentsOf: (invoice: string) => see.children<ShipmentRow>('shipment', 'invoice', invoice),
    /** What this carrier has yet to deliver, newest first. */
    async underWay(carrier: string): Promise<readonly ShipmentView[]> {
      const conditions = [{ sql: 't."carrier" = ? AND NOT t."received"', values: [carrier] }];
      const page = await see.page<ShipmentRow>(
        'shipment',
        'Shipment',
        { first: workMax },
        conditions,
      );
      return page.rows;
    },
  };
}

/** What became of one event of a capture. */
export type CaptureOutcome = {
  readonly eventId: string;
  /** Known: it was recorded before, and this is the first answer again. */
  readonly status: 'RECORDED' | 'KNOWN' | 'REFUSED';
  readonly shipment: string | null;
  /** Hex; of the act that recorded it. */
  readonly act: string | null;
  readonly refusal: {
    readonly code: string;
    readonly path: string;
    readonly message: string;
    readonly seen: string;
    readonly expected: string;
    readonly help: string;
  } | null;
};

export type CaptureJob = {
  readonly id: string;
  readonly party: string;
  readonly person: string;
  readonly bodyDigest: Uint8Array;
  /** The program's key and its signature over the body, where it sent one. */
  readonly signedBy: string | null;
  readonly signature: Uint8Array | null;
  readonly createdMs: bigint;
  readonly finishedMs: bigint | null;
  readonly outcomes: readonly CaptureOutcome[];
};

export type CaptureStore = ReturnType<typeof captureStore>;

export function captureStore(pool: pg.Pool) {
  return {
    async begin(job: CaptureJob): Promise<void> {
      const { id, party, person, bodyDigest, signedBy, signature, createdMs } = job;
      await pool.query(
        `INSERT INTO capture_job ("id", "party", "person", "bodyDigest", "signedBy", "signature", "createdMs", "outcomes")
         VALUES ($1, $2, $3, $4, $5, $6, $7, '[]')`,
        [id, party, person, bodyDigest, signedBy, signature, createdMs],
      );
    },
    async end(id: string, finishedMs: bigint, outcomes: readonly CaptureOutcome[]): Promise<void> {
      await pool.query(
        'UPDATE capture_job SET "finishedMs" = $2, "outcomes" = $3 WHERE "id" = $1',
        [id, finishedMs, JSON.stringify(outcomes)],
      );
    },
    /** The party's own job, or null. */
    async find(party: string, id: string): Promise<CaptureJob | null> {
      const result = await pool.query<CaptureJob>(
        'SELECT * FROM capture_job WHERE "id" = $1 AND "party" = $2',
        [id, party],
      );
      return result.rows[0] ?? null;
    },
    /** Shipments of this carrier that bear one of the references. */
    async byReference(
      carrier: string,
      references: readonly string[],
    ): Promise<readonly ShipmentRow[]> {
      const result = await pool.query<ShipmentRow>(
        'SELECT * FROM shipment WHERE "carrier" = $1 AND "reference" = ANY($2) ORDER BY "id" LIMIT 2',
        [carrier, references],
      );
      return result.rows;
    },
    /** The act that first recorded an event, hex. */
    async actOf(event: string): Promise<string | null> {
      const result = await pool.query<{ hash: string }>(
        'SELECT encode("actHash", \'hex\') AS hash FROM object_head WHERE "id" = $1',
        [event],
      );
      return result.rows[0]?.hash ?? null;
    },
    /** A key of that organisation that is valid now. */
    async publicKey(party: string, keyId: string): Promise<Uint8Array | null> {
      const result = await pool.query<{ publicKey: Uint8Array }>(
        'SELECT "publicKey" FROM signing_key WHERE "id" = $1 AND "party" = $2 AND NOT "revoked"',
        [keyId, party],
      );
      const [row] = result.rows;
      return row === undefined ? null : new Uint8Array(row.publicKey);
    },
  };
}
