// The environment in which a bench starts other programs. Knows no program.

/**
 * The variables of this process but one: `NODE_EXTRA_CA_CERTS`, which lets Node 20 parse all certificates that it names before
 * it runs anything (0.06 s where that is the list of a whole system), for connections that no command of ours makes.
 *
 * @param more further variables.
 */
export function childEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return { ...env, ...more };
}
