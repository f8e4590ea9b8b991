// Telling the host what went wrong, by a function of its own.

/**
 * Tells it. That it throws, or what it promises is rejected, is nobody's harm: with a rejection that
 * nobody hears, a process ends.
 *
 * @internal
 */
export function tell<T>(listener: (told: T) => unknown, told: T): void {
  void (async () => listener(told))().catch(() => {});
}
