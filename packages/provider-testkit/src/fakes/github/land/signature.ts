import type { Person } from '../../host/objects.js';
import type { Account } from '../state/accounts.js';

/** An account as Git writes it. */
export function signForge(account: Account, at: number): Person {
  return { name: account.name, email: account.email, at };
}

/** Who commits where the forge itself does. */
export function forgeItself(at: number): Person {
  return { name: 'GitHub', email: 'noreply@github.com', at };
}
