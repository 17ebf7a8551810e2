### Das Board: was Leitung, Kunden, Serviceberatung, Betrieb und Revision rund um einen Fall lesen.
### Was Regeln, Nachrichten und Entscheidungen sagen, steht in den anderen Dateien.

## Um jede Seite

brand = recourse
skip = Zum Inhalt
nav = Seiten
nav-cases = Meine Fälle
nav-network = Überblick
nav-site = { $site }
signed-in-as = Angemeldet als { $name }
sign-out = Abmelden
as-of = Stand: { $at }
stale = Diese Seite zeigt den Stand von vor { $ago }. Wir versuchen, das System zu erreichen.
never-heard = Wir lesen noch ein, was geschehen ist. Diese Seite ist noch nicht vollständig.
left-out = { $count ->
    [one] Ein Datensatz war nicht lesbar, hier kann also etwas fehlen.
   *[other] { $count } Datensätze waren nicht lesbar, hier kann also etwas fehlen.
}
not-found = Hier ist nichts
not-found-text = Diese Seite gibt es nicht, oder sie ist nicht für Sie bestimmt.
failed = Das hat nicht geklappt
failed-text = Der Fehler liegt bei uns. Bitte versuchen Sie es gleich noch einmal.
back = Zurück
refresh = Neu laden

## Zeiten

span-days = { $days } T. { $hours } Std.
span-hours = { $hours } Std. { $minutes } Min.
span-minutes = { $minutes } Min.
in-time = in { $span }
late-by = seit { $span } überfällig
ago = vor { $span }

## Zeichen

severity-SAFETY = Sicherheit
severity-HIGH = Hoch
severity-NORMAL = Normal
severity-LOW = Gering
tier-LOCAL = vor Ort
tier-REGIONAL = regional
tier-EXECUTIVE = Geschäftsleitung
tier-UNKNOWN = unbekannt
phase-OPEN = Offen
phase-RESOLVED = Entschieden
phase-WITHDRAWN = Zurückgezogen
phase-MERGED = Zusammengeführt
phase-UNKNOWN = Unbekannt
next-ACKNOWLEDGE = Bestätigen
next-DECIDE = Entscheiden
next-CALL = Kunden anrufen
next-WAIT = Wartet auf den Kunden
outcome-UPHELD = Begründet
outcome-PARTLY_UPHELD = Teilweise begründet
outcome-UNFOUNDED = Unbegründet
outcome-ABUSIVE = Missbräuchlich
outcome-UNKNOWN = Entschieden
remedy-PRICE_TO = Ein Preis
remedy-FREE_OF_CHARGE = Kostenlos
remedy-GOODWILL = Kulanz
remedy-SECOND_DIAGNOSIS = Eine zweite Diagnose
remedy-LOANER = Ein Ersatzwagen
remedy-APOLOGY = Eine Entschuldigung
remedy-OTHER = Etwas anderes
remedy-NONE = Nichts
remedy-UNKNOWN = Etwas anderes
remedy-of = { $remedy }: { $amount }
remedy-until = { $remedy }, bis { $by }
step-OPENED = Eröffnet
step-JOINED = Ein weiteres Anliegen kam hinzu
step-ACKNOWLEDGED = Bestätigt
step-CONTACTED = Mit dem Kunden gesprochen
step-PROMISED = Anruf zugesagt
step-WAITING = Wartet auf den Kunden
step-SNOOZED = Zurückgestellt
step-REASSIGNED = Weitergegeben
step-WARNED = Die Leitung wurde erinnert
step-MOVED_UP = Eine Ebene höher gegeben
step-RESOLVED = Entschieden
step-REOPENED = Wieder eröffnet
step-WITHDRAWN = Zurückgezogen
step-MERGED = Mit einem anderen Fall zusammengeführt
step-REFUSED = Eine Aktion wurde abgelehnt
step-CONFIRMED = Missbrauch bestätigt
step-UNKNOWN = Ein Schritt, den nur eine neuere Version kennt
action-ACKNOWLEDGE = Bestätigen
action-CONTACTED = Ich habe mit dem Kunden gesprochen
action-PROMISE = Anruf zusagen
action-WAIT = Auf den Kunden warten
action-REASSIGN = Weitergeben
action-RESOLVE = Entscheiden
action-REOPEN = Wieder eröffnen
action-CONFIRM = Missbrauch bestätigen
action-SNOOZE = Zurückstellen
action-UNKNOWN = Handeln
topic-PRICE = Der Preis
topic-DIAGNOSIS = Die Diagnose
topic-WARRANTY = Die Garantie
topic-TIME = Die Zeit
topic-LOANER = Ein Ersatzwagen
topic-DAMAGE = Ein Schaden
topic-CONDUCT = Wie ich behandelt wurde
topic-OTHER = Etwas anderes
topic-UNKNOWN = Etwas anderes

## Die Liste der Leitung

my-cases = Meine Fälle
counts = { $open ->
    [0] Nichts ist offen.
    [one] Ein Fall ist offen{ $late ->
        [0] .
       *[other] {" "}und überfällig.
    }
   *[other] { $open } Fälle sind offen{ $late ->
        [0] .
        [one] , einer davon ist überfällig.
       *[other] , { $late } davon sind überfällig.
    }
}
no-cases = Sie haben keinen offenen Fall.
others = Andere offene Fälle, die Sie sehen dürfen
nobody = Noch niemand
case-of = Fall { $id }
more-not-shown = Nur die ersten { $count } werden gezeigt.

## Ein Fall

what-now = Was als Nächstes kommt
facts = Angaben
site = Servicebetrieb
manager = Leitung
severity = Dringlichkeit
tier = Ebene
opened = Eröffnet
acknowledge-by = Zu bestätigen bis
acknowledged = Bestätigt
decide-by = Zu entscheiden bis
promised = Anruf zugesagt bis
waits = Wartet bis
ended = Beendet
visit = Werkstatttermin
vehicle = Fahrzeug
outcome = Ergebnis
remedy = Abhilfe
language = Sprache des Kunden
grounds = Worum es geht
said = Was der Kunde geschrieben hat
history = Was geschehen ist
by-whom = von { $who }
with-whom = bei { $who }
until-when = bis { $at }
reasons = Warum
no-steps = Von diesem Fall ist kein Schritt mehr lesbar.
customer-reads = Was der Kunde liest
told-customer = Nachrichten an den Kunden
told-manager = Nachrichten an die Leitung
delivered = zugestellt
not-delivered = nicht zugestellt
not-yet = nicht vor { $at }
no-messages = Noch keine.
why-decided = Wie entschieden wurde, dass dies ein Fall ist
preview = Was der Kunde lesen wird
preview-note = In der Sprache des Kunden, soweit es sich vor der Entscheidung sagen lässt.

## Handeln

act = Handeln
acting-as = Jede Aktion wird geprüft. Hier steht dann, was daraus geworden ist.
until = Bis wann (Ortszeit des Servicebetriebs)
wait-until = Bis wann (Ortszeit des Servicebetriebs; leer: so lange wie noch möglich)
to-whom = An wen
note = Notiz für Kollegen (der Kunde sieht sie nicht)
note-needed = Notiz für Kollegen (nötig bei „Missbräuchlich“; der Kunde sieht sie nicht)
choose = Bitte wählen
amount-short = der Betrag
amount = Betrag in { $currency }, brutto
estimate = Kostenvoranschlag
done-by = Zu erledigen bis (Ortszeit des Servicebetriebs)
message = Nachricht an den Kunden, Wort für Wort (höchstens 280 Zeichen)
do-preview = Vorschau
do-ACKNOWLEDGE = Bestätigen
do-CONTACTED = Gespräch festhalten
do-PROMISE = Zusagen
do-WAIT = Warten
do-REASSIGN = Weitergeben
do-RESOLVE = Entscheiden
do-REOPEN = Wieder eröffnen
do-CONFIRM = Bestätigen
sent-actions = Was Sie und andere hier getan haben
sent = Gesendet. Eine Antwort steht noch aus.
sent-long = Gesendet und seit { $span } ohne Antwort. Es zählt, sobald es gelesen wird.
done = Erledigt
refused = Abgelehnt
accepted = Was angenommen würde
unusable = Damit war nichts anzufangen. Bitte sagen Sie es dem Betrieb.
not-sent = Nicht gesendet: { $why } Es ist nichts geschehen; bitte versuchen Sie es noch einmal.
kafka-away = Das System ist nicht erreichbar.
unfit = Bitte sehen Sie sich das noch einmal an

## Die Seite des Kunden

your-case = Ihr Anliegen bei { $site }
where-it-stands = Wie es steht
who = Wer sich darum kümmert
by-when = Bis wann
call = { $phone } anrufen
what-we-told = Was wir Ihnen geschrieben haben
your-turn = Was Sie tun können
add-word = Etwas ergänzen
add-word-label = Was soll die Leitung wissen? (höchstens 280 Zeichen)
about = Es geht um
send = Senden
other-time = Zu einer anderen Zeit angerufen werden
other-time-label = Nicht vor (Ortszeit Ihres Servicebetriebs)
ask-time = Darum bitten
withdraw = Das hat sich erledigt
withdraw-text = Ihr Anliegen endet, und es wird nichts weiter entschieden.
withdraw-button = Anliegen beenden
appeal = Ich bin mit der Entscheidung nicht einverstanden
appeal-text = Eine andere Leitung sieht es sich noch einmal an. Das geht bis { $until }.
appeal-button = Einspruch einlegen
rate = Wie ist es gelaufen?
rate-label = Von 1 (schlecht) bis 5 (sehr gut)
settled = Ist es erledigt?
settled-YES = Ja
settled-PARTLY = Teilweise
settled-NO = Nein
rate-button = Bewerten
what-you-sent = Was Sie gesendet haben
said-ASK = Ihre Nachricht
said-WISH = Eine andere Zeit
said-WITHDRAW = Sie haben Ihr Anliegen beendet
said-APPEAL = Ihr Einspruch
said-RATE = Ihre Bewertung
receipt-waiting = Gesendet. Es ist unterwegs.
receipt-TAKEN = Es ist angekommen.
receipt-ALREADY = Es war schon angekommen.
receipt-REFUSED = Es konnte nicht angenommen werden. Bitte rufen Sie Ihren Servicebetrieb an.
receipt-UNKNOWN = Es wurde angesehen.
prove-first = Bevor Sie hier etwas sagen können, bestätigen Sie bitte, dass Sie es sind.
prove = Bestätigen
closed-text = Dieses Anliegen ist beendet.

## Der Überblick

overview = Überblick
open-cases = Offene Fälle
late-cases = Überfällig
without-manager = Ohne Leitung
dead-letters-day = Nicht verwendbare Datensätze, letzte 24 Stunden
by-tier = Nach Ebene und Dringlichkeit
most-urgent = Am dringendsten
unreached = Ohne Leitung, nach Servicebetrieb
policy-in-force = Geltende Regeln
policy-version = Version { $version }, seit { $at }
policy-next = Als Nächstes: Version { $version }, ab { $at }
policy-none = Es gelten keine Regeln.
reference-refused = Nicht übernommen
total = Summe
all-well = Nichts.
at-site = Fälle bei { $site }
open-here = Offen
ended-here = In den letzten 30 Tagen beendet
none-here = Keine.
