// judge compares the result in the browser with the policy's explanations of the
// recorded requests.
export function judge(call, result, exchanges) {
  const last = exchanges.at(-1);
  if (!last) {
    return failed('The router received no request for this call. Something else blocked it, such as a browser extension.', result);
  }
  if (result.error && !result.blocked) {
    return failed(`The call failed, but not because of CORS: ${result.error}`, result, exchanges);
  }
  const refused = reasons(call, exchanges).find(Boolean);
  const unseen = call.reads && !names(result.answers.at(-1)).has(call.reads.toLowerCase());
  const hidden = call.reads && last.response.find((h) => h.name.toLowerCase() === call.reads.toLowerCase())?.note;
  const browser = outcome(result.blocked, unseen);
  const policy = outcome(refused, hidden);
  return {
    browser, policy, result, exchanges,
    agrees: browser === policy && stopped(exchanges) && headersAgree(result, exchanges),
    reason: refused || hidden || last.explanation,
  };
}

// failed returns the outcome of a call that failed for another reason than CORS.
export function failed(reason, result = {}, exchanges = []) {
  return { browser: 'failed', policy: 'unknown', result, exchanges, agrees: false, reason };
}

// reasons returns, for each exchange, the reason why the browser blocks the page, or ''.
function reasons(call, exchanges) {
  return exchanges.map((x) => {
    if (!x.allowed) return x.explanation;
    return call.credentials ? x.withoutCredentials : '';
  });
}

function outcome(blocked, hidden) {
  if (blocked) return 'blocked';
  return hidden ? 'hidden' : 'allowed';
}

function names(answer) {
  return new Set(answer?.headers.map(([name]) => name));
}

// stopped reports whether the browser sent no request after a rejected preflight.
function stopped(exchanges) {
  const refused = exchanges.findIndex((x) => x.kind === 'preflight' && !x.allowed);
  return refused < 0 || refused === exchanges.length - 1;
}

// headersAgree reports whether the page saw exactly the headers that it can read
// according to the policy.
function headersAgree(result, exchanges) {
  if (result.blocked) return true;
  const answers = exchanges.filter((x) => x.kind !== 'preflight');
  return answers.length === result.answers.length && answers.every((x, i) => {
    const seen = names(result.answers[i]);
    return x.response.every((h) => h.readable === seen.has(h.name.toLowerCase()));
  });
}
