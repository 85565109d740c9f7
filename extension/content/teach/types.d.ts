/** What "Teach this site" adds to the global; content/detect/types.d.ts has the reader it stands on. */

type Translate = (key: string, params?: Record<string, string | number>) => string;

interface TeachFrame {
  host: HTMLElement;
  panel: HTMLElement;
  open(): void;
  close(): void;
  mark(records: Element[][]): void;
  point(target: Element | null): void;
  owns(target: EventTarget | null): boolean;
}

interface TeachLesson {
  found: Found;
  guesses: Guess[];
  at: number;
  readonly guess: Guess | null;
  next(): void;
  step(way: "larger" | "smaller", page: Document): boolean;
  click(page: Document, element: Element): Promise<boolean>;
  name(key: string, name: FieldName | null): void;
  renew(found: Found): boolean;
  missing(): string[];
}

interface TeachPicker {
  on: boolean;
  start(from: Element | null): void;
  stop(): void;
}

/** Every press of the panel, by the name its button carries. */
interface TeachPresses {
  next(): void;
  larger(): void;
  smaller(): void;
  pick(): void;
  columns(): void;
  back(): void;
  save(): void;
  side(): void;
  cancel(): void;
  named(key: string, name: FieldName | null): void;
}

interface TeachPanel {
  side(): void;
  busy(): void;
  list(lesson: TeachLesson, picking: boolean, said: string): void;
  columns(lesson: TeachLesson, name: string, said: string): void;
  done(rows: number, again: boolean): void;
  readonly platform: string;
}

/** What the background hands a page in which teaching begins. */
interface TeachOrder {
  words: Record<string, string>;
  language: string;
  name: string;
  id: string;
}

interface Piecework {
  translator(words: Record<string, string>, language: string): Translate;
  /** Searches this page for a list that its definition no longer finds. */
  repair?(asked: { definition: Definition; list: string }): Promise<{ listing: Listing; silent: boolean; why: string[] } | null>;
  teach: {
    element(page: Document, name: string, has?: Record<string, string>, inner?: (Node | string)[]): HTMLElement;
    Frame: new (page: Document, language: string) => TeachFrame;
    Lesson: new (found: Found) => TeachLesson;
    Picker: new (page: Document, frame: TeachFrame, hears: { taken(element: Element): void; ended(): void }) => TeachPicker;
    Panel: new (frame: TeachFrame, t: Translate, presses: TeachPresses) => TeachPanel;
    Teaching: new (env: Env, order: TeachOrder) => { begin(): Promise<void>; end(): void };
    heard?(message: any): void;
  };
}
