/**
 * A mutation with a file, as the GraphQL multipart request specification writes it. XMLHttpRequest
 * and not fetch, because only it tells how much was sent.
 */
import { type DocumentNode, print } from 'graphql';

export type Progress = {
  readonly sent: number;
  readonly total: number;
  readonly perSecond: number;
  readonly secondsLeft: number;
};

export type Upload<T> = { readonly answer: Promise<T>; readonly cancel: () => void };

/** The parts of the request, in the order that the specification prescribes: operations, map, file. */
export function multipartBody(
  mutation: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  path: string,
  file: File,
): FormData {
  const body = new FormData();
  body.append('operations', JSON.stringify({ query: print(mutation), variables }));
  body.append('map', JSON.stringify({ 0: [`variables.${path}`] }));
  body.append('0', file, file.name);
  return body;
}

/** Sends the body and answers with `data`. A refusal is data; a fault or a lost connection is thrown. */
export function send<T>(
  address: string,
  body: FormData,
  headers: Readonly<Record<string, string>>,
  onProgress: (progress: Progress) => void,
): Upload<T> {
  const request = new XMLHttpRequest();
  const startedMs = performance.now();

  const answer = new Promise<T>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => {
      const seconds = Math.max((performance.now() - startedMs) / 1000, 0.001);
      const perSecond = loaded / seconds;
      onProgress({ sent: loaded, total, perSecond, secondsLeft: (total - loaded) / perSecond });
    };
    request.onerror = () => reject(new TypeError('the server cannot be reached'));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    request.onload = () => {
      const reply: unknown = parse(request.responseText);
      if (typeof reply === 'object' && reply !== null && 'data' in reply && reply.data !== null) {
        resolve(reply.data as T);
      } else {
        reject(new Error(faultOf(reply) ?? `the server answered ${request.status}`));
      }
    };
  });

  request.open('POST', address);
  request.withCredentials = true;
  request.setRequestHeader('apollo-require-preflight', '1');
  for (const [name, value] of Object.entries(headers)) {
    request.setRequestHeader(name, value);
  }
  request.send(body);
  return { answer, cancel: () => request.abort() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function faultOf(reply: unknown): string | undefined {
  if (typeof reply !== 'object' || reply === null || !('errors' in reply)) {
    return undefined;
  }
  const { errors } = reply;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return typeof first === 'object' && first !== null && 'message' in first
    ? String(first.message)
    : undefined;
}

/** '1.4 MB': for progress and limits. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) {
    return `${Math.round(bytes)} B`;
  }
  return bytes < 1_000_000
    ? `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
