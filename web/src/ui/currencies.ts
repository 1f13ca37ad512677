/** Currencies that a form offers; the server takes every code of ISO 4217. */
export const currencies = ['CNY', 'EUR', 'USD', 'NOK', 'SEK', 'DKK', 'GBP'];
