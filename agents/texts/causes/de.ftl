### Der wöchentliche Brief an einen Betrieb (Vorbild: en.ftl).

title = Ursachen bei { $site }, Woche { $week }/{ $year }
period = { $first } bis { $last }: { $visits ->
    [one] Ein Werkstatttermin begann
   *[other] { $visits } Werkstatttermine begannen
}, { $cases ->
    [0] nichts erforderte die Leitung
    [one] einmal war die Leitung gefragt
   *[other] { $cases }-mal war die Leitung gefragt
}.
causes = Woher es kommt, soweit die Aufzeichnungen zurückreichen:
cause = { $number }. { $cause }: { $cases ->
    [one] ein Fall
   *[other] { $cases } Fälle
}, { $rate } auf 1.000 Termine.
stands-out = Das ist hier häufiger als an den anderen Standorten ({ $elsewhere } auf 1.000 Termine).
avoidable = { $way } hätte { $share } % davon vermieden.
example = Ein Beispiel: recourse explain { $example }
fixes = Was sich geändert hat, seit etwas unternommen wurde:
since = { $what }, seit { $day }:
rarer = Es ist seltener geworden. Vorher { $before } auf 1.000 Termine, seitdem { $since }.
more-frequent = Es ist häufiger geworden. Vorher { $before } auf 1.000 Termine, seitdem { $since }.
not-yet = Für eine Aussage reicht es noch nicht. Vorher { $before } auf 1.000 Termine, seitdem { $since }.
nothing-before = Eine Aussage ist nicht möglich, denn vorher gab es keinen Fall.
reading = Die Werte von Standorten mit wenigen Terminen sind denen aller Standorte angenähert. Dass etwas hier häufiger ist oder sich geändert hat, steht hier nur, wenn es kaum Zufall sein kann.

first-diagnosis-right = Eine richtige erste Diagnose
asked-first = Eine Rückfrage beim Kunden
claim-by-cause = Eine Entscheidung des Garantieantrags nach der Ursache
answered-in-4-hours = Eine Antwort binnen vier Stunden
ready-time-kept = Ein eingehaltener Fertigstellungstermin

cause-ESTIMATE_OVER_AUTHORISED = Kostenvoranschläge über dem, was der Kunde freigegeben hat
cause-CHARGED_OVER_AUTHORISED = Rechnungen über dem, was der Kunde freigegeben hat
cause-ESTIMATE_DECLINED_WORK_DONE = Ausgeführte Arbeiten, die abgelehnt waren
cause-ESTIMATE_CHARGES_COVERED_WORK = Berechnete Arbeiten, die die Garantie deckt
cause-ESTIMATE_DISPUTED = Beanstandete Kostenvoranschläge
cause-DIAGNOSIS_DISPUTED = Beanstandete Diagnosen
cause-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION = Diagnosen, die sich nach der Freigabe ändern
cause-DIAGNOSIS_REMOTE_DIFFERS = Ferndiagnosen, die sich in der Werkstatt nicht bestätigen
cause-DIAGNOSIS_NO_FAULT_FOUND_AGAIN = Wieder kein Fehler gefunden
cause-WARRANTY_DENIED_AGAINST_CAUSE = Garantieanträge, die trotz Herstellungsfehler abgelehnt werden
cause-WARRANTY_REVERSED = Zurückgenommene Garantieentscheidungen
cause-WARRANTY_DISPUTED = Beanstandete Garantieentscheidungen
cause-WARRANTY_REPEAT_REPAIR = Wiederholte Reparaturen desselben Fehlers
cause-SILENCE_NO_WORD = Fragen ohne Antwort
cause-SILENCE_READY_TIME_MOVED = Mehrfach verschobene Fertigstellungstermine
cause-SILENCE_READY_TIME_PASSED = Fertigstellungstermine, die ohne Nachricht verstrichen
cause-REQUESTED_BY_CUSTOMER = Kunden, die die Leitung verlangen
cause-APPEALED_BY_CUSTOMER = Einsprüche
cause-DECISION_NOT_KEPT = Entscheidungen, die nicht eingehalten wurden
