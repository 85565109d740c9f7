/** The generic reader's own shapes; content/types.d.ts has those of definitions and readings. */

/** What a walk notes of one element. Lengths in characters, counts of everything in it; `away` 0 to 1. */
interface Noted {
  element: Element;
  up: Noted | null;
  order: number;
  tag: string;
  sig: string;
  classes: string;
  depth: number;
  inside: Noted[];
  text: number;
  own: number;
  links: number;
  pays: number;
  times: number;
  leaves: number;
  size: number;
  away: number;
  hidden: boolean;
  shape: number;
  kind: number;
  bag: Set<number> | null;
  digits: boolean;
  href: string;
}

interface Tree {
  top: Noted;
  parents: Noted[];
  cut: boolean;
}

/** Elements that may be the records of one list; a record is one element or several siblings. */
interface Group {
  records: Noted[][];
  parent: Noted;
  stride: number;
  linked?: boolean;
}

/** Shares of the records, 0 to 1, but for the counts. */
interface Traits {
  n: number;
  text: number;
  average: number;
  links: number;
  pay: number;
  time: number;
  both: number;
  leaves: number;
  away: number;
  hidden: number;
  share: number;
  distinct: number;
  alike: number;
}

interface Ranked {
  group: Group;
  traits: Traits;
  score: number;
  rough: number;
}

/** One place in every record; the counts become shares once all records were asked. */
interface Slot {
  key: string;
  count: number;
  texts: Map<string, number>;
  length: number;
  pay: number;
  time: number;
  number: number;
  date: number;
  link: number;
  heading: number;
  place: number;
  tight: number;
  label: string;
  head: string;
  attributes: string;
  behind: string;
  sample: string;
  samples: string[];
  coverage: number;
  distinct: number;
  average: number;
  constant: boolean;
}

type ColumnKind = "pay" | "time" | "count" | "date" | "link" | "text";

interface Column {
  key: string;
  name: FieldName | null;
  head: string;
  samples: string[];
  kind: ColumnKind;
  slot?: Slot;
}

interface Cell {
  text: string;
  element: Element | null;
}

interface Table {
  columns: Column[];
  rows: Cell[][];
}

type Verdict = "sure" | "offer" | "none";
type PageState = "list" | "empty" | "signed_out" | "challenge" | "nothing";

interface Note {
  note: "foreign_frame" | "virtual" | "endless" | "too_long" | "next_page";
  what: string;
}

interface Guess {
  from: "page";
  records: Element[][];
  score: number;
  likeness: number;
  why: string[];
  columns: Column[];
  unique: Set<string>;
  stride: number;
  traits: Traits;
  group: Group;
  seen: Tree;
  pay?: number;
  told?: boolean;
}

interface JsonGuess {
  from: "json";
  holder: Element;
  sel: string;
  attr?: string;
  path: string;
  items: unknown[];
  fields: Partial<Record<FieldName, string>>;
}

interface Found {
  guesses: Guess[];
  json: JsonGuess | null;
  verdict: Verdict;
  state: PageState;
  notes: Note[];
}

interface Told {
  page: Document;
  address: string;
  id: string;
  name: string;
  zone?: string;
  json?: JsonGuess | null;
}

interface Checked {
  same: boolean;
  rows: number;
  missing: string[];
  by: { rows: string; found: number; same: boolean }[];
}

interface Induced {
  definition: Definition;
  check: Checked;
}

interface Proposal {
  listing: Listing;
  distance: number;
  silent: boolean;
  why: string[];
  state: PageState | "healthy" | "changed";
}

interface Detect {
  cues: Record<"pay" | "hourly" | "minutes" | "requester" | "places" | "posted" | "title" | "old" | "aside" | "by" | "task" | "board" | "history" | "around", RegExp> & {
    others: Record<"shop" | "bank" | "forum" | "mail" | "plan" | "rent" | "service", RegExp>;
  };
  tree: { scan(root: Element): Pass<Tree>; tagHash(tag: string): number };
  groups: { bag(one: Noted): Set<number>; alike(one: Noted, other: Noted): number; candidates(seen: Tree): Pass<Group[]> };
  links: {
    kindOf(href: string): { kind: string; key: string } | null;
    candidates(seen: Tree): Pass<Group[]>;
    pattern(addresses: string[]): string | null;
  };
  score: {
    traits(group: Group, total: number): Traits;
    deepen(group: Group, known: Traits): void;
    score(group: Group, known: Traits): number;
    byWords(group: Group): number;
  };
  nested: { settle(ranked: Ranked[]): Pass<void>; whole(ranked: Ranked[]): Pass<void> };
  adopt: {
    siblings(group: Group): Group;
    common(records: Noted[][]): string | null;
    kindsIn(one: Noted, found?: Map<string, number>): Map<string, number>;
  };
  rank: {
    all(seen: Tree): Pass<Ranked[]>;
    guesses(seen: Tree): Pass<Guess[]>;
    guess(one: Ranked, seen: Tree): Guess;
    within(outer: Noted, inner: Noted): boolean;
  };
  columns: {
    of(records: Element[][]): { slots: Slot[]; asked: number; unique: Set<string> };
    kindOf(one: Slot): ColumnKind;
    headers(row: Element): string[] | null;
  };
  naming: { names(slots: Slot[], asked: number): Map<string, FieldName>; headOf(one: Slot): string };
  state: {
    state(page: Document, listed: boolean): PageState;
    markers(lang: string): { empty: Marker[]; signed_out: Marker[]; challenge: Marker[] };
    saysEmpty(text: string): boolean;
    said(page: Document): string;
  };
  json: { find(page: Document): Pass<JsonGuess | null>; listIn(json: unknown): { path: string; items: unknown[]; fields: Partial<Record<FieldName, string>> } | null };
  notes(page: Document, address: string, guess: Guess | undefined, cut: boolean): Pass<Note[]>;
  table(guess: Guess): Table;
  columnsOf(guess: Guess): Column[];
  linkOf(record: Element[], title: Leaf | undefined): Element | null;
  judge(guess: Guess, page: Document, address: string): void;
  verdict(guess: Guess | undefined): Verdict;
  find(page: Document, address: string): Pass<Found>;
  sliced<T>(pass: Pass<T>): Promise<T>;
  boxes(guess: Guess): Element[][];
  containing(page: Document, element: Element, found?: Found): Pass<Guess[]>;
  both(page: Document, first: Element, second: Element, found?: Found): Pass<Guess[]>;
  larger(guess: Guess, page: Document): Guess | null;
  smaller(guess: Guess, page: Document): Guess | null;
  named(guess: Guess, key: string, name: FieldName | null): Guess;
  columnOf(guess: Guess, element: Element): string | null;
  rows: {
    selectors(page: Document, guess: Guess, link: string[] | null): string[];
    found(page: Document, selector: string, shadow: boolean): Element[];
    shadowed(element: Element): boolean;
  };
  spots: { fields(guess: Guess, address: string): { fields: Fields; link: string[] | null } };
  induce(guess: Guess, told: Told): Induced;
  redacted(listing: Listing, guess: Guess): Record<string, string>;
  safe(definition: unknown): string[];
  selectorCost(page: Document, selector: string): number | null;
}

interface Piecework {
  detect: Detect;
  heal: { propose(definition: Definition, listing: Listing, page: Document, address: string): Pass<Proposal | null> };
}
