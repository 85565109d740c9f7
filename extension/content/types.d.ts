/** The parts of a platform definition (shared/platforms/_schema.json says what each means). */

interface Place {
  sel?: string;
  nth?: number;
  has?: string;
  attr?: string;
  own?: boolean;
  path?: string;
  query?: string;
  segment?: number;
  after?: string;
  before?: string;
  url?: boolean;
  captured?: "id" | "n";
  const?: string;
  join?: Place[];
  next?: number;
  label?: string;
  like?: "pay" | "time" | "count" | "heading";
}

type Parser =
  | "text" | "id" | "url" | "pay" | "pay-minor" | "time" | "minutes" | "seconds" | "places" | "count" | "date";

interface Field {
  from: Place[];
  as?: Parser;
  currency?: string;
  currency_from?: Place[];
  per?: "task" | "hour" | "minute" | "day" | "page" | "unit";
  required?: boolean;
}

type FieldName =
  | "id" | "title" | "requester" | "pay" | "hourly" | "minutes" | "places" | "allotted" | "rated" | "qualified" | "taken" | "total"
  | "url" | "assignment"
  | "status" | "bonus" | "fee" | "to" | "accepted" | "submitted" | "decided" | "code" | "spent" | "account";

type Fields = Partial<Record<FieldName, Field>>;

interface Marker {
  sel?: string;
  text?: string;
  url?: string;
  path?: string;
  equals?: string | number | boolean | null;
  status?: number;
}

type Reader = "dom" | "embedded-json" | "page-json";

interface Listing {
  id: string;
  name?: string;
  urls: string[];
  answers?: string[];
  reader: Reader;
  embedded?: { sel: string; attr?: string };
  root?: string[];
  shadow?: boolean;
  late?: boolean;
  shape?: "unknown";
  rows: string[];
  skip?: Marker[];
  fields: Fields;
  systems?: { system: string; in_url: string }[];
  link?: string[];
  url_template?: string;
  empty: Marker[];
  signed_out: Marker[];
  challenge: Marker[];
  rate_limited?: Marker[];
  complete: boolean;
  page_number?: Field;
  looking?: { by: "reload" | "request"; why: string };
  fingerprint?: Fingerprint;
}

/** What a list's rows were like when they were last known to be right: what a reading is healthy by. */
interface Fingerprint {
  rows: number;
  length: number;
  pay: number;
  time: number;
  links: number;
  pieces: number;
  beside?: number;
  crowded?: number;
  fields: Record<string, number>;
}

/** How a list's rows are now against its fingerprint; `score` 0 to 1. */
interface Health {
  score: number;
  why: string[];
  measured: Fingerprint;
}

interface WorkPage {
  urls: string[];
  system?: string;
  kind?: "work" | "qualification";
  when?: Marker[];
  fields?: Fields;
}

/** Pages around tasks whose time counts as something else than their list or earnings would. */
interface WorkPlace {
  urls: string[];
  kind: "search" | "qualification" | "admin";
}

interface Signal {
  kind: string;
  on: "page" | "click" | "submit" | "answer";
  urls: string[];
  answers?: string[];
  system?: string;
  sel?: string;
  when?: Marker[];
  path?: string;
  status?: Record<string, string>;
  fields?: Fields;
  unconfirmed?: boolean;
}

interface EarningTotal {
  name: string;
  pay: Field;
  count?: Field;
}

interface Earning {
  id: string;
  kind: "history" | "totals" | "payouts";
  urls: string[];
  answers?: string[];
  reader: Reader;
  embedded?: { sel: string; attr?: string };
  root?: string[];
  rows?: string[];
  fields?: Fields;
  systems?: { system: string; in_url: string }[];
  status?: Record<string, string>;
  legend?: { rows: string[]; key: Field; word: Field };
  totals?: EarningTotal[];
  period?: Field;
  signed_out?: Marker[];
  empty?: Marker[];
}

/** Where a page or an answer of it says how many messages are unread. */
interface Mailbox {
  urls: string[];
  answers?: string[];
  reader: "dom" | "page-json";
  count?: Field;
  none?: Marker[];
  some?: Marker[];
}

interface Definition {
  id: string;
  name: string;
  origins: string[];
  account: { shown: boolean; fields?: Field; urls?: string[] };
  listings: Listing[];
  work: { pages: WorkPage[]; places?: WorkPlace[]; signals: Signal[] };
  earnings: Earning[];
  messages?: Mailbox[];
  money: { currencies: string[]; [name: string]: unknown };
  manners: { page_world: "allowed" | "never"; [name: string]: unknown };
  quality: { date: string; [name: string]: unknown };
}

/** What fields are read from: a row of a page (`row`), the page around it, or one JSON value. */
interface Source {
  row: Element | null;
  page: Document | null;
  json: unknown;
  url: string;
  captured: Record<string, string>;
  shadow: boolean;
  lang: string;
}

/** What markers are asked of: one page or one answer as it is now. `text` is filled when first needed. */
interface Seen extends Source {
  status: number;
  retry_after_s?: number;
  text?: string;
}

/** Money as text; protocol/bodies.py has the meanings of this and the other bodies. */
interface PayText {
  raw: string;
  currency?: string;
  micro?: number;
  per?: string;
  lang?: string;
}

interface Row {
  id: string;
  system: string;
  title: string;
  requester: string;
  pay?: PayText;
  hourly?: PayText;
  minutes_raw?: string;
  places_raw?: string;
  url?: string;
  dom_at_us?: number;
  allotted_raw?: string;
  rated_raw?: string;
  qualified?: boolean;
}

type ListState = "watching" | "empty" | "signed_out" | "challenge" | "rate_limited" | "changed_shape";

/** Steps of reading: may be left off after each, and asks for another task by `later`. */
type Pass<T> = Generator<void | "later", T, void>;

/** One reading of one listing by one reader. `skipped` rows had no identity or broke. */
interface Reading {
  state: ListState;
  cause: string;
  rows: Row[];
  unreadable: number;
  skipped: number;
  complete: boolean;
  page: number | null;
  source: Reader;
  url: string;
  retry_after_s?: number;
  via?: number;
  health?: number;
}

interface Fact {
  id: string;
  kind: string;
  at_us: number;
  platform: string;
  who: string;
  body: object;
}

/** One text a row shows. `near` is the end of its path from the last element with a name on. */
interface Leaf {
  element: Element;
  text: string;
  link: Element | null;
  heading: boolean;
  key: string;
  path: string;
  near: string;
}

interface Piecework {
  clean(value: unknown, most: number): string;
  hash(text: string): string;
  word(text: string): string;
  dom: {
    all(node: ParentNode, selector: string, shadow?: boolean): Element[];
    one(node: ParentNode, selector: string, shadow?: boolean): Element | null;
    shadows(node: ParentNode): ShadowRoot[];
    text(node: Node, most?: number): string;
    ownText(element: Element): string;
    attribute(element: Element, name: string): string;
    matches(element: Element, selector: string): boolean;
    contains(outer: Node, inner: Node | null): boolean;
    connected(node: Node): boolean;
    language(page: Document): string;
  };
  url: {
    match(pattern: string, address: string): Record<string, string> | null;
    first(patterns: string[] | undefined, address: string): Record<string, string> | null;
    absolute(text: string, base: string): string;
    parsed(text: string, base?: string): URL | null;
  };
  place: {
    at(json: unknown, path: string): unknown;
    value(place: Place, source: Source): string;
    text(field: Field | undefined, source: Source, name?: FieldName): string;
    address(field: Field | undefined, source: Source): string;
    time(field: Field | undefined, source: Source): string;
  };
  hints: {
    hasPay(text: string): boolean;
    hasTime(text: string): boolean;
    isCount(text: string): boolean;
    hasDate(text: string): boolean;
    line(text: string): string;
    AGO: RegExp;
  };
  names: { stable(name: string): boolean; stableOf(value: string): string[]; signature(value: string): string };
  nodes: {
    SKIPPED: Set<string>;
    inside(element: Element): Node;
    above(node: Node): Element | null;
    children(element: Element): Element[];
    text(element: Element, most?: number): string;
    attribute(element: Element, name: string): string;
    has(element: Element, name: string): boolean;
    first(node: Node): Node | null;
    next(node: Node): Node | null;
    type(node: Node): number;
    data(node: Node): string;
    tag(element: Element): string;
    sibling(element: Element): Element | null;
  };
  leaves: { of(record: Element[], unique?: Set<string>): Leaf[]; parts(element: Element): { own: string; inside: Element[] } };
  near: {
    inRow(place: Place, row: Element): string;
    beside(row: Element, next: number | undefined): Element | null;
    fresh(): void;
    of(row: Element): Leaf[];
  };
  health: {
    of(listing: Listing, rows: Element[], seen: Seen): Health;
    measure(listing: Listing, rows: Element[], seen: Seen): Fingerprint;
    rows(listing: Listing, seen: Seen): { rows: Element[]; via: number; health: Health | null };
  };
  pay: {
    read(field: Field | undefined, source: Source): PayText | null;
    unreadable(pay: PayText | null | undefined): boolean;
    fromMinor(text: string, currency: string): { micro: number; text: string } | null;
  };
  marker: {
    holds(marker: Marker, seen: Seen): boolean;
    any(markers: Marker[] | undefined, seen: Seen): boolean;
    elsewhere(markers: Marker[] | undefined, address: string): boolean;
  };
}

/** The world a page is watched in; content/world.js makes it, tests and the practice page replace parts of it. */
interface Env {
  page: Document;
  window: Window & typeof globalThis;
  /** The address definitions are matched against. */
  address(): string;
  nowUs(): number;
  uuid(): string;
  /** Runs a function as its own task, soon, in hidden tabs too. */
  post(run: () => void): void;
  later(ms: number, run: () => void): void;
  visible(): boolean;
  driftMs(): number;
  send(message: object): Promise<any>;
  /** With which HTTP status the page came; 0 where that is not known. */
  status?(): number;
  fetch(address: string, how: RequestInit): Promise<Response>;
  /** A page that runs no scripts and loads nothing. */
  parse(text: string): Document;
}

/** What one request of our own brought: `seen` is null where there is nothing to read. */
interface Fetched {
  status: number;
  cause: string;
  seen: Seen | null;
}

/** What became of a look that the agent allowed. */
interface Outcome {
  status: number;
  cause: string;
  retry_after_s?: number;
}

/** An answer the page fetched. `json` is undefined where it was none. */
interface Answer {
  url: string;
  status: number;
  at_us: number;
  retry_after_s?: number;
  json: unknown;
}

/** Who hears of answers. */
interface AnswerHears {
  /** One is on its way. */
  expect(url: string): void;
  /** Every earlier one was named. */
  all(): void;
  /** One is here. */
  take(answer: Answer): void;
  /** The page itself called window.open. */
  opened(): void;
}

/** Body of an assignment's step. */
interface WorkBody {
  task: string;
  system?: string;
  assignment?: string;
  title?: string;
  requester?: string;
  pay?: PayText;
  bonus?: PayText;
  code?: string;
  url?: string;
  at_raw?: string;
  site_seconds_raw?: string;
  rated_raw?: string;
  rule?: string;
}

interface Step {
  kind: string;
  body: WorkBody;
}

/** A press that waits to be confirmed. */
interface Press extends Step {
  platform: string;
  at_us: number;
}

/** What the background keeps for a tab from page to page (`{do: "pending", memory}`), given back by `hello`. */
interface TabMemory {
  presses: Press[];
  told: [string, string][];
}

/** The background's answer to `hello`. */
interface Welcome {
  platforms: Definition[];
  lang?: string;
  pending?: TabMemory;
}

interface Sender {
  kept: Fact[];
  put(...facts: Fact[]): void;
  last(): void;
}

interface Facts {
  settled: boolean;
  who(definition: Definition): string;
  put(definition: Definition, kind: string, body: object, at_us: number): void;
  release(next?: Fact): void;
  settle(): void;
}

interface Pending {
  hold(press: Press): void;
  confirm(platform: string, told: Step): Press | null;
  known(platform: string, told: Step): boolean;
  remember(platform: string, told: Step): void;
}

/** What a page of a platform is for while no task is worked on it. */
interface Spot {
  show(): void;
  hide(): void;
}

interface TaskPage {
  shown: { platform: string } | null;
  pressed(): void;
  show(platform: string, page: { platform: string; task: string; system: string; [name: string]: unknown } | null): void;
  hide(): void;
  back(): void;
  stop(): void;
}

/** What changed from one look to the next. */
interface Change {
  rows: Row[];
  same: string[];
  gone: string[];
  changed: boolean;
}

interface DeltaOfRows {
  sent: Map<string, string>;
  forget(): void;
  next(rows: Row[], at_us: number): Pass<Change>;
}

interface Looks {
  facts: Facts;
  force: boolean;
  confirm(good: boolean): void;
  unconfirmed(at_us: number): void;
  view(reading: Reading): string;
  report(reading: Reading, at_us: number): Pass<boolean>;
}

interface View {
  dirty: boolean;
  active(): boolean;
  touched(records: MutationRecord[]): boolean;
  look(at_us: number): Pass<boolean>;
}

interface ListView extends View {
  id: string;
  settled: boolean;
  shape_us: number;
  shape_told: boolean;
  asking_us: number;
  expected_us: number;
  next: { listing: Listing; seen: Seen; at_us: number } | null;
  here(): Listing[];
  expect(now_us: number): void;
  answered(listing: Listing, seen: Seen, at_us: number): void;
  asked(listing: Listing, seen: Seen): Promise<string>;
}

/** What a request of ours has brought: a list to be told, nothing that could be read; "" where there was none. */
type Came = "list" | "nothing" | "";

interface Asked {
  next: object | null;
  take(listing: Listing, seen: Seen): Promise<string>;
  over(shown: Reading | null): Pass<{ reading: Reading | null; came: Came }>;
}

interface WorkView extends View {
  pressed(on: "click" | "submit", event: Event): void;
  answered(answer: Answer): void;
  settle(): void;
}

interface MessageView extends View {
  settled: boolean;
  answered(answer: Answer): void;
}

interface EarningView extends View {
  answered(answer: Answer): void;
}

interface Watch {
  spot: Spot;
  works: WorkView[];
  begin(): void;
  poke(): void;
  last(): void;
  reread(platform: string, list: string, full?: boolean): void;
  ask(platform: string, list: string): Promise<Outcome>;
  stop(): void;
}

interface Pulse {
  poke(): void;
  stop(): void;
}

interface Piecework {
  row: {
    read(listing: Listing, source: Source): Row | null;
    key(row: Row): string;
    link(listing: { link?: string[]; fields?: Fields }, source: Source): { url: string; captured: Record<string, string> };
    system(systems: { system: string; in_url: string }[] | undefined, address: string): string;
  };
  read: {
    fromPage(page: Document, address: string, patterns: string[] | undefined): Seen;
    fromJson(json: unknown, seen: Seen): Seen;
    embedded(part: Listing | Earning, seen: Seen): Seen;
    reading(listing: Listing, seen: Seen, state: ListState, cause?: string): Reading;
    list(listing: Listing, seen: Seen): Pass<Reading>;
    now<T>(steps: Pass<T>): T;
  };
  merge(json: Reading | null, dom: Reading | null): Reading | null;
  request: {
    ask(env: Env, listing: Listing): Promise<Fetched>;
    addressOf(listing: Listing, here: string): string;
    wait(text: string | null, date: string | null, now_us: number): number | undefined;
  };
  byStatus(listing: Listing, seen: Seen): Reading | null;
  Asked: new (env: Env, looks: Looks, definition: Definition) => Asked;
  look(env: Env, lists: { definition: Definition; view: ListView }[], platform: string, list: string, poke: () => void): Promise<Outcome>;
  delta: {
    Delta: new () => DeltaOfRows;
    parts(look: { rows: Row[]; same: string[] }): Pass<{ rows: Row[]; same: string[] }[]>;
  };
  account(definition: Definition, page: Document, address: string): string;
  Sender: new (env: Env, ended?: () => void) => Sender;
  Facts: new (env: Env, sender: Sender) => Facts;
  pulse: {
    Pulse: new (parts: {
      read(at_us: number): Pass<boolean>;
      post(run: () => void): void;
      nowUs(): number;
      visible(): boolean;
    }) => Pulse;
    poster(): (run: () => void) => void;
  };
  Looks: new (env: Env, facts: Facts, definition: Definition, list: string) => Looks;
  ListView: new (env: Env, definition: Definition, id: string, looks: Looks) => ListView;
  Answers: new (env: Env, definitions: Definition[], hears: AnswerHears) => { stop(): void };
  records(json: unknown, path?: string): unknown[];
  step: {
    body(definition: Definition, part: Signal | WorkPage, source: Source): WorkBody;
    read(definition: Definition, signal: Signal, source: Source): Step | null;
    over(first: WorkBody, second: WorkBody): WorkBody;
    fits(one: WorkBody, other: WorkBody): boolean;
  };
  Pending: new (env: Env, memory: TabMemory | undefined) => Pending;
  TaskPage: new (env: Env) => TaskPage;
  WorkView: new (env: Env, facts: Facts, definition: Definition, pending: Pending, tasks: TaskPage) => WorkView;
  messages: {
    unread(box: Mailbox, seen: Seen): number | null;
    MessageView: new (env: Env, facts: Facts, definition: Definition) => MessageView;
  };
  earnings: {
    all(definition: Definition, earning: Earning, seen: Seen): any[];
    EarningView: new (env: Env, facts: Facts, definition: Definition) => EarningView;
  };
  Spot: new (env: Env, definitions: Definition[], parts: { facts: Facts; tasks: TaskPage }) => Spot;
  Watch: new (
    env: Env,
    definitions: Definition[],
    parts: { facts: Facts; pending: Pending; tasks: TaskPage },
  ) => Watch;
  world(given: Partial<Env>): Env;
  start(given: Welcome & Partial<Env>): { reread: (platform: string, list: string, full?: boolean) => void; stop: () => void };
  /** Asks the background anew what is switched on here. */
  renew?(): Promise<void>;
}
