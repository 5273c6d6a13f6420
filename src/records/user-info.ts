/** A text whose addresses have no user and password: those may stand in a command, and nowhere else. */
export function withoutUserInfo(text: string): string {
  return text.replace(/(https?:\/\/)[^/?#,\s]*@/gi, '$1');
}
