/** Whether a list is one of paid tasks: shops, statements, forums and mail repeat rows with money and times too. */
(() => {
  const { detect, hints, nodes } = piecework;
  const { cues } = detect;

  const SAMPLES = 16;
  const POINTS = {
    base: -3.3, pay: 1.7, time: 1, task: 2.4, board: 1.2, payWord: 1, places: 0.7, requester: 0.5, small: 0.6, points: 0.5,
    shop: 3, bank: 3.2, forum: 1.8, mail: 2.5, plan: 1.5, rent: 2.5, service: 2, minus: 2.5, dated: 1.2, elsewhere: 1.4,
  };
  const OTHERS = /** @type {const} */ (["shop", "bank", "forum", "mail", "plan", "rent", "service"]);
  const SURE = { likeness: 0.8, score: 9, pay: 0.5 };
  const OFFER = { likeness: 0.3, score: 6 };
  const PAY_WORD = /reward|\bpay|payout|earn|compensation|bounty|r[ée]mun[ée]r|r[ée]compense|\bgains?\b|verg[üu]tung|verdienst|honorar|recompensa|\bpago\b|compenso|wynagrodzenie/i;
  const MINUS = /[-−–]\s?(?:[$€£]|\d+[.,]\d\d)|\(\s?[$€£]\s?\d/;

  /** One of these besides the money: without, a shop is as like it. */
  const EVIDENCE = ["time", "page", "pay word"];
  const TIGHT = 40;

  /** Pays that stand by themselves, not in sentences. @param {Column | undefined} pay @returns {boolean} */
  const tight = (pay) => pay?.slot !== undefined && pay.slot.average <= TIGHT && pay.slot.coverage >= SURE.pay;

  /** @param {Guess} guess @returns {string[]} the texts of some of its records */
  function texts(guess) {
    const step = Math.max(1, Math.floor(guess.records.length / SAMPLES));
    const some = guess.records.filter((_, at) => at % step === 0).slice(0, SAMPLES);
    return some.map((record) => hints.line(record.map((one) => nodes.text(one, 1_500)).join(" ")));
  }

  /** @param {string[]} all @param {RegExp} wanted @returns {number} the share of texts it is in */
  const share = (all, wanted) => (all.length === 0 ? 0 : all.filter((one) => wanted.test(one)).length / all.length);

  /** Micro-tasks pay little: half of the pays are below 30 units. @param {Column | undefined} pay @returns {boolean} */
  function isSmall(pay) {
    const amounts = (pay?.slot ? [...pay.slot.texts.keys()] : []).slice(0, 12).map((text) => piecework.parsePay(text, { currency: "USD" }));
    const known = amounts.filter((one) => one.state === "stated" && one.micro !== null).map((one) => Number(one.micro)).sort((a, b) => a - b);
    return known.length > 0 && known[known.length >> 1] < 30_000_000;
  }

  /** What the page calls itself: title, first headings, address. @param {Document} page @param {string} address @returns {string} */
  function called(page, address) {
    const heads = piecework.dom.all(page, "title, h1, h2").slice(0, 4).map((one) => nodes.text(one, 200));
    return `${heads.join(" ")} ${address.replace(/^\w+:\/\/[^/]*/, "").replaceAll(/[-_/.?=&+]/g, " ").slice(0, 200)}`;
  }

  /** @param {Guess} guess @param {string} page what the page calls itself @returns {{z: number, why: string[]}} */
  function weigh(guess, page) {
    const columns = detect.columnsOf(guess);
    const some = texts(guess);
    const by = (/** @type {FieldName} */ name) => columns.find((one) => one.name === name);
    const [pay, time, places] = [by("pay") ?? by("hourly"), by("minutes"), by("places")];
    const payShare = share(some, /\d/) > 0 ? some.filter((one) => hints.hasPay(one) || payIn(one)).length / Math.max(1, some.length) : 0;
    guess.pay = payShare;
    const words = columns.map((one) => `${one.head} ${one.slot?.attributes ?? ""}`).join(" ");
    /** @type {[string, number][]} */
    const parts = [
      ["pay", payShare * POINTS.pay],
      ["time", time && pay ? POINTS.time : 0],
      ["task words", share(some, cues.task) * POINTS.task],
      ["page", cues.board.test(page) ? POINTS.board : 0],
      ["pay word", PAY_WORD.test(`${words} ${some[0] ?? ""}`) ? POINTS.payWord : 0],
      ["places", places ? POINTS.places : 0],
      ["requester", cues.requester.test(words) ? POINTS.requester : 0],
      ["small pay", isSmall(pay) ? POINTS.small : 0],
      ["minus", -share(some, MINUS) * POINTS.minus],
      ["dated", -(columns[0]?.kind === "date" && !time ? POINTS.dated : 0)],
    ];
    for (const name of OTHERS) {
      parts.push([name, -share(some, cues.others[name]) * POINTS[name]], [`${name} page`, cues.others[name].test(page) ? -POINTS.elsewhere : 0]);
    }
    const named = new Set(parts.filter(([, points]) => points > 0).map(([name]) => name));
    guess.told = tight(pay) && guess.traits.links >= 0.5 && EVIDENCE.some((name) => named.has(name));
    return { z: parts.reduce((sum, [, points]) => sum + points, POINTS.base), why: parts.filter(([, points]) => points !== 0).map(([name]) => name) };
  }

  /** A pay in a long text. @param {string} text @returns {boolean} */
  const payIn = (text) => text.match(/.{1,200}(?:\s|$)/g)?.some(hints.hasPay) ?? false;

  /** How much a guess is like a list of paid tasks, 0 to 1. @param {Guess} guess @param {Document} page @param {string} address */
  function judge(guess, page, address) {
    const { z, why } = weigh(guess, called(page, address));
    guess.likeness = 1 / (1 + Math.exp(-z));
    guess.why = why;
  }

  /** @param {Guess | undefined} guess @returns {Verdict} "sure" alone may be taken without a press */
  function verdict(guess) {
    if (!guess) return "none";
    const { likeness, score } = guess;
    if (guess.told && likeness >= SURE.likeness && score >= SURE.score && (guess.pay ?? 0) >= SURE.pay) return "sure";
    return likeness >= OFFER.likeness && score >= OFFER.score ? "offer" : "none";
  }

  Object.assign(piecework.detect, { judge, verdict });
})();
