import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/**
 * An answer with headers that hold unless others of their names are set. They are written with the status, all at once:
 * Node keeps and checks each header that is set before by itself.
 */
export class Answer extends ServerResponse {
  readonly #defaults: string[] = [];

  /**
   * @param name In lower case.
   * @param value Can be written: what is not of ours goes through `validateHeaderValue` first.
   */
  setDefault(name: string, value: string): void {
    const at = this.#defaults.indexOf(name);
    if (at === -1) this.#defaults.push(name, value);
    else this.#defaults[at + 1] = value;
  }

  override writeHead(
    status: number,
    ...rest: [reason?: string | undefined, headers?: Headers | undefined] | [headers?: Headers | undefined]
  ): this {
    // Node calls this by itself for an answer that ends, and knows the length of the body by then.
    if (rest.length === 0 && this.getHeaderNames().length === 0) return super.writeHead(status, this.#defaults);
    for (let at = 0; at < this.#defaults.length; at += 2) {
      const [name = '', value = ''] = this.#defaults.slice(at, at + 2);
      if (!this.hasHeader(name)) this.setHeader(name, value);
    }
    return super.writeHead(status, ...(rest as [headers?: Headers]));
  }
}
