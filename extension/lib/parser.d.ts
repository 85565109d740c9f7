/** Types of the pay and time parser, whose files share `piecework.parser`. The agent's money package mirrors them. */

/** A pay as stated: micro-units of `currency`; `max_micro` null where it is open, `currency` null where unknown. */
interface PayReading {
  state: "stated" | "none" | "unreadable";
  micro: number | null;
  max_micro: number | null;
  currency: string | null;
  per: PayUnit;
  raw: string;
  parser: number;
}

type PayUnit = "task" | "hour" | "minute" | "day" | "week" | "month" | "page" | "unit";

/** A time as stated, in whole seconds; `max_s` null where it is open. */
interface TimeReading {
  state: "stated" | "none" | "unreadable";
  min_s: number | null;
  max_s: number | null;
  kind: "duration" | "ago" | "left";
  raw: string;
}

/** Places left, taken and in all; null is what the text does not say. */
interface PlacesReading {
  left: number | null;
  taken: number | null;
  total: number | null;
}

/** One piece of a folded text: `n` number, `w` word in lower case, `s` any other single character. */
interface ParseToken {
  kind: "n" | "w" | "s";
  text: string;
  /** Whether white space stands before it. */
  gap: boolean;
  /** Whether a word was written in capitals throughout. */
  upper: boolean;
  /** The text of a number without any separator, "" for everything else. */
  digits: string;
}

/** An exact number: `digits` divided by ten to the power of `scale`. */
interface ParseNumber {
  digits: bigint;
  scale: number;
}

/** Two letters of the page's language, and its decimal sign. */
interface ParsePage {
  lang: string;
  point: "." | ",";
}

/** A currency as written: `code` is certain, otherwise `family` says what it could be. Tokens `start` to `end`. */
interface ParseCurrency {
  code: string | null;
  family: string;
  kind: "cur" | "sub" | "pts";
  start: number;
  end: number;
}

/** One number of a text with its currency. `number` is null where it can't be read or is below zero. */
interface ParseAmount {
  start: number;
  end: number;
  number: ParseNumber | null;
  named: ParseCurrency | null;
  prefix: boolean;
  thousands: boolean;
}

interface ParsePer {
  unit: PayUnit;
  start: number;
  end: number;
}

/** One text on the way through the parser. `hint` is the definition's currency. */
interface ParseText {
  tokens: ParseToken[];
  amounts: ParseAmount[];
  page: ParsePage;
  hint: string | null;
}

interface ParseFound {
  low: bigint;
  high: bigint | null;
  currency: string | null;
  start: number;
  end: number;
}

interface ParseRatio {
  num: bigint;
  den: bigint;
}

/** A spell of time said by tokens `start` to `end`; `unit` is its last one in seconds, 0 for a clock such as 12:30. */
interface ParseSpell {
  start: number;
  end: number;
  value: ParseRatio;
  unit: number;
  more: boolean;
}

interface PieceworkParser {
  table: Record<string, string>;
  words(...names: string[]): Set<string>;
  values(name: string): Map<string, string>;
  parts(...names: string[]): Set<string>;
  text: {
    clean(text: unknown): string;
    isDisguised(raw: string): boolean;
    fold(raw: string): string;
    pageOf(lang: string): ParsePage;
    tokenise(folded: string, lang: string): ParseToken[];
    wordsOnly(tokens: ParseToken[]): string | null;
    isBlank(tokens: ParseToken[]): boolean;
    isNumber(token: ParseToken | undefined): boolean;
    readNumber(text: string, point: "" | "." | ","): ParseNumber | null;
    toUnits(number: ParseNumber, unit: bigint): bigint | null;
    power(exponent: number): bigint;
    EXACT_LIMIT: bigint;
  };
  currency: {
    SIGNS: Map<string, string>;
    isPoints(code: string | null): boolean;
    resolve(named: ParseCurrency | null, hint: string | null, page: ParsePage): string | null;
    before(tokens: ParseToken[], at: number, floor: number): ParseCurrency | null;
    after(tokens: ParseToken[], at: number): ParseCurrency | null;
    merge(left: ParseCurrency | null, right: ParseCurrency | null): { named: ParseCurrency | null; agreed: boolean };
    besideBare(tokens: ParseToken[]): ParseCurrency | null;
    anywhere(tokens: ParseToken[], others: ParseAmount[]): ParseCurrency | null;
  };
  amounts: {
    MICRO: bigint;
    kind(amount: ParseAmount): "cur" | "sub" | "pts" | "bare";
    micro(amount: ParseAmount, kind?: string): bigint | null;
    read(tokens: ParseToken[], page: ParsePage): ParseAmount[];
  };
  bounds: {
    wordsBefore(tokens: ParseToken[], at: number): string[];
    wordsBehind(tokens: ParseToken[], at: number): string[];
    before(tokens: ParseToken[], at: number): "max" | "min" | "";
    behind(tokens: ParseToken[], at: number): "max" | "min" | "";
    isBetween(tokens: ParseToken[], at: number): boolean;
    connector(tokens: ParseToken[], at: number, between: boolean): number | null;
    isMinus(tokens: ParseToken[], start: number): boolean;
  };
  per: {
    at(tokens: ParseToken[], at: number, known?: boolean): ParsePer | null;
    behind(tokens: ParseToken[], at: number, stop: number): ParsePer | null;
    ahead(tokens: ParseToken[], stop: number): ParsePer | null;
  };
  find(text: ParseText): { found: ParseFound; unit: PayUnit } | null;
  spells: {
    ratio(num: bigint | number, den?: bigint | number): ParseRatio;
    times(value: ParseRatio, factor: number): ParseRatio;
    seconds(value: ParseRatio): bigint;
    bareCount(tokens: ParseToken[], at: number, page: ParsePage): ParseRatio | null;
    at(tokens: ParseToken[], at: number, page: ParsePage): ParseSpell | null;
  };
}

interface Piecework {
  parser: PieceworkParser;
  /** The pay a text states (lib/money.js). `currency` is a definition's hint: it decides what the text leaves open. */
  parsePay(text: string, options?: { lang?: string; currency?: string | null }): PayReading;
  /** The time a text states (lib/duration.js). `unit` is what a bare number counts. */
  parseTime(text: string, options?: { lang?: string; unit?: "" | "seconds" | "minutes" }): TimeReading;
  /** The places a text states (lib/places.js). */
  parsePlaces(text: string): PlacesReading;
}
