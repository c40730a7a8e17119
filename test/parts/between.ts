/** What stands on a page between `<!-- name -->` and `<!-- /name -->`. */
export function between(page: string, name: string): string | undefined {
  return page.split(`<!-- ${name} -->\n`)[1]?.split(`<!-- /${name} -->`)[0]?.trim();
}
