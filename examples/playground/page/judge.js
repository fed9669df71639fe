// judge compares what the browser did with what the policy says about the
// requests that the server recorded.
export function judge(call, result, exchanges) {
  const last = exchanges.at(-1);
  if (!last) {
    return failed('The router has seen no request of this call: something between the page and it, such as an extension, kept it.', result);
  }
  if (result.error && !result.blocked) {
    return failed(`The call itself failed: ${result.error}`, result, exchanges);
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

// failed is the outcome of a call that says nothing about CORS.
export function failed(reason, result = {}, exchanges = []) {
  return { browser: 'failed', policy: 'unknown', result, exchanges, agrees: false, reason };
}

// Why the policy blocks, exchange by exchange; empty where it does not.
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

// After a refused preflight a browser sends nothing more.
function stopped(exchanges) {
  const refused = exchanges.findIndex((x) => x.kind === 'preflight' && !x.allowed);
  return refused < 0 || refused === exchanges.length - 1;
}

// The page sees exactly those recorded headers of an answer that it may read.
function headersAgree(result, exchanges) {
  if (result.blocked) return true;
  const answers = exchanges.filter((x) => x.kind !== 'preflight');
  return answers.length === result.answers.length && answers.every((x, i) => {
    const seen = names(result.answers[i]);
    return x.response.every((h) => h.readable === seen.has(h.name.toLowerCase()));
  });
}
