/**
 * The key of this device: one per person, made here and never extractable. The browser holds it in
 * IndexedDB as a handle; no code, not even ours, can read its private half, and it never travels.
 */
export type DeviceKey = {
  readonly personId: string;
  /** The pseudonym under which the network knows it. */
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  readonly privateKey: CryptoKey;
  readonly label: string;
};

const databaseName = 'tallystick';
const storeName = 'keys';

/** A new key pair whose private half cannot leave the browser. It counts only once it is registered. */
export async function makeKey(): Promise<Pick<DeviceKey, 'publicKey' | 'privateKey'>> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
  if (!('privateKey' in pair)) {
    throw new Error('Ed25519 makes a pair');
  }
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
    privateKey: pair.privateKey,
  };
}

/** The person's key on this device, or undefined where she has not enrolled it. */
export async function deviceKeyOf(personId: string): Promise<DeviceKey | undefined> {
  if (typeof indexedDB === 'undefined') {
    return undefined;
  }
  const found = await inStore('readonly', (store) => store.get(personId));
  return isDeviceKey(found) ? found : undefined;
}

export async function keepDeviceKey(key: DeviceKey): Promise<void> {
  await inStore('readwrite', (store) => store.put(key));
  changed.dispatchEvent(new Event('change'));
}

/** Forgets the key on this device; what it signed stays signed. */
export async function dropDeviceKey(personId: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(personId));
  changed.dispatchEvent(new Event('change'));
}

const changed = new EventTarget();

/** Tells when a key was kept or dropped in this tab. */
export function onKeyChange(listener: () => void): () => void {
  changed.addEventListener('change', listener);
  return () => changed.removeEventListener('change', listener);
}

function isDeviceKey(found: unknown): found is DeviceKey {
  return (
    typeof found === 'object' &&
    found !== null &&
    'privateKey' in found &&
    found.privateKey instanceof CryptoKey &&
    'publicKey' in found &&
    found.publicKey instanceof Uint8Array
  );
}

async function inStore(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const database = await open();
  try {
    return await settled(ask(database.transaction(storeName, mode).objectStore(storeName)));
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(storeName, { keyPath: 'personId' });
  };
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the key store does not answer'));
  });
}
