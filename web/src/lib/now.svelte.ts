/** The present, twice a second: ages on the screen grow without anyone sending anything. */
class Now {
  ms = $state(Date.now());

  constructor() {
    setInterval(() => {
      this.ms = Date.now();
    }, 500);
  }
}

export const now = new Now();
