// Somebody who calls the API, with tokens of their own.

import { type Client, createClient, createConfig } from "./natter/client";
import { refreshTokens, signIn, signUp, type Tokens, type User } from "./natter";
import { Live } from "./live";

const PASSWORD = "soup at half past noon";

export class Caller {
  private constructor(
    readonly client: Client,
    readonly user: User,
    private tokens: Tokens,
    private readonly baseUrl: string,
  ) {}

  /** Makes an account, and signs in with it. */
  static async signUp(baseUrl: string, username: string): Promise<Caller> {
    const account = { username, password: PASSWORD };
    const client = createClient(createConfig({ baseUrl }));
    const { data: user } = await signUp({ client, body: account, throwOnError: true });
    const { data: tokens } = await signIn({ client, body: account, throwOnError: true });
    const caller = new Caller(client, user, tokens, baseUrl);
    client.setConfig({ auth: () => caller.tokens.access_token });
    return caller;
  }

  /** Goes on with the next pair of tokens. */
  async refresh(): Promise<void> {
    const { refresh_token } = this.tokens;
    const { data } = await refreshTokens({ client: this.client, body: { refresh_token }, throwOnError: true });
    this.tokens = data;
  }

  listen(): Promise<Live> {
    return Live.open(this.baseUrl, this.tokens.access_token);
  }
}
