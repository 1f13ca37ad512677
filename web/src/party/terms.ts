/** Whether what was typed into a form of terms can be one. Pure. */

/** A whole number of at least `min`, of at most four digits. */
export function isWhole(text: string, min: number): boolean {
  return /^\d{1,4}$/.test(text.trim()) && Number(text) >= min;
}

/** '09:00'; '24:00' is the end of the day. */
export function isTimeOfDay(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(text);
}
