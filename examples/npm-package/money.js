const signs = { EUR: "€", GBP: "£", USD: "$" };

/** `€39.90` say. */
export function money(amount, currency) {
  return `${signs[currency] ?? `${currency} `}${amount.toFixed(2)}`;
}
