### Was Menschen gesagt wird, auf Deutsch. Siehe en.ftl; die Begriffe: docs/terms.md.

moment = { $day }, { $clock } Uhr{ $zone ->
    [none] { "" }
   *[other] { " " }({ $zone })
}
moment-short = { $day }, { $clock } Uhr
some-manager = die Leitung
some-who = Die Leitung
some-site = Ihr Servicebetrieb

## Worum es geht, nach Regel: für Kunden. „Ihr Anliegen { matter }“

about-other = Wir haben Ihr Anliegen { matter } erhalten.
matter = { $kind ->
    [ESTIMATE] zum Preis
    [DIAGNOSIS] zur Diagnose Ihres Fahrzeugs
    [WARRANTY] zur Garantie
    [SILENCE] zur ausstehenden Antwort
   *[REQUEST] zum gewünschten Gespräch
}

## Warum der Grund entfallen ist, nach Regel: für Kunden

changed-other = Inzwischen hat sich etwas geändert.

## Wie die Leitung zu erreichen ist, und wie Einspruch eingelegt wird

reach = { $phone ->
    [none] { $email ->
        [none] { "" }
       *[other] Sie können { $manager } schreiben: { $email }.
    }
   *[other] Sie erreichen { $manager } unter { $phone }.
}
reach-short = { $phone ->
    [none] { "" }
   *[other] Tel. { $phone }
}
wish-too-high = { $wish_too_high ->
    [yes] Wen Sie sich gewünscht haben, übernimmt nur schwerwiegendere Fälle.
   *[other] { "" }
}
wish-noted = { $wished ->
    [yes] Wir haben notiert, wie wir Sie erreichen sollen: { wish-parts }. { $decided_before_call ->
        [yes] Ihr Anliegen wird voraussichtlich schon vorher entschieden.
       *[none] { "" }
    }
   *[none] { "" }
}
wish-parts = { $wish_language ->
    [none] { $wished_channel ->
        [none] { wish-when }
       *[other] { wish-by }{ wish-and-when }
    }
   *[other] auf { $wish_language }{ $wished_channel ->
        [none] { "" }
       *[other] , { wish-by }
    }{ wish-and-when }
}
wish-by = { $wished_channel ->
    [EMAIL] per E-Mail
    [SMS] per SMS
    [APP] in der App
   *[PHONE] per Telefon
}
wish-when = { $call_not_before ->
    [none] wie Sie es uns gesagt haben
   *[other] nicht vor { $call_not_before }
}
wish-and-when = { $call_not_before ->
    [none] { "" }
   *[other] , { wish-when }
}
wish-brief = { $wished ->
    [yes] { $call_not_before ->
        [none] Ihre Wünsche sind notiert.
       *[other] Notiert: nicht vor { $call_not_before }.
    } { $decided_before_call ->
        [yes] Entschieden wird voraussichtlich schon vorher.
       *[none] { "" }
    }
   *[none] { "" }
}
assigned-because = { $why ->
    [HANDED_OVER] Wer bisher für Ihr Anliegen zuständig war, ist zurzeit nicht da.
    [MANAGER_NOT_REACHED] Wer bisher für Ihr Anliegen zuständig war, ist nicht zu erreichen.
   *[other] { "" }
}
appeal = { $appeal_until ->
    [none] { "" }
   *[other] { $appeal_passed ->
        [yes] { "" }
       *[no] Wenn Sie das anders sehen, teilen Sie Ihrem Servicebetrieb bis { $appeal_until } mit, dass Sie Einspruch einlegen; dann entscheidet jemand, der bisher nicht beteiligt war.
    }
}

## Eine Frist, noch offen oder vorbei; wer gehandelt hat

and-decide = { $decide_passed ->
    [yes] . Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] {" "}und meldet sich bis { $decide_by } mit einer Entscheidung.
}
and-decide-at-once = { $decide_passed ->
    [yes] . Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] {" "}und meldet sich bis { $decide_by } mit einer Entscheidung.
}
and-be-decided = { $decide_passed ->
    [yes] . Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] . Sie hören bis { $decide_by } von uns.
}
and-be-decided-brief = { $decide_passed ->
    [yes] . Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] . Sie hören bis { $decide_by } von uns.
}
changed-brief = { $decide_passed ->
    [yes] hätte bis { $decide_by } entschieden werden sollen.
   *[no] wird jetzt bis { $decide_by } entschieden.
}
manager-decides = { $decide_passed ->
    [yes] Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] { $manager } meldet sich bis { $decide_by } mit einer Entscheidung.
}
decide-line = { $decide_passed ->
    [yes] Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] Sie hören bis { $decide_by } von uns.
}
decide-brief = { $decide_passed ->
    [yes] Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] Sie hören bis { $decide_by } von uns.
}
changed-decide = { $decide_passed ->
    [yes] hätte bis { $decide_by } entschieden werden sollen.
   *[no] wird jetzt bis { $decide_by } entschieden.
}
please-decide = { $decide_passed ->
    [yes] Die Entscheidung hätte bis { $decide_by } fallen sollen. Bitte entscheiden Sie sofort.
   *[no] Bitte entscheiden Sie bis { $decide_by }.
}
then-decide = { $decide_passed ->
    [yes] . Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] {" "}und entscheiden Sie bis { $decide_by }.
}
and-decide-too = { $decide_passed ->
    [yes] . Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] {" "}und entscheiden Sie bis { $decide_by }.
}
list-acknowledge = { $acknowledge_passed ->
    [yes] Zu bestätigen war er bis { $acknowledge_by }
   *[no] bestätigen bis { $acknowledge_by }
}
list-decide = { $decide_passed ->
    [yes] zu entscheiden war er bis { $decide_by }
   *[no] entscheiden bis { $decide_by }
}
short-decide = { $decide_passed ->
    [yes] Zu entscheiden war er bis { $decide_by }.
   *[no] Entscheiden bis { $decide_by }.
}
appeal-short = { $appeal_passed ->
    [yes] { "" }
   *[no] Einspruch ist bis { $appeal_until } beim Servicebetrieb möglich.
}
appeal-brief = { $appeal_passed ->
    [yes] { "" }
   *[no] Einspruch bis { $appeal_until } beim Servicebetrieb.
}
reply = { $until_passed ->
    [yes] Wir hatten bis { $until } darum gebeten; bitte melden Sie sich, sobald Sie können.
   *[no] Bitte melden Sie sich bis { $until }.
}
promise = { $until_passed ->
    [yes] { $who ->
        [none] Wir wollten Sie bis { $until } wegen Ihres Anliegens { matter } anrufen.
       *[other] { $who } wollte Sie bis { $until } wegen Ihres Anliegens { matter } anrufen.
    }
   *[no] { $who ->
        [none] Wir rufen Sie bis { $until } wegen Ihres Anliegens { matter } an.
       *[other] { $who } ruft Sie bis { $until } wegen Ihres Anliegens { matter } an.
    }
}
please-both = { $acknowledge_passed ->
    [yes] { $decide_passed ->
        [yes] Er hätte bis { $acknowledge_by } bestätigt und bis { $decide_by } entschieden werden sollen. Bitte kümmern Sie sich sofort darum.
       *[no] Er hätte bis { $acknowledge_by } bestätigt werden sollen. Bitte holen Sie das sofort nach und entscheiden Sie bis { $decide_by }.
    }
   *[no] { $decide_passed ->
        [yes] Bitte bestätigen Sie ihn bis { $acknowledge_by }. Die Entscheidung hätte bis { $decide_by } fallen sollen.
       *[no] Bitte bestätigen Sie ihn bis { $acknowledge_by } und entscheiden Sie bis { $decide_by }.
    }
}
list-both = { list-acknowledge }, { list-decide }.
short-both = { $acknowledge_passed ->
    [yes] { $decide_passed ->
        [yes] Zu entscheiden war bis { $decide_by }.
       *[no] Sofort bestätigen, entscheiden bis { $decide_by }.
    }
   *[no] { $decide_passed ->
        [yes] Bestätigen bis { $acknowledge_by }; die Entscheidung ist überfällig.
       *[no] Bestätigen bis { $acknowledge_by }, entscheiden bis { $decide_by }.
    }
}
seen = { $who ->
    [none] Wir haben Ihr Anliegen { matter } gesehen.
   *[other] { $who } hat Ihr Anliegen { matter } gesehen.
}
still-decides = { $actor ->
    [NOBODY] Wir versuchen weiter, die verantwortliche Leitung zu erreichen.
   *[ANOTHER] { manager-decides }
}
still-has = { $actor ->
    [ANOTHER] Ihr Anliegen liegt bei { $manager }.
   *[MANAGER] { "" }
}

## An Kunden

found-by-us = { $found ->
    [yes] Das haben wir selbst festgestellt; es zählt nicht als Anfrage von Ihnen.
   *[other] { "" }
}
found-in-brief = { $found ->
    [yes] Es zählt nicht als Ihre Anfrage.
   *[other] { "" }
}
customer-opened =
    .title = Die Leitung kümmert sich um Ihr Anliegen
    .text = { about } { found-by-us } { wish-too-high } { $severity ->
        [SAFETY] Da es Ihre Sicherheit betreffen kann, kümmert sich { $manager } sofort darum{ and-decide-at-once }
       *[other] { $manager } kümmert sich darum{ and-decide }
    } { wish-noted } { reach }
    .sms = { $site }: { $manager } kümmert sich um Ihr Anliegen { matter }{ and-decide } { found-in-brief } { wish-brief } { reach-short }
customer-nobody =
    .title = Wir haben noch niemanden erreicht
    .text = { about } { found-by-us } { wish-too-high } Wir haben noch niemanden aus der Leitung erreicht, der Ihr Anliegen übernimmt. Das tut uns leid. Wir versuchen es weiter und melden uns, sobald jemand Ihr Anliegen übernommen hat. { wish-noted }
    .sms = { $site }: Für Ihr Anliegen { matter } haben wir noch niemanden aus der Leitung erreicht. Das tut uns leid. Wir versuchen es weiter und melden uns, sobald jemand übernommen hat. { wish-brief }
customer-joined =
    .title = Wir haben Ihr Anliegen ergänzt
    .text = { about } { found-by-us } { $manager ->
        [none] Wir haben es zu Ihrem offenen Anliegen genommen und versuchen weiter, die verantwortliche Leitung zu erreichen.
       *[other] Wir haben es an { $manager } weitergegeben. { $manager } kümmert sich bereits um Ihren Werkstatttermin{ and-decide }
    } { wish-noted }
    .sms = { $site }: Wir haben Ihr offenes Anliegen ergänzt, jetzt auch { matter }. { $manager ->
        [none] Wir versuchen weiter, die verantwortliche Leitung zu erreichen.
       *[other] { manager-decides }
    } { wish-brief }
customer-more-urgent =
    .title = Ihr Anliegen hat jetzt Vorrang
    .text = { $severity ->
        [SAFETY] Da es Ihre Sicherheit betreffen kann, behandeln wir Ihr Anliegen jetzt mit höchster Dringlichkeit.
       *[other] Wir behandeln Ihr Anliegen jetzt mit höherer Dringlichkeit.
    } { decide-line }
    .sms = { $site }: { $severity ->
        [SAFETY] Da es Ihre Sicherheit betreffen kann, hat Ihr Anliegen jetzt höchste Dringlichkeit.
       *[other] Wir behandeln Ihr Anliegen jetzt mit höherer Dringlichkeit.
    } { decide-brief }
customer-call-taken =
    .title = Ihr Anruf bei { $manager } ist notiert
    .text = Wir haben Ihren Anruf bei { $manager } notiert. { $manager } ist jetzt für Ihr Anliegen zuständig{ and-be-decided } { wish-noted } { reach }
    .sms = { $site }: Ihr Anruf bei { $manager } ist notiert; { $manager } ist jetzt zuständig{ and-be-decided-brief } { wish-brief } { reach-short }
customer-acknowledged =
    .title = { $actor ->
        [ANOTHER] Ihr Anliegen wurde gesehen
        [NOBODY] Ihr Anliegen wurde gesehen
       *[MANAGER] { $manager } hat Ihr Anliegen übernommen
    }
    .text = { moved-why } { $actor ->
        [ANOTHER] { seen } { still-decides }
        [NOBODY] { seen } { still-decides }
       *[MANAGER] { $manager } hat Ihr Anliegen { matter } übernommen{ and-decide }
    } { reach }
    .sms = { $site }: { moved-why } { $actor ->
        [ANOTHER] { seen } { still-decides }
        [NOBODY] { seen } { still-decides }
       *[MANAGER] { $manager } hat Ihr Anliegen übernommen{ and-decide }
    } { reach-short }
customer-stands =
    .title = So steht es um Ihr Anliegen
    .text = Ihr Anliegen { matter } ist in Bearbeitung. { stands-with } { stands-call } { wish-noted } { $manager ->
        [none] { "" }
       *[other] { reach }
    }
    .sms = { $site }: Ihr Anliegen { matter } ist in Bearbeitung. { stands-with } { stands-call } { wish-brief } { $manager ->
        [none] { "" }
       *[other] { reach-short }
    }
stands-with = { $manager ->
    [none] Wir haben noch niemanden erreicht. Wir versuchen es weiter und melden uns, sobald jemand übernommen hat.
   *[other] { $taken ->
        [yes] { $manager } hat es übernommen.
       *[no] Es liegt bei { $manager }.
    } { decide-line }
}
stands-call = { $until ->
    [none] { "" }
   *[other] { $until_passed ->
        [yes] Ein Anruf war Ihnen bis { $until } zugesagt.
       *[no] Sie werden bis { $until } angerufen.
    }
}
customer-contacted =
    .title = { $who ->
        [none] Wir haben ein Gespräch mit Ihnen notiert
       *[other] { $who } hat ein Gespräch mit Ihnen notiert
    }
    .text = { $who ->
        [none] Wir haben ein Gespräch mit Ihnen notiert. Es ging um Ihr Anliegen { matter }.
       *[other] { $who } hat ein Gespräch mit Ihnen notiert. Es ging um Ihr Anliegen { matter }.
    } Falls niemand mit Ihnen gesprochen hat, sagen Sie das bitte Ihrem Servicebetrieb: Dann zählt es nicht als Gespräch.
    .sms = { $site }: { $who ->
        [none] Wir haben ein Gespräch mit Ihnen notiert. Es ging um Ihr Anliegen { matter }.
       *[other] { $who } hat ein Gespräch mit Ihnen notiert. Es ging um Ihr Anliegen { matter }.
    } Falls niemand mit Ihnen gesprochen hat, sagen Sie das bitte Ihrem Servicebetrieb.
customer-promised =
    .title = Sie werden angerufen
    .text = { moved-why } { promise } { still-has }
    .sms = { $site }: { moved-why } { promise }
customer-waiting =
    .title = Wir brauchen eine Antwort von Ihnen
    .text = { moved-why } Um bei Ihrem Anliegen { matter } weiterzukommen, { $who ->
        [none] brauchen wir
       *[other] braucht { $who }
    } eine Antwort von Ihnen. { reply } { reach }
    .sms = { $site }: Zu Ihrem Anliegen { matter } { $who ->
        [none] brauchen wir
       *[other] braucht { $who }
    } eine Antwort von Ihnen. { reply } { reach-short }
customer-assigned =
    .title = { $manager } ist jetzt für Sie zuständig
    .text = { assigned-because } { moved-why } { $manager } ist ab jetzt für Ihr Anliegen { matter } zuständig{ and-decide } { reach }
    .sms = { $site }: { moved-why } { $manager } ist jetzt für Ihr Anliegen zuständig{ and-decide } { reach-short }
customer-moved-up =
    .title = Ihr Anliegen liegt jetzt bei { $manager }
    .text = { moved-why } { $manager } ist jetzt für Ihr Anliegen { matter } zuständig{ and-decide } { wish-noted } { reach }
    .sms = { $site }: { moved-why } { $manager } ist jetzt zuständig{ and-decide } { wish-brief } { reach-short }
moved-why = { $why ->
    [NOT_ACKNOWLEDGED] Ihr Anliegen wurde nicht rechtzeitig übernommen. Das tut uns leid.
    [UNDECIDED] Über Ihr Anliegen wurde nicht rechtzeitig entschieden. Das tut uns leid.
    [OVERDUE] Über Ihr Anliegen wurde nicht rechtzeitig entschieden. Das tut uns leid.
    [OVERDUE_AGAIN] Über Ihr Anliegen wurde nicht rechtzeitig entschieden. Das tut uns leid.
    [SILENCE_PROMISE_MISSED] Sie haben den versprochenen Anruf nicht erhalten. Das tut uns leid.
    [HAD_IT_BEFORE] Wir konnten niemanden erreichen, der bisher nicht beteiligt war.
   *[other] { "" }
}
customer-resolved =
    .title = { $outcome ->
        [UPHELD] Ihr Einwand ist berechtigt
        [PARTLY_UPHELD] Ihr Einwand ist teilweise berechtigt
       *[other] Über Ihr Anliegen ist entschieden
    }
    .text = { decided } { appeal }
    .sms = { $site }: { $outcome ->
        [UPHELD] Ihr Einwand { matter } ist berechtigt{ remedy }
        [PARTLY_UPHELD] Ihr Einwand { matter } ist teilweise berechtigt{ remedy }
        [ABUSIVE] Wir haben Ihr Anliegen { matter } geprüft und keinen Grund gefunden, etwas zu ändern.
       *[UNFOUNDED] Wir haben Ihr Anliegen { matter } geprüft. Das Vorgehen des Servicebetriebs ist korrekt.
    } { remedy-by } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-short }
    } { quote-short }
decided = { $outcome ->
    [UPHELD] { has-decided } Ihr Einwand ist berechtigt{ remedy } { what-next }
    [PARTLY_UPHELD] { has-decided } Ihr Einwand ist teilweise berechtigt{ remedy } { what-next }
    [ABUSIVE] { has-looked } und keinen Grund gefunden, etwas zu ändern.
   *[UNFOUNDED] { has-looked }. Danach ist das Vorgehen des Servicebetriebs korrekt. { ask-why }
} { remedy-by } { quote-line }
has-decided = { $who ->
    [none] Wir haben über Ihr Anliegen { matter } entschieden.
   *[other] { $who } hat über Ihr Anliegen { matter } entschieden.
}
has-looked = { $who ->
    [none] Wir haben Ihr Anliegen { matter } geprüft
   *[other] { $who } hat Ihr Anliegen { matter } geprüft
}
what-next = { $remedy ->
    [none] { $quote ->
        [none] Wenn Sie wissen möchten, wie es weitergeht, fragen Sie uns bitte.
       *[other] { "" }
    }
   *[other] { "" }
}
ask-why = { $quote ->
    [none] Wenn Sie die Gründe wissen möchten, fragen Sie uns bitte.
   *[other] { "" }
}
remedy = { $remedy ->
    [PRICE_TO] : Sie zahlen { $remedy_amount } für die Arbeiten.
    [FREE_OF_CHARGE] : Sie zahlen für die Arbeiten nichts.
    [GOODWILL] { $remedy_amount ->
        [none] . Sie erhalten ein Kulanzangebot.
       *[other] . Aus Kulanz erhalten Sie { $remedy_amount }.
    }
    [SECOND_DIAGNOSIS] . Ihr Fahrzeug wird ein zweites Mal untersucht.
    [LOANER] . Sie erhalten einen Ersatzwagen.
    [APOLOGY] . Wir bitten um Entschuldigung.
    [OTHER] { $quote ->
        [none] . Was wir nun tun, teilen wir Ihnen mit.
       *[other] .
    }
   *[other] .
}
remedy-by = { $remedy_by ->
    [none] { "" }
   *[other] { $remedy_passed ->
        [yes] Das sollte bis { $remedy_by } erledigt sein.
       *[no] Das wird bis { $remedy_by } erledigt.
    }
}
quote-line = { $quote ->
    [none] { "" }
   *[other] { $who ->
        [none] Unsere Nachricht an Sie
       *[other] { $who } schreibt
    }: „{ $quote }“
}
quote-short = { $quote ->
    [none] { "" }
   *[other] "{ $quote }"
}
customer-confirmed =
    .title = Ihre Anfrage gilt als missbräuchlich
    .text = { $who ->
        [none] Wir haben Ihr Anliegen { matter } ein zweites Mal geprüft. Wir bestätigen
       *[other] { $who } hat Ihr Anliegen { matter } ein zweites Mal geprüft und bestätigt
    }: Für Ihre Bitte um ein Gespräch mit der Leitung gab es keinen triftigen Grund. { counts } { appeal }
    .sms = { $site }: Nach einer zweiten Prüfung gilt Ihre Bitte um ein Gespräch mit der Leitung als missbräuchlich. { counts-brief } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-short }
    }
counts = { $until_passed ->
    [yes] { "" }
   *[no] Das zählt bis { $until }. Bis dahin können wir Ihre Anfragen möglicherweise nicht an die Leitung weitergeben.
}
counts-brief = { $until_passed ->
    [yes] { "" }
   *[no] Bis { $until } können wir weitere Anfragen evtl. nicht weitergeben.
}
customer-reopened =
    .title = Ihr Anliegen ist wieder offen
    .text = Wir befassen uns noch einmal mit Ihrem Anliegen { matter }. { $manager } ist dafür zuständig{ and-decide } { wish-noted } { reach }
    .sms = { $site }: Ihr Anliegen ist wieder offen. { $manager } ist zuständig{ and-decide } { wish-brief } { reach-short }
customer-withdrawn =
    .title = Ihr Anliegen ist abgeschlossen
    .text = { $withdrawn ->
        [yes] Sie haben uns mitgeteilt, dass sich die Sache erledigt hat. Ihr Anliegen { matter } ist damit abgeschlossen.
       *[no] { changed } Damit ist nichts mehr zu entscheiden, und Ihr Anliegen { matter } ist abgeschlossen. Wenn Sie das anders sehen, sagen Sie es bitte Ihrem Servicebetrieb.
    }
    .sms = { $site }: { $withdrawn ->
        [yes] Ihr Anliegen { matter } ist abgeschlossen, wie von Ihnen gewünscht.
       *[no] Ihr Anliegen { matter } ist abgeschlossen. { changed } Wenn Sie das anders sehen, sagen Sie es uns bitte.
    }
customer-overdue =
    .title = Ihr Anliegen dauert länger als zugesagt
    .text = Über Ihr Anliegen { matter } sollte inzwischen entschieden sein, und das ist es nicht. Das tut uns leid. { $manager ->
        [none] Wir versuchen weiter, die verantwortliche Leitung zu erreichen.
       *[other] { $manager } ist weiterhin zuständig und wurde darauf hingewiesen. { reach }
    }
    .sms = { $site }: Über Ihr Anliegen { matter } sollte inzwischen entschieden sein. Das tut uns leid. { $manager ->
        [none] Wir versuchen weiter, die verantwortliche Leitung zu erreichen.
       *[other] { $manager } ist weiterhin zuständig und wurde darauf hingewiesen. { reach-short }
    }
customer-deadlines-changed =
    .title = Für Ihr Anliegen gilt ein neuer Termin
    .text = Unsere Zeiten oder Regeln haben sich geändert. Über Ihr Anliegen { matter } { changed-decide }
    .sms = { $site }: Unsere Zeiten oder Regeln haben sich geändert. Über Ihr Anliegen { matter } { changed-brief }
customer-promise-missed =
    .title = Sie haben Ihren Anruf nicht erhalten
    .text = Sie haben den versprochenen Anruf nicht erhalten. Das tut uns leid. { $manager ->
        [none] Wir versuchen weiter, die verantwortliche Leitung zu erreichen.
       *[other] { $manager } ist weiterhin zuständig und wurde darauf hingewiesen. { reach }
    }
    .sms = { $site }: Sie haben den versprochenen Anruf nicht erhalten. Das tut uns leid. { $manager ->
        [none] Wir versuchen weiter, die verantwortliche Leitung zu erreichen.
       *[other] { $manager } wurde darauf hingewiesen. { reach-short }
    }
customer-throttled =
    .title = Ihr Servicebetrieb antwortet Ihnen
    .text = { about } { throttled-helps } { $next_at ->
        [none] { "" }
       *[other] { throttled-next }
    } { decision-throttled } { throttled-remaining } { throttled-appeal }
    .sms = { $site }: Ihr Servicebetrieb antwortet Ihnen auf Ihr Anliegen { matter }. { $next_at ->
        [none] { "" }
       *[other] { throttled-next }
    } { $limited ->
        [blocked] Zurzeit können wir nichts weitergeben.
        [never] Zurzeit können wir nichts weitergeben.
        [day] { $times } Anfragen in 24 Stunden sind möglich.
       *[window] { $times } Anfragen in { $days } Tagen sind möglich.
    } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-brief }
    }
throttled-helps = Ihr Servicebetrieb antwortet Ihnen darauf.
decision-throttled = { $limited ->
    [blocked] Zurzeit können wir Ihre Anfragen nicht an die Leitung weitergeben.
    [day] Innerhalb von 24 Stunden können Sie sich { $times ->
        [one] einmal
        [2] zweimal
       *[other] { $times }-mal
    } an die Leitung wenden, und das haben Sie getan.
    [never] Zurzeit können wir keine Anfragen an die Leitung weitergeben.
   *[window] Innerhalb von { $days } Tagen können Sie sich { $times ->
        [one] einmal
        [2] zweimal
       *[other] { $times }-mal
    } an die Leitung wenden{ $weighed ->
        [yes] ; eine Anfrage, die sich als unbegründet erwiesen hat, zählt mehrfach
       *[no] { "" }
    }. Diese Grenze ist erreicht.
}
throttled-remaining = { $remaining ->
    [none] { "" }
    [0] { "" }
    [one] Innerhalb von { $window_days } Tagen bleibt Ihnen noch eine Anfrage.
   *[other] Innerhalb von { $window_days } Tagen bleiben Ihnen noch { $remaining } Anfragen.
}
throttled-next = { $next_passed ->
    [yes] An die Leitung können Sie sich jetzt wieder wenden.
   *[no] An die Leitung können Sie sich ab { $next_at } wieder wenden.
}
throttled-appeal = { $appeal_until ->
    [none] { "" }
   *[other] { $appeal_passed ->
        [yes] { "" }
       *[no] Wenn Sie das anders sehen, teilen Sie Ihrem Servicebetrieb bitte bis { $appeal_until } mit, dass Sie Einspruch einlegen; dann entscheidet die nächsthöhere Ebene.
    }
}
customer-agreed =
    .title = Sie haben { $amount } zugestimmt
    .text = Wir haben vermerkt, dass Sie für die Arbeiten an Ihrem Fahrzeug { $amount } zugestimmt haben. { agreed-before } Wenn Sie das nicht getan haben, bitten Sie um ein Gespräch mit der Leitung.
    .sms = { $site }: Laut unserem Vermerk haben Sie { $amount } zugestimmt. { agreed-before } Wenn nicht, bitten Sie um ein Gespräch mit der Leitung.
agreed-before = { $stood ->
    [AGREED] Vorher hatten Sie { $base } zugestimmt.
    [ESTIMATED] Der erste Kostenvoranschlag lautete auf { $base }.
   *[NOTHING] { "" }
}
customer-rate =
    .title = Wie war Ihr Werkstatttermin?
    .text = Ihr Werkstatttermin ist abgeschlossen: { $site }. Ist alles geklärt? Bitte antworten Sie mit Ja, Teilweise oder Nein, und bewerten Sie den Termin von 1 (gar nicht zufrieden) bis 5 (sehr zufrieden).
    .sms = { $site }: Ihr Werkstatttermin ist abgeschlossen. Bitte sagen Sie uns, ob alles geklärt ist (Ja, Teilweise oder Nein), und bewerten Sie den Termin von 1 (schlecht) bis 5 (sehr gut).
customer-request-open =
    .title = Ihre Anfrage liegt uns bereits vor
    .text = Sie haben Einspruch gegen eine Entscheidung eingelegt. Das ist nicht möglich: { appeal-refused } Wir behandeln es als Bitte um ein Gespräch mit der Leitung. Eine solche Anfrage von Ihnen ist bereits offen, Sie müssen also nichts weiter tun.
    .sms = { $site }: Ihr Einspruch ist nicht möglich: { appeal-refused } Wir behandeln ihn als Bitte um ein Gespräch; eine solche Anfrage ist bereits offen.
appeal-refused = { $refused ->
    [ONCE] Gegen jede Entscheidung ist nur ein Einspruch möglich.
    [LATE] Die Frist dafür ist abgelaufen.
    [RECENT] Sie haben vor Kurzem gegen eine andere Entscheidung Einspruch eingelegt.
    [UNDECIDED] Über Ihren vorherigen Einspruch ist noch nicht entschieden.
    [OPEN] Darüber ist noch nicht entschieden.
   *[other] Es gibt zurzeit nichts, wogegen Einspruch möglich ist.
}

## An die Leitung

case-line = Fall { $escalation_id }, { $site }: { case }. { said-line }
said-line = { $words ->
    [none] { $topic ->
        [none] { "" }
       *[other] Der Kunde nennt als Thema: { said-topic }.
    }
   *[other] { $topic ->
        [none] Der Kunde schreibt: „{ $words }“
       *[other] Der Kunde schreibt zum Thema { said-topic }: „{ $words }“
    }
}
said-topic = { $topic ->
    [PRICE] Preis
    [DIAGNOSIS] Diagnose
    [WARRANTY] Garantie
    [TIME] Dauer
    [LOANER] Ersatzwagen
    [DAMAGE] Schaden am Fahrzeug
    [CONDUCT] Umgang mit Kunden
   *[OTHER] Sonstiges
}
said-short = { $words ->
    [none] { "" }
   *[other] "{ $words }"
}
case-other = { $kind ->
    [ESTIMATE] Preis
    [DIAGNOSIS] Diagnose
    [WARRANTY] Garantie
    [SILENCE] Ausbleibende Antwort
   *[REQUEST] Anfrage
}
safety-line = { $severity ->
    [SAFETY] Es kann die Sicherheit betreffen.
   *[other] { "" }
}
wish-line = Gewünschte Sprache: { $customer_language }{ $wished_channel ->
    [PHONE] , per Telefon
    [EMAIL] , per E-Mail
    [SMS] , per SMS
    [APP] , in der App
   *[other] { "" }
}{ $call_not_before ->
    [none] { "" }
   *[other] { $call_passed ->
        [yes] { "" }
       *[no] , nicht vor { $call_not_before }
    }
}.
after-decision = { $decided_before_call ->
    [yes] Der Fall ist schon vorher zu entscheiden.
   *[none] { "" }
}
new-wish = { $wished ->
    [yes] { wish-line } { after-decision }
   *[none] { "" }
}

manager-opened =
    .title = Neuer Fall: { $site }
    .text = { case-line } { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Neuer Fall { $escalation_id }, { $site }: { case }. { safety-line } { short-both } { said-short }
manager-call-taken =
    .title = Der Anruf bei Ihnen ist notiert
    .text = { case-line } Sie haben den Anruf entgegengenommen, der Fall liegt also bei Ihnen. { please-decide } { new-wish }
    .sms = Fall { $escalation_id }, { $site }: { case }. Sie haben den Anruf entgegengenommen, der Fall liegt bei Ihnen. { short-decide }
manager-joined =
    .title = Ihr Fall wurde ergänzt: { $site }
    .text = { case-line } Das ist hinzugekommen. { safety-line } { please-decide } { new-wish }
    .sms = Fall { $escalation_id }, { $site }: hinzugekommen ist: { case }. { safety-line } { short-decide } { said-short }
manager-corrected =
    .title = Ein Grund ist entfallen: { $site }
    .text = { case-line } { part-gone } Bitte prüfen Sie den Fall noch einmal{ then-decide }
    .sms = Fall { $escalation_id }, { $site }: { case }. { part-gone } { short-decide }
part-gone = { $withdrawn ->
    [yes] Das hat der Kunde zurückgenommen.
   *[no] { $all_gone ->
        [yes] Das trifft nicht mehr zu, und sonst nichts an dem Fall.
       *[no] Das trifft nicht mehr zu; anderes an dem Fall schon.
    }
}
manager-more-urgent =
    .title = Ihr Fall ist dringender: { $site }
    .text = { case-line } Er ist jetzt dringender. { safety-line } { please-both }
    .sms = Fall { $escalation_id }, { $site }, ist dringender: { case }. { safety-line } { short-both }
manager-assigned =
    .title = Ein Fall liegt jetzt bei Ihnen: { $site }
    .text = { case-line } { assigned-why } { so-far } { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Fall { $escalation_id }, { $site }, liegt bei Ihnen: { case }. { safety-line } { short-both } { said-short }
so-far = { $spoken ->
    [yes] Mit dem Kunden wurde bereits gesprochen.
    [no] Mit dem Kunden hat noch niemand gesprochen.
   *[none] { "" }
} { $promised_by ->
    [none] { "" }
   *[other] { $promised_passed ->
        [yes] Ein Anruf war bis { $promised_by } zugesagt und ist ausgeblieben.
       *[no] Ein Anruf ist bis { $promised_by } zugesagt.
    }
}
assigned-why = { $why ->
    [HANDED_OVER] Wer bisher zuständig war, ist zurzeit nicht da.
    [MANAGER_NOT_REACHED] Wer bisher zuständig war, ist nicht zu erreichen.
    [NOT_ACKNOWLEDGED] Er wurde nicht rechtzeitig bestätigt.
    [UNDECIDED] Er wurde nicht rechtzeitig entschieden.
    [SILENCE_PROMISE_MISSED] Ein versprochener Anruf ist ausgeblieben.
   *[other] Er liegt ab jetzt bei Ihnen.
}
manager-released =
    .title = Ein Fall liegt nicht mehr bei Ihnen: { $site }
    .text = Fall { $escalation_id }, { $site }, liegt { $manager ->
        [none] nicht mehr bei Ihnen.
       *[other] jetzt bei { $manager }.
    } Sie müssen nichts weiter tun.
    .sms = Fall { $escalation_id }, { $site }, liegt { $manager ->
        [none] nicht mehr bei Ihnen.
       *[other] jetzt bei { $manager }.
    } Sie müssen nichts weiter tun.
manager-passed-by =
    .title = Ein Fall ging an die nächste Ebene: { $site }
    .text = Fall { $escalation_id }, { $site }, ging an die nächste Ebene{ $manager ->
        [none] { "" }
       *[other] {" "}und liegt jetzt bei { $manager }
    }. { passed-why } Bis ihn dort jemand bestätigt, können Sie noch handeln.
    .sms = Fall { $escalation_id }, { $site }, ging an die nächste Ebene{ $manager ->
        [none] { "" }
       *[other] {" "}({ $manager })
    }. Bis ihn dort jemand bestätigt, können Sie noch handeln.
passed-why = { $why ->
    [NOT_ACKNOWLEDGED] Er wurde nicht rechtzeitig bestätigt.
    [UNDECIDED] Er wurde nicht rechtzeitig entschieden.
    [SILENCE_PROMISE_MISSED] Ein versprochener Anruf ist ausgeblieben.
   *[other] { "" }
}
manager-kept =
    .title = Ein Fall bleibt bei Ihnen: { $site }
    .text = { case-line } Er hätte an die nächste Ebene gehen sollen, aber es ist sonst niemand zu erreichen. Er bleibt deshalb bei Ihnen. { please-decide }
    .sms = Fall { $escalation_id }, { $site }: { case }. Sonst ist niemand zu erreichen, der Fall bleibt bei Ihnen. { short-decide } { said-short }
manager-warned =
    .title = Eine Frist läuft ab: { $site }
    .text = { case-line } { warned-why } { $deadline ->
        [ACKNOWLEDGE] { please-both }
       *[other] { please-decide }
    }
    .sms = Fall { $escalation_id }, { $site }: { case }. Eine Frist läuft ab. { $deadline ->
        [ACKNOWLEDGE] { short-both }
       *[other] { short-decide }
    } { said-short }
warned-why = { $deadline ->
    [ACKNOWLEDGE] { $percent } % der Zeit zum Bestätigen sind vorbei.
    [DECIDE] { $percent } % der Zeit zum Entscheiden sind vorbei.
   *[other] Eine Frist läuft ab.
}
manager-overdue =
    .title = Ein Fall ist überfällig: { $site }
    .text = { case-line } Er sollte inzwischen entschieden sein. { safety-line } Bitte entscheiden Sie ihn sofort; der Kunde weiß von der Verspätung.
    .sms = Fall { $escalation_id }, { $site }, ist überfällig: { case }. { safety-line } Bitte entscheiden Sie sofort; der Kunde weiß von der Verspätung. { said-short }
manager-deadlines-changed =
    .title = Neue Fristen für einen Fall: { $site }
    .text = { case-line } Mit den Öffnungszeiten oder Regeln haben sich die Fristen geändert: { list-both }
    .sms = Fall { $escalation_id }, { $site }: { case }. Neue Fristen. { short-both }
manager-promise-missed =
    .title = Ein versprochener Anruf ist ausgeblieben
    .text = { case-line } Der Kunde hat den versprochenen Anruf nicht erhalten. Bitte rufen Sie jetzt an.
    .sms = Fall { $escalation_id }, { $site }: { case }. Der versprochene Anruf ist ausgeblieben. Bitte rufen Sie jetzt an. { said-short }
manager-back =
    .title = Ein Fall steht wieder auf Ihrer Liste: { $site }
    .text = { case-line } { back-why } { please-decide }
    .sms = Fall { $escalation_id }, { $site }, wieder auf Ihrer Liste: { case }. { back-why } { short-decide } { said-short }
back-why = { $why ->
    [SNOOZE_ENDED] Die Zeit, für die Sie ihn ausgeblendet hatten, ist vorbei.
    [WAIT_ENDED] Der Kunde hat nicht rechtzeitig geantwortet.
    [CUSTOMER_ANSWERED] Der Kunde hat geantwortet.
   *[other] Er braucht Sie wieder.
}
manager-contact-denied =
    .title = Laut Kunde hat niemand mit ihm gesprochen
    .text = { case-line } Der Kunde sagt, dass niemand mit ihm gesprochen hat; der Kontakt zählt nicht mehr. Bitte rufen Sie an{ and-decide-too }
    .sms = Fall { $escalation_id }, { $site }: { case }. Der Kunde sagt, dass niemand mit ihm gesprochen hat. Bitte rufen Sie an. { short-decide }
manager-customer-not-reached =
    .title = Eine Nachricht kam nicht an: { $site }
    .text = { case-line } Eine Nachricht an den Kunden konnte auf keinem Weg zugestellt werden. Bitte rufen Sie an{ and-decide-too }
    .sms = Fall { $escalation_id }, { $site }: { case }. Keine Nachricht erreicht den Kunden. Bitte rufen Sie an. { short-decide }
manager-incident =
    .title = Viele Fälle auf einmal: { $site }
    .text = { $site }: { $cases } Fälle einer Art sind in kurzer Zeit gekommen und liegen deshalb alle bei Ihnen: { $incident_id }. Jeder behält seine eigenen Fristen.
    .sms = { $site }: { $cases } Fälle einer Art in kurzer Zeit liegen alle bei Ihnen: { $incident_id }. Jeder behält seine Fristen.
manager-informed =
    .title = Neues zu Ihrem Fall: { $site }
    .text = { case-line } { informed } Der Fall bleibt bei Ihnen. { please-decide }
    .sms = Fall { $escalation_id }, { $site }: { informed } Er bleibt bei Ihnen. { short-decide }
informed = { $did ->
    [ACKNOWLEDGED] { $who ->
        [none] Wir haben ihn bestätigt.
       *[other] { $who } hat ihn bestätigt.
    }
    [CONTACTED] { $who ->
        [none] Wir haben mit dem Kunden gesprochen.
       *[other] { $who } hat mit dem Kunden gesprochen.
    }
    [PROMISED] { $who ->
        [none] Wir haben dem Kunden bis { $until } einen Anruf zugesagt.
       *[other] { $who } hat dem Kunden bis { $until } einen Anruf zugesagt.
    }
    [WAITING] { $who ->
        [none] Wir haben den Kunden bis { $until } um Antwort gebeten.
       *[other] { $who } hat den Kunden bis { $until } um Antwort gebeten.
    }
   *[SNOOZED] { $who ->
        [none] Wir haben ihn bis { $until } von Ihrer Liste genommen.
       *[other] { $who } hat ihn bis { $until } von Ihrer Liste genommen.
    }
}
manager-resolved =
    .title = Ein Fall ist entschieden: { $site }
    .text = Fall { $escalation_id }, { $site }, wurde von { $who ->
        [none] uns
       *[other] { $who }
    } entschieden: { outcome-word }.
    .sms = Fall { $escalation_id }, { $site }, wurde von { $who ->
        [none] uns
       *[other] { $who }
    } entschieden: { outcome-word }.
outcome-word = { $outcome ->
    [UPHELD] begründet
    [PARTLY_UPHELD] teilweise begründet
    [ABUSIVE] missbräuchlich
   *[UNFOUNDED] unbegründet
}
manager-confirmed =
    .title = Missbrauch bestätigt: { $site }
    .text = Fall { $escalation_id }, { $site }: { confirmed-by } Der Kunde ist benachrichtigt; ab jetzt zählt es.
    .sms = Fall { $escalation_id }, { $site }: { confirmed-by } Ab jetzt zählt es.
confirmed-by = { $who ->
    [none] Wir haben den Missbrauch bestätigt.
   *[other] { $who } hat den Missbrauch bestätigt.
}
manager-many-low =
    .title = Viele kleinere Fälle: { $site }
    .text = { $site }: { $cases } kleinere Fälle innerhalb von { $days } Tagen. Jeder wird im Betrieb entschieden und geht nicht weiter nach oben; deshalb weisen wir Sie einmal darauf hin, dass es viele sind. Bitte prüfen Sie, ob sie eine gemeinsame Ursache haben. Der letzte Fall: { $escalation_id }.
    .sms = { $site }: { $cases } kleinere Fälle innerhalb von { $days } Tagen, jeder im Betrieb entschieden. Bitte prüfen Sie, ob es eine gemeinsame Ursache gibt. Der letzte: { $escalation_id }.
manager-to-confirm =
    .title = Missbrauch zu bestätigen: { $site }
    .text = { case-line } { found-abusive } { confirm-line }
    .sms = Fall { $escalation_id }, { $site }: { found-abusive } { confirm-short }
found-abusive = { $who ->
    [none] Wir haben den Fall als Missbrauch eingestuft.
   *[other] { $who } hat den Fall als Missbrauch eingestuft.
}
confirm-line = { $until_passed ->
    [yes] Bis { $until } hat das niemand bestätigt; der Fall gilt als unbegründet.
   *[no] { not-confirmed } Als Missbrauch zählt er nur, wenn eine zweite Person das bis { $until } bestätigt; sonst gilt er als unbegründet. Bitte sehen Sie sich den Fall an, und bestätigen Sie, wenn Sie zustimmen.
}
confirm-short = { $until_passed ->
    [yes] Das hat niemand rechtzeitig bestätigt; er gilt als unbegründet.
   *[no] { not-confirmed } Wenn Sie zustimmen, bestätigen Sie es bitte bis { $until }; sonst gilt er als unbegründet.
}
not-confirmed = { $again ->
    [yes] Bisher hat das niemand bestätigt.
   *[no] { "" }
}
manager-wish =
    .title = Neuer Wunsch zu Ihrem Fall: { $site }
    .text = { case-line } Der Kunde hat sich noch einmal gemeldet. { wish-line } { after-decision }
    .sms = Fall { $escalation_id }, { $site }: Der Kunde hat sich noch einmal gemeldet. { wish-line } { said-short }
manager-not-settled =
    .title = Ein entschiedener Fall ist noch nicht geklärt
    .text = { case-line } Entschieden wurde: { outcome-word }. Der Kunde sagt jetzt, dass es nicht geklärt ist. Sie können den Fall noch einmal ansehen und wieder öffnen.
    .sms = Fall { $escalation_id }, { $site }: entschieden als { outcome-word }, laut Kunde aber nicht geklärt. Sie können ihn wieder öffnen. { said-short }
manager-reopened =
    .title = Ein Fall ist wieder offen: { $site }
    .text = { case-line } Er ist wieder offen und liegt bei Ihnen. { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Fall { $escalation_id }, { $site }, ist wieder offen und liegt bei Ihnen: { case }. { short-both } { said-short }
manager-withdrawn =
    .title = Ein Fall ist abgeschlossen: { $site }
    .text = Fall { $escalation_id }, { $site }, ist abgeschlossen: { $withdrawn ->
        [yes] Der Kunde hat ihn zurückgenommen.
       *[no] Die Lage hat sich geändert, es ist nichts mehr zu entscheiden.
    }
    .sms = Fall { $escalation_id }, { $site }, ist abgeschlossen: { $withdrawn ->
        [yes] Der Kunde hat ihn zurückgenommen.
       *[no] Die Lage hat sich geändert, es ist nichts mehr zu entscheiden.
    }
manager-refused =
    .title = Ihre Aktion war nicht möglich
    .text = Fall { $escalation_id }, { $site }: Ihre Aktion „{ action-word }“ war nicht möglich: { refused-why }
    .sms = Fall { $escalation_id }, { $site }: Ihre Aktion „{ action-word }“ war nicht möglich: { refused-why }
action-word = { $action ->
    [ACKNOWLEDGE] Bestätigen
    [CONTACTED] Gespräch geführt
    [PROMISE] Anruf versprechen
    [WAIT] Auf Antwort warten
    [SNOOZE] Ausblenden
    [REASSIGN] Weitergeben
    [RESOLVE] Entscheiden
    [REOPEN] Wieder öffnen
    [CONFIRM] Missbrauch bestätigen
   *[other] { $action }
}
refused-why = { $why ->
    [NOT_ENTITLED] Der Fall liegt nicht bei Ihnen.
    [CLOSED] Der Fall ist abgeschlossen.
    [ALREADY_ACKNOWLEDGED] Er ist bereits bestätigt.
    [NO_OUTCOME] Ein Ergebnis fehlt.
    [NOT_ASKED_FOR] Wir haben den Fall selbst festgestellt, der Kunde hat nicht darum gebeten; deshalb kann er nicht missbräuchlich sein.
    [NO_UNTIL] Eine Zeitangabe fehlt.
    [UNTIL_IS_PAST] Der angegebene Zeitpunkt ist schon vorbei.
    [NO_SUCH_MANAGER] Niemand mit dieser Kennung steht im Verzeichnis.
    [HAS_IT_ALREADY] Der Fall liegt bereits dort.
    [NOT_CLOSED] Der Fall ist nicht abgeschlossen.
    [WENT_INTO_ANOTHER] Der Fall ist in einem anderen aufgegangen.
    [CUSTOMER_FORGOTTEN] Die Daten des Kunden wurden auf seinen Wunsch gelöscht.
    [ANOTHER_IS_OPEN] Zum selben Werkstatttermin ist ein anderer Fall offen.
    [ENDED_TOO_LONG_AGO] Der Fall ist schon zu lange abgeschlossen.
    [REOPENED_BEFORE] Der Fall wurde erst vor Kurzem wieder geöffnet.
    [TAKEN_BACK] Der Fall wurde vom Kunden zurückgenommen.
    [NOT_YET] Das steht noch nicht zur Verfügung.
    [ONLY_WITH_RESOLVE] Eine Abhilfe oder Nachricht gehört zu einer Entscheidung.
    [NOTHING_UPHELD] Eine Abhilfe gibt es nur, wenn der Einwand berechtigt ist.
    [NO_AMOUNT] Der Betrag fehlt.
    [OTHER_CURRENCY] Der Betrag muss in der Währung des Werkstatttermins sein.
    [NO_ESTIMATE] Es fehlt, um welchen Kostenvoranschlag es geht.
    [BY_IS_PAST] Der Zeitpunkt der Abhilfe ist schon vorbei.
    [NOT_CONTACTED] Bisher hat niemand mit dem Kunden gesprochen.
    [WAIT_TOO_LONG] So lange darf der Fall nicht mehr auf eine Antwort warten.
    [NO_REASON] Eine Begründung fehlt.
    [ABUSIVE_ON_SAFETY] Ein Fall, der die Sicherheit betreffen kann, ist nie ein Missbrauch.
    [NOT_ABUSIVE] Der Fall ist nicht als Missbrauch entschieden.
    [CONFIRMED_BEFORE] Das ist bereits bestätigt.
    [BY_THE_SAME] Eine andere Person muss das bestätigen.
    [RESOLVED_TOO_LONG_AGO] Die Entscheidung liegt zu lange zurück.
   *[other] Das geht jetzt nicht.
}

## An den Betrieb, also an die Serviceberatung, die mit dem Kunden spricht

site-opened =
    .title = Ein Kunde hat einen Fall: { $site }
    .text = { case-line } { safety-line } { site-manager }
    .sms = Fall { $escalation_id }, { $site }: { case }. { safety-line } { site-manager }
site-manager = { $manager ->
    [none] Er liegt noch bei niemandem.
   *[other] Er liegt bei { $manager }; Rückfragen an Sie sind möglich.
}
site-not-kept =
    .title = Entscheidung nicht eingehalten: { $site }
    .text = Fall { $escalation_id }, { $site }: { case }. Bitte halten Sie die Entscheidung ein oder sagen Sie der Leitung, was dagegen spricht. { site-manager }
    .sms = Fall { $escalation_id }, { $site }: { case }. Bitte halten Sie die Entscheidung ein. { site-manager }
site-incident =
    .title = Viele Fälle auf einmal: { $site }
    .text = { $site }: { $cases } Fälle einer Art sind in kurzer Zeit gekommen: { $incident_id }. { site-managers }
    .sms = { $site }: { $cases } Fälle einer Art in kurzer Zeit: { $incident_id }. { site-managers }
site-managers = { $manager ->
    [none] Sie liegen noch bei niemandem.
   *[other] Sie liegen bei { $manager }.
}
site-resolved =
    .title = Ein Fall ist entschieden: { $site }
    .text = Fall { $escalation_id }, { $site }, ist entschieden: { outcome-word }. { site-remedy }
    .sms = Fall { $escalation_id }, { $site }, ist entschieden: { outcome-word }. { site-remedy }
site-remedy = { $remedy ->
    [PRICE_TO] Bitte berechnen Sie { $remedy_amount }{ $estimate_id ->
        [none] { "" }
       *[other] {" "}(Kostenvoranschlag { $estimate_id })
    }.
    [FREE_OF_CHARGE] Bitte berechnen Sie nichts{ $estimate_id ->
        [none] { "" }
       *[other] {" "}(Kostenvoranschlag { $estimate_id })
    }.
    [GOODWILL] { $remedy_amount ->
        [none] Der Kunde erhält ein Kulanzangebot.
       *[other] Der Kunde erhält aus Kulanz { $remedy_amount }.
    }
    [SECOND_DIAGNOSIS] Bitte untersuchen Sie das Fahrzeug ein zweites Mal.
    [LOANER] Bitte stellen Sie dem Kunden einen Ersatzwagen.
    [APOLOGY] Der Kunde erhält eine Entschuldigung.
    [NONE] Sie müssen nichts weiter tun.
   *[OTHER] Bitte fragen Sie die Leitung, was zu tun ist.
} { $remedy_by ->
    [none] { "" }
   *[other] { $remedy_passed ->
        [yes] Das sollte bis { $remedy_by } erledigt sein.
       *[no] Bitte sorgen Sie dafür, dass es bis { $remedy_by } erledigt ist.
    }
}
site-withdrawn =
    .title = Ein Fall ist abgeschlossen: { $site }
    .text = Fall { $escalation_id }, { $site }, ist abgeschlossen: { $withdrawn ->
        [yes] Der Kunde hat ihn zurückgenommen.
       *[no] Die Lage hat sich geändert, es ist nichts mehr zu entscheiden.
    }
    .sms = Fall { $escalation_id }, { $site }, ist abgeschlossen: { $withdrawn ->
        [yes] Der Kunde hat ihn zurückgenommen.
       *[no] Die Lage hat sich geändert, es ist nichts mehr zu entscheiden.
    }

## Die Kontaktkarte

contacts-managers = Bei Fragen zu Ihrem Werkstatttermin erreichen Sie bei { $site }:
contacts-site = Bei Fragen zu Ihrem Werkstatttermin erreichen Sie { $site } unter { $phone }.
contacts-manager = { $manager }: { $reach } ({ $hours })
contacts-hours = { $weekdays } { $begin }–{ $end } Uhr
contacts-always = jederzeit
clock-time = { $clock }

## Der Link zum Anliegen, am Ende dessen, was Kunden geschickt wird

link-line = Hier sehen Sie den Stand Ihres Anliegens: { $link }
link-short = { $link }
