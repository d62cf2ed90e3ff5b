// What a text can say instead of the characters that force UCS-2, so that it takes fewer segments. Only what a reader
// takes for the same: quotes, dashes, spaces, letters without their marks. Emoji and other scripts have no look-alike.
import { isGsm } from "./segments.js";

const SAME = new Map();
for (const [plain, characters] of [
  ['"', "“”„‟«»″"],
  ["'", "‘’‚‛‹›′´`ʼ"],
  ["-", "‐‑‒–—―−•·"],
  ["...", "…"],
  [" ", "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"],
  ["", "\u00ad\u180e\u200b\u200c\u200e\u200f\u2060\ufeff"],
  ["\n", "\u2028\u2029"],
  ["l", "ł"],
  ["L", "Ł"],
  ["d", "đð"],
  ["D", "ĐÐ"],
  ["i", "ı"],
  ["oe", "œ"],
  ["OE", "Œ"],
  ["th", "þ"],
  ["TH", "Þ"],
  ["h", "ħ"],
  ["H", "Ħ"],
  ["t", "ŧ"],
  ["T", "Ŧ"],
  ["ß", "ẞ"],
  ["TM", "™"],
  ["(c)", "©"],
  ["(R)", "®"],
  ["x", "×"],
  ["1/2", "½"],
  ["1/4", "¼"],
  ["3/4", "¾"],
  ["o", "º°"],
  ["a", "ª"],
]) {
  for (const character of characters) SAME.set(character, plain);
}

/** @returns {string} the text with every look-alike in the place of what it looks like; the rest stays. */
export function withLookAlikes(text) {
  // Letters and their marks together first: é is GSM, e followed by a mark is not.
  return [...text.normalize("NFC")].map(lookAlike).join("");
}

function lookAlike(character) {
  if (isGsm(character)) return character;
  const same = SAME.get(character);
  if (same !== undefined) return same;
  const bare = character.normalize("NFD").replace(/\p{M}+/gu, "");
  return bare && [...bare].every(isGsm) ? bare : character;
}
