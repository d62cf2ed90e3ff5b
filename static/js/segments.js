// How many segments a text takes, as the providers count them. The Python twin is sms/segments.py; both are
// tested with tests/samples/segments.json.
//
// GSM-7 if every character is in the tables below: 160 septets in one segment, else 153 in each.
// UCS-2 otherwise: 70 UTF-16 code units in one segment, else 67 in each.
// Segments are filled one after the other and nothing is torn: not an extension pair, not a grapheme cluster
// (unless it is longer than a whole segment).

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("^{}\\[~]|€\f");
const LIMITS = { "GSM-7": [160, 153], "UCS-2": [70, 67] };

export const MAX_SEGMENTS = 10;

/** @returns {boolean} whether the alphabet of GSM-7 has the character. */
export function isGsm(character) {
  return BASIC.has(character) || EXTENSION.has(character);
}

/** @returns {{encoding: "GSM-7"|"UCS-2", segments: number, chars: number, perSegment: number, foreign: string[]}}
 *  `chars` are septets or code units; `foreign` are the characters that force UCS-2, each once, in their order. */
export function count(text) {
  const foreign = [...new Set([...text].filter((char) => !isGsm(char)))];
  const encoding = foreign.length ? "UCS-2" : "GSM-7";
  const parts = foreign.length ? clusterLengths(text) : septetLengths(text);
  const chars = parts.reduce((sum, length) => sum + length, 0);
  const [single, each] = LIMITS[encoding];
  const segments = chars <= single ? 1 : fill(parts, each);
  return { encoding, segments, chars, perSegment: segments > 1 ? each : single, foreign };
}

function septetLengths(text) {
  return [...text].map((char) => (EXTENSION.has(char) ? 2 : 1));
}

function clusterLengths(text) {
  if (typeof Intl.Segmenter !== "function") return [...text].map((char) => char.length);
  const clusters = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);
  return [...clusters].map(({ segment }) => segment.length);
}

function fill(parts, size) {
  let segments = 1;
  let used = 0;
  for (const length of parts) {
    if (length > size) {
      // A cluster longer than a segment is cut wherever the segment ends.
      const end = used + length - 1;
      segments += Math.floor(end / size);
      used = (end % size) + 1;
    } else if (used + length > size) {
      segments += 1;
      used = length;
    } else {
      used += length;
    }
  }
  return segments;
}
