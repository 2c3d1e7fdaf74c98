/** Which addresses never leave this machine: for them alone `http:` is good enough. */

/** Whether an address is this very machine: `URL` has brought the many spellings of an IPv4 address (127.1) to one. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
