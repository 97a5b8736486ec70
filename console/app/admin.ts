/** What was refused, with a sentence. */
class AdminError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'AdminError';
    this.status = status;
  }
}

const kept = 'overlock.admin.token';
let onLockedOut = () => {};

/** Asks the admin port that the page came from. The token is kept for this tab only, and sent in a header: no other site can have it sent. */
export const admin = {
  get hasToken(): boolean {
    return sessionStorage.getItem(kept) !== null;
  },

  /** Forgets the token. */
  signOut(): void {
    sessionStorage.removeItem(kept);
  },

  /**
   * Keeps a token that is accepted.
   * @throws AdminError
   */
  async signIn(token: string): Promise<void> {
    const response = await ask('/control/state', {}, token);
    if (response.status === 401) throw new AdminError(401, 'This is not the admin.token of this gateway.');
    await assertOk(response);
    sessionStorage.setItem(kept, token);
  },

  /** Calls `listener` when the gateway wants a token, or another one than it was sent. */
  whenLockedOut(listener: () => void): void {
    onLockedOut = listener;
  },

  /** @throws AdminError */
  async open(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await ask(path, init, sessionStorage.getItem(kept));
    if (response.status === 401) {
      admin.signOut();
      onLockedOut();
    }
    await assertOk(response);
    return response;
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

async function ask(path: string, init: RequestInit, token: string | null): Promise<Response> {
  const headers = { ...(token !== null && { authorization: `Bearer ${token}` }), ...init.headers };
  try {
    return await fetch(path, { ...init, headers, cache: 'no-store', credentials: 'omit' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new AdminError(0, 'The gateway cannot be reached.');
  }
}

async function assertOk(response: Response): Promise<void> {
  if (!response.ok) throw new AdminError(response.status, await detailOf(response));
}

async function detailOf(response: Response): Promise<string> {
  try {
    const { detail } = await response.json();
    return String(detail);
  } catch {
    return `The gateway answered with HTTP status ${response.status}.`;
  }
}
