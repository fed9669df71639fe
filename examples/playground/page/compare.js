// compare compares what the browser did with what the policy says and what the models did.
export function compare(browser, judged) {
  if (browser.invalid || !judged) return { word: 'invalid', same: Boolean(browser.invalid) && !judged };
  const same = [judged.policy, ...judged.models].every((v) => v.allowed === browser.allowed)
    && (!browser.allowed || judged.models.every((m) => m.status === browser.status && String(m.reads) === String(browser.reads)));
  if (judged.ladder.length === 0) return { word: 'blocked', same: false, why: 'No request arrived. Something else blocked it, such as an extension of the browser.' };
  return {
    word: browser.allowed ? 'allowed' : 'blocked', same,
    why: same ? judged.policy.why : 'The verdicts differ.',
  };
}
