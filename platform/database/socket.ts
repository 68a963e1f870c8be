import { Socket } from 'node:net';

/** The socket of a connection to PostgreSQL. Statements that are asked for in one turn of the event loop leave in one piece: on its own each would cost a system call, and would wake
 * PostgreSQL for itself. The driver corks around each statement; the first cork of a turn is held until the turn ends. */
export class StatementSocket extends Socket {
  #held = false;

  override cork(): void {
    super.cork();
    if (this.#held) return;
    this.#held = true;
    super.cork();
    process.nextTick(() => {
      this.#held = false;
      this.uncork();
    });
  }
}
