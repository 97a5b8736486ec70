/** What was refused, with a sentence. */
export class AdminError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'AdminError';
    this.status = status;
  }
}

const kept = 'overlock.admin.token';

/** Asks the admin port that the page came from. The token is kept for this tab only, and sent in a header: no other site can have it sent. */
export const admin = {
  get hasToken(): boolean {
    return sessionStorage.getItem(kept) !== null;
  },

  setToken(token: string | undefined): void {
    if (token === undefined) sessionStorage.removeItem(kept);
    else sessionStorage.setItem(kept, token);
  },

  /** @throws AdminError */
  async open(path: string, init: RequestInit = {}): Promise<Response> {
    const token = sessionStorage.getItem(kept);
    const headers = { ...(token !== null && { authorization: `Bearer ${token}` }), ...init.headers };
    let response: Response;
    try {
      response = await fetch(path, { ...init, headers, cache: 'no-store', credentials: 'omit' });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new AdminError(0, 'The gateway cannot be reached.');
    }
    if (response.ok) return response;
    throw new AdminError(response.status, await detailOf(response));
  },

  /** @throws AdminError */
  async read<Shape>(path: string): Promise<Shape> {
    const response = await admin.open(path);
    return await response.json();
  },

  /** @throws AdminError */
  async send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void> {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    await admin.open(path, { method, ...sent });
  },
};

async function detailOf(response: Response): Promise<string> {
  try {
    const { detail } = await response.json();
    return String(detail);
  } catch {
    return `The gateway answered with HTTP status ${response.status}.`;
  }
}
