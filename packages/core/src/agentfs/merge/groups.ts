/** Numbers by what they have in common, in the order in which they came. For one alone, as most are, no set is made. */
export class Groups<K> {
  readonly #numbers = new Map<K, bigint | Set<bigint>>();

  add(key: K, number: bigint): void {
    const known = this.#numbers.get(key);
    if (known === undefined) this.#numbers.set(key, number);
    else if (typeof known !== "bigint") known.add(number);
    else if (known !== number) this.#numbers.set(key, new Set([known, number]));
  }

  delete(key: K, number: bigint): void {
    const known = this.#numbers.get(key);
    if (known === number) this.#numbers.delete(key);
    else if (typeof known === "object") known.delete(number);
  }

  get(key: K): readonly bigint[] {
    const known = this.#numbers.get(key);
    if (known === undefined) return [];
    return typeof known === "bigint" ? [known] : [...known];
  }
}
