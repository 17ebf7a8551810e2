### Die Worte jeder Regel auf Deutsch: .customer an den Kunden, .manager an die Leitung (Vorbild: en.ftl).

rule-ESTIMATE_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] Sie haben einem Preis von { $base }{ $tax ->
            [before] {" "}ohne Steuern
           *[with] {""}
        } zugestimmt. Der Kostenvoranschlag für Ihr Fahrzeug beträgt jetzt { $amount }, das sind { $excess } mehr.
       *[no] Der Kostenvoranschlag für Ihr Fahrzeug ist von { $base } auf { $amount }{ $tax ->
            [before] {" "}ohne Steuern
           *[with] {""}
        } gestiegen, das sind { $excess } mehr.
    }
    .manager = Der Kostenvoranschlag stieg von { $base } auf { $amount }, { $excess } mehr

rule-CHARGED_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] Sie haben einem Preis von { $base }{ $tax ->
            [before] {" "}ohne Steuern
           *[with] {""}
        } zugestimmt; berechnet wurden Ihnen { $amount }, das sind { $excess } mehr.
       *[no] Ihnen wurden { $amount } berechnet, obwohl wir keine Zustimmung von Ihnen zu einem Preis haben.
    }
    .manager = Es wurden { $amount } berechnet, { $excess } mehr als vereinbart

rule-ESTIMATE_DECLINED_WORK_DONE =
    .customer = An Ihrem Fahrzeug wurden Arbeiten ausgeführt, die Sie abgelehnt hatten.
    .manager = Abgelehnte Arbeiten wurden ausgeführt

rule-ESTIMATE_CHARGES_COVERED_WORK =
    .customer = Ihnen werden { $amount } für Arbeiten berechnet, die die Garantie { $shared ->
        [yes] zu einem größeren Teil
       *[no] {""}
    } tragen sollte.
    .manager = { $amount } werden { $shared ->
        [yes] berechnet, mehr als der Eigenanteil bei Garantie
       *[no] für Arbeiten berechnet, die die Garantie trägt
    }

rule-ESTIMATE_DISPUTED =
    .customer = Sie haben uns mitgeteilt, dass Sie mit dem Kostenvoranschlag nicht einverstanden sind.
    .manager = Widerspruch gegen den Kostenvoranschlag

rule-DIAGNOSIS_DISPUTED =
    .customer = Sie haben uns mitgeteilt, dass Sie mit der Diagnose nicht einverstanden sind.
    .manager = Widerspruch gegen die Diagnose

rule-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION =
    .customer = Die Diagnose wurde geändert, nachdem Sie den Arbeiten zugestimmt hatten.
    .manager = Die Diagnose wurde nach der Zustimmung geändert

rule-DIAGNOSIS_REMOTE_DIFFERS =
    .customer = Die Diagnose des Servicebetriebs weicht von der vorherigen Ferndiagnose ab.
    .manager = Die Diagnose weicht von der Ferndiagnose ab

rule-DIAGNOSIS_NO_FAULT_FOUND_AGAIN =
    .customer = Sie waren { $visits ->
        [one] einmal
        [2] zweimal
       *[other] { $visits }-mal
    } mit demselben Problem bei uns, und es wurde kein Fehler gefunden.
    .manager = Bei { $visits } Besuchen wurde kein Fehler gefunden

rule-WARRANTY_DENIED_AGAINST_CAUSE =
    .customer = Ihr Garantieantrag wurde abgelehnt, obwohl die Diagnose auf einen Herstellungsfehler hinweist.
    .manager = Garantie abgelehnt, obwohl die Ursache in der Herstellung liegt

rule-WARRANTY_REVERSED =
    .customer = { $less ->
        [yes] Ihre Garantie übernimmt jetzt weniger, als zuerst zugesagt wurde.
       *[no] Ihr Garantieantrag wurde zuerst bewilligt und später abgelehnt.
    }
    .manager = { $less ->
        [yes] Garantie übernimmt weniger als zuerst zugesagt
       *[no] Garantie erst bewilligt, dann abgelehnt
    }

rule-WARRANTY_DISPUTED =
    .customer = Sie haben uns mitgeteilt, dass Sie mit der Entscheidung über Ihren Garantieantrag nicht einverstanden sind.
    .manager = Widerspruch gegen die Garantieentscheidung

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

rule-SILENCE_NO_WORD =
    .customer = Sie haben uns etwas gefragt und noch keine Antwort erhalten.
    .manager = Eine Frage blieb ohne Antwort

rule-SILENCE_READY_TIME_MOVED =
    .customer = Der Termin, zu dem Ihr Fahrzeug fertig sein sollte, wurde mehr als einmal verschoben.
    .manager = Der Fertigstellungstermin wurde mehrfach verschoben

rule-REQUESTED_BY_CUSTOMER =
    .customer = { $asked ->
        [called] Sie haben eine unserer Führungskräfte angerufen.
        [disagrees] Sie haben uns mitgeteilt, dass Sie nicht einverstanden sind.
        [appealed] Sie haben Einspruch gegen eine Entscheidung eingelegt. Das ist hier nicht möglich, deshalb behandeln wir es als Bitte um ein Gespräch mit einer Führungskraft.
       *[button] Sie haben um ein Gespräch mit einer Führungskraft gebeten.
    }
    .manager = Bitte um ein Gespräch mit einer Führungskraft

rule-APPEALED_BY_CUSTOMER =
    .customer = Sie haben Einspruch gegen unsere Entscheidung eingelegt.
    .manager = Einspruch

rule-SILENCE_READY_TIME_PASSED =
    .customer = Der Termin, zu dem Ihr Fahrzeug fertig sein sollte, ist ohne Nachricht verstrichen.
    .manager = Der Fertigstellungstermin verstrich ohne Nachricht

rule-DECISION_NOT_KEPT =
    .customer = { $not_kept ->
        [price] Wir haben entschieden, dass Sie höchstens { $base } zahlen. Der Preis beträgt jetzt { $amount }, also { $excess } mehr.
        [claim] Wir haben Ihnen bei Ihrem Garantieantrag recht gegeben. Er wurde seitdem aber nicht bewilligt.
       *[remedy] Was wir Ihnen zugesagt haben, ist unseres Wissens nicht rechtzeitig geschehen.
    }
    .manager = Unsere Entscheidung wurde nicht eingehalten: { $not_kept ->
        [price] { $excess } zu viel
        [claim] Garantieantrag nicht bewilligt
       *[remedy] Zusage nicht erfüllt
    }
