/** What bars a page's list, and what else keeps a reader from seeing all: decided before anything is taken for a list. */
(() => {
  const { hints, nodes } = piecework;
  const { dom } = piecework;

  const CHALLENGE_FRAMES = 'iframe[src*="captcha" i], iframe[src*="challenges.cloudflare.com"], iframe[src*="arkoselabs"], iframe[src*="geo.captcha-delivery"], #challenge-form, #cf-challenge-running, #px-captcha';
  const CHALLENGE = /verify(?:ing)? (?:that )?you are (?:a )?human|just a moment|checking your browser|unusual traffic|are you a robot|v[ée]rifi\w+ que vous [êe]tes (?:un )?humain|sind sie ein mensch|no eres un robot/i;
  const SIGNED_OUT = /\b(?:log|sign) ?in\b|connexion|se connecter|anmelden|einloggen|iniciar sesi[óo]n|zaloguj|accedi\b|inloggen/i;
  /** Sentences by which lists say that they are empty, as text markers of definitions. */
  const EMPTY = {
    en: ["no tasks available", "no tasks found", "no jobs available", "no jobs found", "no studies available", "no surveys available", "no hits available", "no results found", "there are no ", "nothing here yet", "check back later", "0 tasks"],
    fr: ["aucune tâche", "aucune mission", "aucune étude", "aucun résultat", "aucune enquête", "pas de tâche", "revenez plus tard"],
    de: ["keine aufgaben", "keine aufträge", "keine studien", "keine umfragen", "keine ergebnisse", "keine jobs", "später wieder"],
    es: ["no hay tareas", "no hay trabajos", "no hay encuestas", "no hay estudios", "sin resultados", "ningún resultado", "vuelve más tarde"],
  };
  const EMPTY_SHAPE = /\b(?:no|0|zero) (?:\w+ ){0,3}(?:tasks?|jobs?|stud(?:y|ies)|surveys?|hits?|results?|projects?|campaigns?|missions?|gigs?|offers?|assignments?)\b[^.]{0,40}(?:available|found|left|right now|at the moment|match|yet|today|currently)|\bno (?:available|new|open|more) (?:tasks?|jobs?|stud(?:y|ies)|surveys?|hits?|projects?)\b|there (?:are|is) (?:currently )?no\b|check back (?:later|soon)/i;
  const MOST_TEXT = 60_000;

  /** @param {Document} page @returns {boolean} a form that asks for a password and is not hidden */
  function asksPassword(page) {
    return dom.all(page, "input[type=password]").some((one) => !nodes.has(one, "hidden") && nodes.attribute(one, "aria-hidden") !== "true");
  }

  /** @param {Document} page @returns {string} what the page says outside its scripts, lower case */
  function said(page) {
    const body = dom.one(page, "body");
    return body ? hints.line(nodes.text(body, MOST_TEXT)).toLowerCase() : "";
  }

  /** @param {string} text lower case @returns {boolean} */
  const saysEmpty = (text) => EMPTY_SHAPE.test(text) || Object.values(EMPTY).flat().some((one) => text.includes(one));

  /**
   * @param {Document} page
   * @param {boolean} listed whether a list worth the name was found
   * @returns {PageState}
   */
  function state(page, listed) {
    const text = said(page);
    if (dom.one(page, CHALLENGE_FRAMES) && text.length < 4_000) return "challenge";
    if (text.length < 1_500 && CHALLENGE.test(`${text} ${page.title ?? ""}`)) return "challenge";
    if (asksPassword(page) && !listed && SIGNED_OUT.test(text)) return "signed_out";
    if (listed) return "list";
    return saysEmpty(text) ? "empty" : "nothing";
  }

  /** Markers that a definition made here starts with. @param {string} lang @returns {{empty: Marker[], signed_out: Marker[], challenge: Marker[]}} */
  function markers(lang) {
    const words = /** @type {Record<string, string[]>} */ (EMPTY)[lang] ?? EMPTY.en;
    return {
      empty: words.map((text) => ({ text })),
      signed_out: [{ sel: "input[type=password]:not([hidden])" }],
      challenge: CHALLENGE_FRAMES.split(", ").map((sel) => ({ sel })),
    };
  }

  piecework.detect.state = { state, markers, saysEmpty, said };
})();
