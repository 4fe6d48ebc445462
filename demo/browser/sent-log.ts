/** An event as it went out, with every field it had: plain JSON. */
export interface SentEvent {
  readonly id: string;
  readonly kind: string;
  readonly at: number;
  readonly itemId?: string;
  readonly placement?: string;
}

/** The body of a request to the collector. */
export interface SentBatch {
  readonly clientId: string;
  readonly sentAt: number;
  readonly events: readonly SentEvent[];
}

export interface SentAnswer {
  readonly status: number;
  /** By event id. */
  readonly results: Readonly<Record<string, { readonly status: string; readonly code?: string }>>;
}

/** One request that left the device. */
export interface SentRequest {
  /** Counts up within a tab. */
  readonly number: number;
  /** Epoch ms by the device's real clock. */
  readonly at: number;
  readonly sizeBytes: number;
  /** May outlive the page. */
  readonly isKeepalive: boolean;
  readonly batch: SentBatch;
  /** Absent while, or where, none has come: a page that was left hears none. */
  readonly answer?: SentAnswer;
  /** Why none will come. */
  readonly failure?: string;
}

export interface SentRecord {
  /** Newest first. */
  readonly requests: readonly SentRequest[];
  /** Older ones that are no longer kept. */
  readonly forgotten: number;
}

const KEY = 'nearside-demo:sent';
const MAX_REQUESTS = 200;
/** In JSON: a browser gives a tab some five million. */
const MAX_CHARS = 600_000;

/** What this tab has sent to the collector, kept over its pages. */
export class SentLog {
  readonly #storage: Storage;
  readonly #listeners = new Set<() => void>();
  #record: SentRecord;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#record = parseRecord(storage.getItem(KEY));
  }

  get record(): SentRecord {
    return this.#record;
  }

  /** Notes a request before it is known what becomes of it, and its answer when that comes. */
  async watch(
    { body, isKeepalive }: { readonly body: string; readonly isKeepalive: boolean },
    work: Promise<Response>,
  ): Promise<Response> {
    const number = (this.#record.requests[0]?.number ?? 0) + 1;
    const sizeBytes = new TextEncoder().encode(body).length;
    this.#add({ number, at: Date.now(), sizeBytes, isKeepalive, batch: JSON.parse(body) as SentBatch });
    try {
      const response = await work;
      // both copies are read: a body that is not holds the browser's budget for such requests
      const text = response.clone().text();
      void text.then((answer) => this.#note(number, { answer: parseAnswer(response.status, answer) }), ignore);
      return response;
    } catch (error) {
      this.#note(number, { failure: String(error) });
      throw error;
    }
  }

  clear(): void {
    this.#record = { requests: [], forgotten: 0 };
    this.#storage.removeItem(KEY);
    this.#tell();
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #add(request: SentRequest): void {
    this.#keep({ ...this.#record, requests: [request, ...this.#record.requests] });
  }

  #note(number: number, news: Partial<SentRequest>): void {
    const requests = this.#record.requests.map((one) => (one.number === number ? { ...one, ...news } : one));
    this.#keep({ ...this.#record, requests });
  }

  #keep(record: SentRecord): void {
    this.#record = trim(record);
    try {
      this.#storage.setItem(KEY, JSON.stringify(this.#record));
    } catch {
      // full: this page goes on to show it, the next one will not know
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const ignore = (): undefined => undefined;

/** The newest that there is room for; of one that is too long by itself at least that. */
export function trim({ requests, forgotten }: SentRecord): SentRecord {
  let chars = 0;
  const kept = requests.slice(0, MAX_REQUESTS).filter((request, i) => {
    chars += JSON.stringify(request).length;
    return i === 0 || chars <= MAX_CHARS;
  });
  return { requests: kept, forgotten: forgotten + requests.length - kept.length };
}

function parseAnswer(status: number, text: string): SentAnswer {
  try {
    const { results } = JSON.parse(text) as Partial<SentAnswer>;
    return { status, results: results ?? {} };
  } catch {
    return { status, results: {} };
  }
}

function parseRecord(text: string | null): SentRecord {
  try {
    const { requests, forgotten } = JSON.parse(text ?? '') as Partial<SentRecord>;
    return { requests: requests ?? [], forgotten: forgotten ?? 0 };
  } catch {
    return { requests: [], forgotten: 0 };
  }
}
