/**
 * What one peer may cost another, each limit with its unit and its reason. All are local, but for the
 * size of a frame: whoever sends a larger one is cut off.
 */

/** Octets of a frame's type and payload: the largest proposal, a block of 4 MiB with its justification. Protocol. */
export const frameBytesMax = 6 * 1024 * 1024;

/** Octets that wait to be sent to one peer. */
export const outboxBytesMax = 16 * 1024 * 1024;

/** Octets that the socket itself may hold before we wait for it. */
export const socketBytesMax = 256 * 1024;

/** What one peer may send: octets a second, and how many at once. */
export const inboundBytes = { perSecond: 32 * 1024 * 1024, burst: 16 * 1024 * 1024 };

/** Frames a second of one peer: a block costs some eight. */
export const inboundFrames = { perSecond: 4_000, burst: 8_000 };

/** A request for blocks costs its sender as much as this many octets sent. */
export const requestCostBytes = 256 * 1024;

/** Evidence costs its sender as much: two signatures are verified for it. */
export const evidenceCostBytes = 256 * 1024;

/** Pieces of evidence that wait and are said again in one go, each second. */
export const evidenceAgainMax = 16;

/** Nobody is served blocks while this much waits to be sent to him. */
export const serveBytesMax = 4 * 1024 * 1024;

/** Acts of one peer whose signatures are being verified; while there are more, nothing is read from him. */
export const actsInFlightMax = 4_096;

/** Acts in one frame. */
export const actsPerFrameMax = 1_000;

/** Octets of acts in one frame, unless a single act is larger. */
export const actsFrameBytesMax = 1024 * 1024;

/** Acts that are said again in one go, when nothing moves. */
export const actsAgainMax = 500;

/** They are said again after so many pulses without movement, doubled each time, at most so many. */
export const actsAgainPulses = { first: 1, max: 32 };

/** Sockets at once, also of strangers: a stranger is gone after the handshake's time. */
export const socketsMax = 256;

/** A handshake, hello included, takes at most this long, in ms. */
export const handshakeMsMax = 10_000;

/** A sign of life is sent this often, in ms, with the newest cosignature and how far the chain is. */
export const pulseMs = 1_000;

/** A peer that is silent for this long, in ms, is taken for dead. */
export const silenceMsMax = 15_000;

/** The first and the longest pause before dialling again, in ms. */
export const redialMs = { first: 50, max: 2_000 };

/** A peer that broke a rule is not spoken to for this long, in ms. */
export const barredMs = 10_000;
