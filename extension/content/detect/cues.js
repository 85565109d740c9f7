/** Words that say what a column, a list or a page is about, in English, French, German and Spanish. */
(() => {
  const { piecework } = globalThis;
  piecework.detect ??= /** @type {Detect} */ ({});

  const cues = {
    pay: /\b(?:reward|pay(?:ment|s|out|rate)?|price|earn|earnings?|compensation|salary|budget|bounty|rate|payment)\b|\bgains?\b|r[ée]mun[ée]ration|r[ée]compense|verg[üu]tung|verdienst|honorar|\blohn\b|bezahlung|recompensa|\bpago\b|remuneraci[óo]n|precio|\bprix\b|\bpreis\b|\btarif\b|compenso|beloning|wynagrodzenie|salaire/i,
    hourly: /per hour|\/\s?h(?:ou)?r?\b|hourly|horaire|stundenlohn|por hora|pro stunde|de l.heure/i,
    minutes: /\b(?:time|duration|allotted|estimated|length|minutes)\b|dur[ée]e|\btemps\b|dauer|\bzeit\b|tiempo|duraci[óo]n|bearbeitungszeit|\bdurata\b|\btempo\b|\bczas\b|\bduur\b|dura[çc][ãa]o/i,
    requester: /requester|employer|client|company|author|posted by|researcher|campaign owner|publisher|provider|organi[sz]ation|demandeur|employeur|donneur d.ordre|auftraggeber|anbieter|solicitante|empleador|cliente|\bfirma\b|unternehmen|entreprise|empresa|committente|zleceniodawca|opdrachtgever|contratante|\bseller\b|\bbrand\b/i,
    places: /\b(?:slots?|places?|available|remaining|left|positions?|assignments?|hits|spots?|vacanc(?:y|ies)|quota)\b|restante?s?|disponibles?|pl[äa]tze|verf[üu]gbar|\bfrei\b|plazas|cupos|\bposti\b|miejsca|plaatsen|vagas|\bdone\b/i,
    posted: /posted|published|created|expir|deadline|\bdate\b|publi[ée]|ver[öo]ffentlicht|erstellt|ablauf|caduca|vence|last (?:post|update)/i,
    title: /\btitle\b|\bname\b|\btitre\b|\btitel\b|t[íi]tulo|\bsubject\b|\btask\b|headline|\bstudy\b|\bjob\b|aufgabe|tarea|mission/i,
    old: /original|regular|\bold\b|\bwas\b|strike|msrp|list price|shipping|before|crossed|previous|\brrp\b|\buvp\b|versand/i,
    aside: /image|avatar|logo|icon|badge|breadcrumb|address|\baddr\b|location|categor|rating|status|stars?\b|\bcity\b|\bville\b|\bstadt\b/i,
    by: /\b(?:by|par|von|por|from)\b/i,
  };

  /** What lists of paid tasks speak of. */
  const task = /\b(?:tasks?|hits?|stud(?:y|ies)|surveys?|micro-?(?:tasks?|jobs?)|gigs?|campaigns?|missions?|assignments?|annotat\w+|transcri\w+|label(?:l?ing)?|classif\w+|categori[sz]e|moderat\w+|questionnaires?|reward|requester|workers?|qualification|participants?|captcha|testers?|usability test|microt[âa]ches?|t[âa]ches?|enqu[êe]tes?|sondages?|r[ée]mun[ée]r\w+|aufgaben?|auftr[äa]ge?|umfragen?|studien?|verg[üu]tung|tareas?|encuestas?|estudios?|recompensas?|trabajos?|empleador)\b/i;
  /** What a page of such lists is called. */
  const board = /\b(?:tasks?|hits?|hit groups?|stud(?:y|ies)|surveys?|micro-?(?:jobs?|tasks?)|gigs?|campaigns?|missions?|assignments?|available work|earn|queue|projects?|t[âa]ches|enqu[êe]tes|sondages|aufgaben|auftr[äa]ge|umfragen|studien|tareas|encuestas|estudios|trabajos)\b/i;
  /** What shops, banks, forums and mail say of their rows. */
  const others = {
    shop: /add to (?:cart|basket|bag|wish)|in stock|out of stock|sold out|free (?:shipping|delivery)|\bcart\b|\bbuy\b|wish ?list|reviews?\)|★|\bsale\b|discount|-\d{1,2}\s?%|ajouter au panier|en stock|livraison|\bpanier\b|in den warenkorb|lieferung|lieferbar|auf lager|versand|\bkaufen\b|a[ñn]adir al carrito|comprar|env[íi]o|\bper (?:night|kg|litre)\b|\bpcs\b|\bsku\b|\bnights?\b|book now|subscribe|\bisbn\b|paperback|hardcover/i,
    bank: /balance|transfer|debit|credit card|withdraw|transaction|direct debit|statement|invoice|\bsolde\b|virement|pr[ée]l[èe]vement|facture|[üu]berweisung|lastschrift|kontostand|rechnung|\bsaldo\b|transferencia|factura|payout|auszahlung|retiro|retrait|refund|\bpaid on\b|approved on|payment history|receipt|order (?:no|number|#)/i,
    forum: /\breplies\b|\bviews\b|\bthreads?\b|last post|r[ée]ponses|antworten|respuestas|\bvotes?\b|upvote|\bpoints by\b|comments?\b/i,
    mail: /\binbox\b|\bunread\b|\bsubject:|\bdraft\b|posteingang|bo[îi]te de r[ée]ception|bandeja de entrada/i,
    service: /\btutors?\b|\blessons?\b|\bhire me\b|freelancers?\b|\/ ?session|view (?:\w+['’]s )?profile|appointment|\bguests?\b|tickets?\b|\bevent\b/i,
    plan: /per month|\/\s?mo(?:nth)?\b|\/\s?year|par mois|pro monat|al mes|\bplan\b|pricing|leaderboard|ranking|referral|affiliate/i,
    rent: /\bbeds?\b|\bbaths?\b|bedrooms?|\bsq ?ft\b|\bm²|mileage|\bkm\b|per week|for (?:rent|sale)|apartment|\bhouse\b/i,
  };
  /** Around or in lists of what was done and paid already. */
  const history = /\b(?:withdraw\w*|transactions?|paid on|payment history|approved|rejected|leaderboard|pricing|per month|referral)\b|\/mo\b|historique|auszahlung|historial|retiro/i;
  /** Class and id words of what stands around a page's content. */
  const around = /(?:^|[-_\s])(?:nav|navbar|menu|footer|header|breadcrumbs?|pagination|pager|cookie|consent|gdpr|sidebar|facets?|filters?|dropdown|modal|tooltip|megamenu|social|share|lang|carousel|slider|swiper|submenu|tabs?)(?:[-_\s]|$)/i;

  piecework.detect.cues = { ...cues, task, board, others, history, around };
})();
