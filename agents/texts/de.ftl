### Was Kunden zu ihrem Anliegen lesen, auf Deutsch. Siehe en.ftl.

## Von einer Regel, die erst eine neuere Version kennt

later-finding = Eine neuere Version dieses Dienstes hat bei Ihrem Werkstatttermin etwas festgestellt.
later-matter = zu dem, was eine neuere Version dieses Dienstes festgestellt hat

## Was wir tun, nach Entscheidung

decision-below-threshold = Das liegt innerhalb dessen, was eine Reparatur ohne erneute Rückfrage kosten darf; es ist also nichts weiter zu entscheiden.
decision-awaiting = Sie haben dem neuen Preis noch nicht zugestimmt und ihn nicht abgelehnt; deshalb ist noch nichts zu entscheiden. Beides können Sie noch tun.
decision-unknown = Eine neuere Version dieses Dienstes hat darüber entschieden und kann Ihnen mehr sagen.
decision-not-eligible = Bei diesem Werkstatttermin können Sie sich noch nicht direkt an die Leitung wenden. Bitte sprechen Sie mit Ihrem Servicebetrieb, der Ihnen gern hilft.
decision-shadowed = Bei diesem Werkstatttermin können Sie sich noch nicht direkt an die Leitung wenden. Bitte sprechen Sie mit Ihrem Servicebetrieb, der Ihnen gern hilft.
decision-found = Das haben wir selbst festgestellt; es zählt nicht als Anfrage von Ihnen.
decision-raised = { $safety ->
    [yes] Da es Ihre Sicherheit betreffen kann, haben wir die Leitung um eine sofortige Entscheidung gebeten.
   *[no] Wir haben die Leitung gebeten, sich darum zu kümmern.
}
decision-joined = { $urgent ->
    [again] Wir haben Ihr Anliegen wieder geöffnet.
    [safety] Da es Ihre Sicherheit betreffen kann, haben wir um eine sofortige Entscheidung gebeten.
    [yes] Wir behandeln es jetzt mit höherer Dringlichkeit.
   *[no] Wir haben es an die Leitung weitergegeben, die sich bereits um Ihren Werkstatttermin kümmert.
}
decision-corrected = { $withdrawn ->
    [yes] Sie haben uns mitgeteilt, dass sich die Sache erledigt hat. Ihr Anliegen { $matter } ist damit erledigt.
   *[no] { changed } Ihr Anliegen { $matter } ist damit erledigt.
}

## Wie es um einen Fall steht

somebody = Die Leitung
contact-phone = Sie erreichen { $name } unter { $contact }.
contact-email = Sie können { $name } schreiben: { $contact }.
escalation-nobody = Wir haben noch niemanden aus der Leitung erreicht, und das tut uns leid. Wir versuchen es weiter.
escalation-open = { $decide_passed ->
    [yes] { $name } ist dafür zuständig. Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] { $name } ist dafür zuständig und meldet sich bis { $decide_by } mit einer Entscheidung.
}
escalation-taken = { $decide_passed ->
    [yes] { $name } hat es übernommen. Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] { $name } hat es übernommen und meldet sich bis { $decide_by } mit einer Entscheidung.
}
escalation-moved = { $decide_passed ->
    [yes] Es liegt jetzt bei { $name }. Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] Es liegt jetzt bei { $name }. Sie hören bis { $decide_by } von uns.
}
escalation-contacted = { $decide_passed ->
    [yes] { $name } hat mit Ihnen gesprochen. Die Entscheidung hätte bis { $decide_by } fallen sollen.
   *[no] { $name } hat mit Ihnen gesprochen. Sie erhalten bis { $decide_by } eine Entscheidung.
}
escalation-promised = { $name } ruft Sie bis { $until } an.
escalation-waiting = { $name } wartet auf Ihre Antwort.
escalation-confirmed = Auch eine zweite Prüfung hat bestätigt, dass es für Ihre Bitte um ein Gespräch mit der Leitung keinen triftigen Grund gab. Wenn Sie das anders sehen, teilen Sie Ihrem Servicebetrieb mit, dass Sie Einspruch einlegen.
escalation-withdrawn = Es ist nichts mehr zu entscheiden, Ihr Anliegen ist damit abgeschlossen.
escalation-merged = Darüber wird zusammen mit Ihrem offenen Anliegen entschieden.

## Was dazugehört

card = Bei der Annahme haben Sie von uns die Kontakte der verantwortlichen Leitung erhalten.
card-site = Bei der Annahme haben Sie von uns die Telefonnummer des Servicebetriebs erhalten.
visit-ended = Ihr Werkstatttermin endete am { $ended }.
nothing-to-decide = Es gab nichts, worüber die Leitung hätte entscheiden müssen.
letter-late = Einige Angaben zu Ihrem Werkstatttermin haben uns zu spät erreicht und zählen deshalb nicht.
letter-unusable = Einige Angaben zu Ihrem Werkstatttermin waren nicht verwendbar und zählen deshalb nicht. Das tut uns leid.
letter-erased = Sie haben uns gebeten, Ihre Daten zu löschen; davon wurde nichts aufbewahrt.
