/**
 * The words both parsers know, in English, French, German and Spanish, written folded: lower case, no accents.
 * The agent's money/words.py holds the same table under the same names; a contract test compares the two.
 * A classic script: it and the parser's other files put what they make on `piecework.parser`.
 */
(() => {
  const piecework = (globalThis.piecework ??= /** @type {Piecework} */ ({}));
  const parser = (piecework.parser ??= /** @type {PieceworkParser} */ ({}));

  /** Rows of words parted by spaces, `word=value` where a word has one. @type {Record<string, string>} */
  const table = {
    // Page languages that write 1.5; all others write 1,5. A region overrules its language.
    point_langs: "en ja zh ko hi th he",
    point_regions: "es-mx es-us es-pr es-gt es-hn es-ni es-pa es-pe es-sv es-do es-419 de-ch it-ch",
    // Letters with accents, so that "dólares" and "dolares" are one word; capitals follow.
    fold: "àáâãäåāăą=a çćč=c ďđ=d èéêëēęě=e ìíîïī=i ľłĺ=l ñńň=n òóôõöøōő=o řŕ=r śšş=s ťţ=t ùúûüūůű=u ýÿ=y " +
      "žźż=z æ=ae œ=oe ß=ss",
    // Characters by their hexadecimal numbers: dropped, read as a space, as a space that holds together, as - ' and •.
    fold_drop: "300-36f 200b-200f 202a-202e 2060-2069 feff ad 61c fe0e fe0f",
    fold_space: "9-d 85 1680 2000-2006 2008 200a 2028 2029 205f 3000",
    fold_glue: "a0 2007 2009 202f",
    fold_dash: "2010-2015 2212 fe58 fe63 ff0d",
    fold_quote: "2018 2019 201b 2bc b4 60",
    fold_bullet: "b7 2027 2219 25cf 25aa 25e6 3b a6 7c",
    fold_signs: "ff04=$ ffe1=£ ffe5=¥ ffe0=¢ 2044=/ 2215=/ ff0f=/ ff1a=: 223c=~ ff5e=~ ff0b=+ ff05=%",
    // Currency codes. The upper ones are words of a language too and count in capitals only.
    codes: "usd eur gbp chf cad aud nzd jpy cny inr brl mxn ars clp pln czk sek nok dkk huf bgn rub " +
      "uah php idr myr thb vnd sgd hkd twd krw aed sar egp ngn kes ghs zar pkr bdt lkr ves usdc usdt",
    upper_codes: "try mad pen all top cup ils cop ron",
    dollars: "USD CAD AUD NZD SGD HKD TWD MXN",
    kroner: "SEK NOK DKK",
    rupees: "INR PKR LKR",
    signs: "$=USD €=EUR £=GBP ¥=JPY ₹=INR ₽=RUB ₱=PHP ₩=KRW ₺=TRY ₦=NGN ₴=UAH ₫=VND ₪=ILS ฿=THB ₵=GHS",
    dollar_marks: "us=USD usd=USD c=CAD ca=CAD cad=CAD cdn=CAD a=AUD au=AUD aud=AUD nz=NZD s=SGD sg=SGD " +
      "hk=HKD nt=TWD mx=MXN r=BRL",
    names: "euro=EUR euros=EUR eur=EUR pound=GBP pounds=GBP pfund=GBP yen=JPY zl=PLN kc=CZK fr=CHF sfr=CHF " +
      "franken=CHF naira=NGN",
    dollar_names: "dollar dollars dolar dolares",
    krona_names: "kr",
    rupee_names: "rs rupee rupees roupie roupies rupia rupias rupien",
    unknown_names: "peso pesos franc francs real reais",
    // Hundredths. `any` are cents of no country by themselves.
    cents_any: "cent cents c",
    cents_euro: "ct cts centime centimes centimo centimos",
    cents_unknown: "centavo centavos ctvs",
    pence: "p pence penny",
    points: "pt pts point points punkt punkte punkten punto puntos pkt credit credits credito creditos coin " +
      "coins sb token tokens gem gems xp jeton jetons",
    // What the pay is for.
    per_hour: "h hr hrs hour hours heure heures stunde stunden std hora horas",
    per_minute: "min mins minute minutes minuten minuto minutos",
    per_day: "day days jour jours tag tage dia dias",
    per_week: "week weeks semaine semaines woche wochen semana semanas",
    per_month: "month months mois monat monate mes meses",
    per_page: "page pages seite seiten pagina paginas",
    per_task: "task tasks hit hits tache taches mission missions aufgabe aufgaben auftrag auftrage tarea tareas " +
      "study studies studie studien etude etudes estudio estudios survey surveys sondage sondages umfrage umfragen " +
      "encuesta encuestas questionnaire fragebogen cuestionario job jobs gig gigs assignment assignments submission " +
      "submissions completion microtask image images bild imagen participant person personne participante worker " +
      "test tests position",
    per_unit: "unit units unite unites einheit unidad word words mot mots wort worter palabra palabras item items " +
      "row rows line lines ligne zeile linea question questions frage pregunta clip clips tile tiles pair pairs " +
      "paire paar photo photos foto file files fichier datei archivo record records label labels annotation " +
      "annotations prompt prompts response responses reponse antwort respuesta product click clic klick view vue " +
      "element object frame sentence phrase satz frase utterance receipt url entry post comment review",
    adverbs_hour: "hourly horaire ph stundenlohn stundlich",
    adverbs_minute: "ppm",
    adverbs_day: "daily tagessatz taglich journalier",
    adverbs_week: "weekly wochentlich hebdomadaire semanal",
    adverbs_month: "monthly monatlich mensuel mensual",
    per_strong: "per each every chaque jede jeder jedes cada",
    per_weak: "par pro por je",
    per_articles: "a an l la el the die der am im al",
    per_skip: "a an un une una ein eine l la el the die der one de completed approved valid submitted accepted",
    per_material: "audio video recorded transcribed finished media",
    // Bounds and ranges; a phrase is its words joined by "_".
    up_to: "up_to upto jusqu_a jusqu_au jusque bis bis_zu hasta max maxi maximum maximal maximale hochstens au_plus " +
      "maximum_de maximum_of max_of a_maximum_of less_than under below at_most moins_de moins_d weniger_als unter " +
      "menos_de como_maximo maximo no_more_than not_more_than no_longer_than pas_plus_de nicht_mehr_als no_mas_de",
    at_least: "from starting_at starting_from a_partir_de des ab desde min mini minimum mindestens mind at_least " +
      "au_moins al_menos more_than over above plus_de plus_d mehr_als uber mas_de minimum_de minimum_of como_minimo " +
      "no_less_than not_less_than pas_moins_de nicht_weniger_als minimo",
    after_up_to: "max maxi maximum maximal maximo or_less ou_moins oder_weniger o_menos",
    after_at_least: "min mini minimum minimo or_more and_up and_more et_plus ou_plus und_mehr oder_mehr o_mas y_mas",
    about: "about approx approximately around circa ca env environ etwa ungefahr rund aprox unos unas only just " +
      "nur seulement solo of de d von",
    range_words: "to a bis hasta up_to jusqu_a bis_zu",
    and_words: "and et und y e",
    between: "between entre zwischen",
    // Words that may stand beside a number whose currency is not written.
    labels: "reward rewards pay pays payment payout price amount earn earns earning earnings rate base fixed " +
      "total salary wage you prix recompense remuneration gain gains paie paiement tarif montant salaire vergutung " +
      "lohn honorar belohnung verdienst betrag bezahlung recompensa pago precio tarifa remuneracion importe",
    none_texts: "n_a na none not_specified not_stated not_available non_precise non_indique keine_angabe " +
      "no_especificado no_indicado",
    zero_texts: "free unpaid volunteer no_pay no_reward gratuit gratuite benevole non_remunere kostenlos " +
      "unbezahlt ehrenamtlich gratis voluntario no_remunerado sin_pago",
    is_worth: "soit equals gleich equivale worth",
    // Time: seconds of a unit, then the words around it.
    unit_1: "s sec secs second seconds seconde secondes sekunde sekunden sek segundo segundos seg",
    unit_60: "m min mins minute minutes minuten minuto minutos mn",
    unit_3600: "h hr hrs hour hours heure heures stunde stunden std hora horas",
    unit_86400: "d day days jour jours journee journees j tag tage tagen dia dias",
    unit_604800: "w wk wks week weeks semaine semaines sem woche wochen semana semanas",
    unit_2592000: "mo mos month months mois monat monate monaten mes meses",
    unit_31536000: "y yr yrs year years an ans annee annees jahr jahre jahren ano anos",
    number_words: "a=1 an=1 un=1 une=1 una=1 uno=1 ein=1 eine=1 einen=1 einer=1 einem=1 one=1 two=2 deux=2 zwei=2 " +
      "dos=2 three=3 trois=3 drei=3 tres=3 four=4 quatre=4 vier=4 cuatro=4 five=5 cinq=5 funf=5 cinco=5 six=6 " +
      "sechs=6 seis=6 seven=7 sept=7 sieben=7 siete=7 eight=8 huit=8 acht=8 ocho=8 nine=9 neuf=9 neun=9 nueve=9 " +
      "ten=10 dix=10 zehn=10 diez=10 twelve=12 douze=12 zwolf=12 doce=12 fifteen=15 quinze=15 quince=15 twenty=20 " +
      "vingt=20 zwanzig=20 veinte=20 thirty=30 trente=30 treinta=30",
    half_words: "half halbe halben halber demi demie media medio",
    whole_and_half: "anderthalb=1 eineinhalb=1 zweieinhalb=2 dreieinhalb=3",
    unit_langs: "an=fr ans=fr y=en w=en j=fr tag=de mo=en mos=en mes=es",
    quarter_words: "quarter quarters quart quarts cuarto cuartos viertel",
    quarter_hours: "viertelstunde=900 dreiviertelstunde=2700",
    few: "few quelques paar unos unas einige einigen algunos",
    ago_ahead: "il_y_a vor hace depuis seit",
    ago_behind: "ago",
    now: "now just_now a_l_instant maintenant gerade_eben soeben jetzt ahora ahora_mismo",
    yesterday: "yesterday=en hier=fr gestern=de ayer=es",
    left: "left remaining expires expiring_in ends_in ending_in closes_in due_in reste restent restant restants " +
      "restante restantes encore expire se_termine_dans fin_dans ubrig verbleibend verbleibende verbleiben noch endet_in " +
      "lauft_in queda quedan termina_en expira vence caduca dentro_de restzeit falta faltan",
    left_in: "in dans",
    time_labels: "duration time length takes take estimated estimate est average avg completion allotted allowed " +
      "duree temps estime estimee moyenne dauer zeit geschatzt duracion tiempo estimado estimada",
    time_up_to: "within sous binnen innerhalb innerhalb_von en_menos_de",
    time_of_day: "at um las bis hasta jusqu until till by before avant am pm uhr utc gmt cet est pst today tomorrow " +
      "heute morgen demain aujourd hoy manana monday tuesday wednesday thursday friday saturday sunday mon tue tues wed " +
      "thu thurs fri sat sun lundi mardi mercredi jeudi vendredi samedi dimanche montag dienstag mittwoch donnerstag " +
      "freitag samstag sonntag lunes martes miercoles jueves viernes sabado domingo january february march april june " +
      "july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec janvier " +
      "fevrier mars avril juin juillet aout septembre octobre novembre decembre januar februar marz mai juni juli " +
      "oktober dezember enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    // Places.
    of_words: "of out von sur de",
    still_free: "left remaining available open free restant restants restante restantes disponible disponibles " +
      "libre libres frei freie verfugbar ubrig quedan reste restent noch",
    gone: "done completed complete taken filled finished submitted termine terminees erledigt vergeben hechas " +
      "completadas ocupadas",
    full_texts: "full no_places_left no_more_places no_spots_left all_positions_taken all_positions_taken_already " +
      "complet plus_de_place plus_de_places keine_platze_frei ausgebucht completo no_quedan_plazas sin_plazas",
    not_places: "min mins minute minutes minuten minuto minutos sec secs second seconds h hr hrs hour hours heure " +
      "heures stunde stunden hora horas day days jour jours tag tage dia dias week weeks usd eur gbp euro euros " +
      "dollar dollars cents cent pts points",
  };

  /** @param {string[]} names @returns {Set<string>} the words of these rows */
  const words = (...names) => new Set(names.flatMap((name) => table[name].split(" ")));

  /** @param {string} name @returns {Map<string, string>} the `word=value` pairs of a row */
  const values = (name) => new Map(table[name].split(" ").map((pair) => /** @type {[string, string]} */ (pair.split("="))));

  /** @param {string[]} names @returns {Set<string>} every single word of the phrases of these rows */
  const parts = (...names) => new Set([...words(...names)].flatMap((phrase) => phrase.split("_")));

  Object.assign(parser, { table, words, values, parts });
})();
