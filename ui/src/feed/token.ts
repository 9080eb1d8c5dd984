/**
 * The token of an exercise that is not open: `#token=…` in the page's address.
 *
 * In the fragment, because that part of an address is never sent to a server nor into its logs.
 */
export function tokenOf(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token");
}
