/** What others see of a person. `avatarUrl`: null when there is no picture. */
export interface Profile {
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
}
