/** The answer, or null when the call fails or is not there in time; then `onFailure` hears why (undefined: it is late). Never rejects. */
export const answerInTime = async <Answer>(
  call: Promise<Answer>,
  timeoutMs: number,
  onFailure: (cause: unknown) => void,
): Promise<Answer | null> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      onFailure(undefined);
      resolve(null);
    }, timeoutMs);
  });
  const answer = call.catch((error: unknown) => {
    onFailure(error);
    return null;
  });
  const first = await Promise.race([answer, timeout]);
  clearTimeout(timer);
  return first;
};
