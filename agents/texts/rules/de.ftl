### Die Worte jeder Regel auf Deutsch (Vorbild: en.ftl): .customer an den Kunden, .manager an die Leitung,
### .matter nach „Ihr Anliegen ...“, .gone, warum es nicht mehr gilt.

rule-ESTIMATE_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] Sie haben einem Preis von { $base }{ $tax ->
            [before] {" "}netto
           *[with] {""}
        } zugestimmt. Der Kostenvoranschlag für Ihr Fahrzeug beträgt jetzt { $amount }, das sind { $excess } mehr.
       *[no] Der Kostenvoranschlag für Ihr Fahrzeug ist von { $base } auf { $amount }{ $tax ->
            [before] {" "}netto
           *[with] {""}
        } gestiegen, das sind { $excess } mehr.
    }
    .manager = Der Kostenvoranschlag stieg von { $base } auf { $amount }, { $excess } mehr
    .matter = zum gestiegenen Kostenvoranschlag
    .gone = { $gone ->
        [AGREED] Sie haben dem neuen Preis zugestimmt.
        [AGREED_LESS] Sie haben einem niedrigeren Preis zugestimmt; der Rest gilt als abgelehnt.
        [DECLINED] Sie haben den neuen Preis abgelehnt.
       *[other] Der Kostenvoranschlag wurde geändert und liegt jetzt in dem Rahmen, der ohne Rückfrage zulässig ist.
    }

rule-CHARGED_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] Sie haben einem Preis von { $base }{ $tax ->
            [before] {" "}netto
           *[with] {""}
        } zugestimmt; berechnet wurden Ihnen { $amount }, das sind { $excess } mehr.
       *[no] Ihnen wurden { $amount } berechnet, obwohl wir keine Zustimmung von Ihnen zu einem Preis haben.
    }
    .manager = Es wurden { $amount } berechnet, { $excess } mehr als vereinbart
    .matter = zum berechneten Betrag
    .gone = { $gone ->
        [AGREED] Sie hatten dem berechneten Betrag zugestimmt.
       *[other] Nach heutigem Stand wurde Ihnen nicht mehr berechnet, als Sie zugestimmt hatten.
    }

rule-ESTIMATE_DECLINED_WORK_DONE =
    .customer = An Ihrem Fahrzeug wurden Arbeiten ausgeführt, die Sie abgelehnt hatten.
    .manager = Abgelehnte Arbeiten wurden ausgeführt
    .matter = zu den abgelehnten Arbeiten
    .gone = Nach heutigem Stand wurden keine Arbeiten ausgeführt, die Sie abgelehnt hatten.

rule-ESTIMATE_CHARGES_COVERED_WORK =
    .customer = Ihnen werden { $amount } für Arbeiten berechnet, die die Garantie { $shared ->
        [yes] zu einem größeren Teil
       *[no] {""}
    } tragen sollte.
    .manager = { $amount } werden { $shared ->
        [yes] berechnet, mehr als der Eigenanteil bei Garantie
       *[no] für Arbeiten berechnet, die die Garantie trägt
    }
    .matter = zur Berechnung von Garantiearbeiten
    .gone = { $gone ->
        [AGREED] Sie haben diesem Anteil an den Arbeiten zugestimmt.
       *[other] Nach heutigem Stand werden Ihnen keine Arbeiten berechnet, die die Garantie tragen sollte.
    }

rule-ESTIMATE_DISPUTED =
    .customer = Sie haben uns mitgeteilt, dass Sie mit dem Kostenvoranschlag nicht einverstanden sind.
    .manager = Widerspruch gegen den Kostenvoranschlag
    .matter = zum Kostenvoranschlag

rule-DIAGNOSIS_DISPUTED =
    .customer = Sie haben uns mitgeteilt, dass Sie mit der Diagnose nicht einverstanden sind.
    .manager = Widerspruch gegen die Diagnose
    .matter = zur Diagnose

rule-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION =
    .customer = Die Diagnose wurde geändert, nachdem Sie den Arbeiten zugestimmt hatten.
    .manager = Die Diagnose wurde nach der Zustimmung geändert
    .matter = zur geänderten Diagnose
    .gone = Nach heutigem Stand wurde die Diagnose nach Ihrer Zustimmung nicht geändert.

rule-DIAGNOSIS_REMOTE_DIFFERS =
    .customer = Die Diagnose des Servicebetriebs weicht von der vorherigen Ferndiagnose ab.
    .manager = Die Diagnose weicht von der Ferndiagnose ab
    .matter = zu den beiden Diagnosen
    .gone = Die beiden Diagnosen weichen nicht mehr voneinander ab.

rule-DIAGNOSIS_NO_FAULT_FOUND_AGAIN =
    .customer = Sie waren { $visits ->
        [one] einmal
        [2] zweimal
       *[other] { $visits }-mal
    } mit demselben Problem bei uns, und es wurde kein Fehler gefunden.
    .manager = Bei { $visits } Werkstattterminen wurde kein Fehler gefunden
    .matter = zur Fehlersuche
    .gone = Die Befunde zu Ihrem Fahrzeug wurden inzwischen berichtigt.

rule-WARRANTY_DENIED_AGAINST_CAUSE =
    .customer = Ihr Garantieantrag wurde abgelehnt, obwohl die Diagnose auf einen Herstellungsfehler hinweist.
    .manager = Garantie abgelehnt, obwohl die Ursache in der Herstellung liegt
    .matter = zu Ihrem Garantieantrag
    .gone = { $gone ->
        [DIAGNOSIS] Die Diagnose weist nicht mehr auf einen Herstellungsfehler hin.
       *[other] Ihr Garantieantrag ist nicht mehr abgelehnt.
    }

rule-WARRANTY_REVERSED =
    .customer = { $less ->
        [yes] Ihre Garantie übernimmt jetzt weniger, als zuerst zugesagt wurde.
       *[no] Ihr Garantieantrag wurde zuerst bewilligt und später abgelehnt.
    }
    .manager = { $less ->
        [yes] Garantie übernimmt weniger als zuerst zugesagt
       *[no] Garantie erst bewilligt, dann abgelehnt
    }
    .matter = zu Ihrem Garantieantrag
    .gone = Ihre Garantie übernimmt wieder, was zuerst zugesagt wurde.

rule-WARRANTY_DISPUTED =
    .customer = Sie haben uns mitgeteilt, dass Sie mit der Entscheidung über Ihren Garantieantrag nicht einverstanden sind.
    .manager = Widerspruch gegen die Garantieentscheidung
    .matter = zur Garantie

rule-WARRANTY_REPEAT_REPAIR =
    .customer = { $by ->
        [days] Sie mussten wegen Reparaturen { $days ->
            [one] einen Tag
           *[other] { $days } Tage
        } auf Ihr Fahrzeug verzichten.
       *[attempts] Ihr Fahrzeug wurde { $attempts ->
            [one] einmal
            [2] zweimal
           *[other] { $attempts }-mal
        } wegen desselben Problems repariert.
    }
    .manager = { $by ->
        [days] { $days } Tage außer Betrieb
       *[attempts] { $attempts } Reparaturen wegen eines Problems
    }
    .matter = zu den wiederholten Reparaturen
    .gone = Die Angaben zu den Reparaturen an Ihrem Fahrzeug wurden inzwischen berichtigt.

rule-SILENCE_NO_WORD =
    .customer = Sie haben uns etwas gefragt und noch keine Antwort erhalten.
    .manager = Eine Frage blieb ohne Antwort
    .matter = zu Ihrer Frage
    .gone = Wir haben erfahren, dass Sie rechtzeitig eine Antwort erhalten hatten.

rule-SILENCE_READY_TIME_MOVED =
    .customer = Der Termin, zu dem Ihr Fahrzeug fertig sein sollte, wurde mehrfach verschoben.
    .manager = Der Fertigstellungstermin wurde mehrfach verschoben
    .matter = zum Fertigstellungstermin
    .gone = Nach heutigem Stand wurde der Fertigstellungstermin nicht mehrfach verschoben.

rule-REQUESTED_BY_CUSTOMER =
    .customer = { $asked ->
        [called] Sie haben jemanden aus der Leitung angerufen.
        [disagrees] Sie haben uns mitgeteilt, dass Sie nicht einverstanden sind.
        [appealed] Sie haben Einspruch gegen eine Entscheidung eingelegt. Das ist hier nicht möglich, deshalb behandeln wir es als Bitte um ein Gespräch mit der Leitung.
       *[button] Sie haben um ein Gespräch mit der Leitung gebeten.
    }
    .manager = Der Kunde bittet um ein Gespräch mit der Leitung
    .matter = zum gewünschten Gespräch

rule-APPEALED_BY_CUSTOMER =
    .customer = Sie haben Einspruch gegen unsere Entscheidung eingelegt.
    .manager = Der Kunde legt Einspruch ein
    .matter = zu Ihrem Einspruch

rule-SILENCE_READY_TIME_PASSED =
    .customer = Der Termin, zu dem Ihr Fahrzeug fertig sein sollte, ist ohne Nachricht verstrichen.
    .manager = Der Fertigstellungstermin verstrich ohne Nachricht
    .matter = zum verstrichenen Fertigstellungstermin
    .gone = Wir haben erfahren, dass Sie rechtzeitig Nachricht zu Ihrem Fahrzeug erhalten hatten.

rule-DECISION_NOT_KEPT =
    .customer = { $not_kept ->
        [price] Wir haben entschieden, dass Sie höchstens { $base } zahlen. Der Preis beträgt jetzt { $amount }, also { $excess } mehr.
        [claim] Wir haben entschieden, dass Ihr Einwand zur Garantie berechtigt ist. Bewilligt wurde sie seitdem aber nicht.
       *[remedy] Was wir Ihnen zugesagt haben, ist unseres Wissens nicht rechtzeitig geschehen.
    }
    .manager = Unsere Entscheidung wurde nicht eingehalten: { $not_kept ->
        [price] { $excess } zu viel
        [claim] Garantieantrag nicht bewilligt
       *[remedy] Zusage nicht erfüllt
    }
    .matter = zur nicht eingehaltenen Entscheidung
    .gone = Nach heutigem Stand wird die Entscheidung eingehalten.
