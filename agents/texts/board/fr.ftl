### Le tableau : ce que lisent responsables, clients, conseillers, exploitants et auditeurs autour d’un dossier.
### Ce que disent les règles, les messages et les décisions se trouve dans les autres fichiers.

## Autour de chaque page

brand = recourse
skip = Aller au contenu
nav = Pages
nav-cases = Mes dossiers
nav-network = Vue d’ensemble
nav-site = { $site }
signed-in-as = Connecté : { $name }
sign-out = Se déconnecter
as-of = Situation au { $at }
stale = Cette page montre la situation d’il y a { $ago }. Nous essayons de joindre le système.
never-heard = Nous lisons encore ce qui s’est passé. Cette page n’est pas complète.
left-out = { $count ->
    [one] Un enregistrement n’a pas pu être lu : il peut manquer quelque chose ici.
   *[other] { $count } enregistrements n’ont pas pu être lus : il peut manquer quelque chose ici.
}
not-found = Il n’y a rien ici
not-found-text = Cette page n’existe pas, ou elle ne vous est pas destinée.
failed = Cela n’a pas fonctionné
failed-text = L’erreur vient de nous. Réessayez dans un instant.
back = Retour
refresh = Actualiser

## Durées

span-days = { $days } j { $hours } h
span-hours = { $hours } h { $minutes } min
span-minutes = { $minutes } min
in-time = dans { $span }
late-by = { $span } de retard
ago = il y a { $span }

## Symboles

severity-SAFETY = Sécurité
severity-HIGH = Élevée
severity-NORMAL = Normale
severity-LOW = Faible
tier-LOCAL = local
tier-REGIONAL = régional
tier-EXECUTIVE = direction
tier-UNKNOWN = inconnu
phase-OPEN = Ouvert
phase-RESOLVED = Décidé
phase-WITHDRAWN = Retiré
phase-MERGED = Fusionné
phase-UNKNOWN = Inconnu
next-ACKNOWLEDGE = Confirmer
next-DECIDE = Décider
next-CALL = Appeler le client
next-WAIT = Attend le client
outcome-UPHELD = Fondé
outcome-PARTLY_UPHELD = Partiellement fondé
outcome-UNFOUNDED = Non fondé
outcome-ABUSIVE = Abusif
outcome-UNKNOWN = Décidé
remedy-PRICE_TO = Un prix
remedy-FREE_OF_CHARGE = Gratuité
remedy-GOODWILL = Un geste commercial
remedy-SECOND_DIAGNOSIS = Un second diagnostic
remedy-LOANER = Un véhicule de prêt
remedy-APOLOGY = Des excuses
remedy-OTHER = Autre chose
remedy-NONE = Rien
remedy-UNKNOWN = Autre chose
remedy-of = { $remedy } : { $amount }
remedy-until = { $remedy }, avant le { $by }
step-OPENED = Ouvert
step-JOINED = Un autre sujet s’est ajouté
step-ACKNOWLEDGED = Confirmé
step-CONTACTED = Le client a été contacté
step-PROMISED = Un appel a été promis
step-WAITING = Attend le client
step-SNOOZED = Mis de côté
step-REASSIGNED = Transmis
step-WARNED = Le responsable a été relancé
step-MOVED_UP = Monté d’un niveau
step-RESOLVED = Décidé
step-REOPENED = Rouvert
step-WITHDRAWN = Retiré
step-MERGED = Fusionné avec un autre dossier
step-REFUSED = Une action a été refusée
step-CONFIRMED = Abus confirmé
step-UNKNOWN = Une étape que seule une version plus récente connaît
action-ACKNOWLEDGE = Confirmer
action-CONTACTED = J’ai parlé avec le client
action-PROMISE = Promettre un appel
action-WAIT = Attendre le client
action-REASSIGN = Transmettre
action-RESOLVE = Décider
action-REOPEN = Rouvrir
action-CONFIRM = Confirmer l’abus
action-SNOOZE = Mettre de côté
action-UNKNOWN = Agir
topic-PRICE = Le prix
topic-DIAGNOSIS = Le diagnostic
topic-WARRANTY = La garantie
topic-TIME = Les délais
topic-LOANER = Un véhicule de prêt
topic-DAMAGE = Un dommage
topic-CONDUCT = La façon dont j’ai été traité
topic-OTHER = Autre chose
topic-UNKNOWN = Autre chose

## La liste d’un responsable

my-cases = Mes dossiers
counts = { $open ->
    [0] Rien n’est ouvert.
    [1] Un dossier est ouvert{ $late ->
        [0] .
       *[other] {" "}et en retard.
    }
   *[other] { $open } dossiers sont ouverts{ $late ->
        [0] .
        [1] , dont un en retard.
       *[other] , dont { $late } en retard.
    }
}
no-cases = Vous n’avez aucun dossier ouvert.
others = Autres dossiers ouverts que vous pouvez voir
nobody = Encore personne
case-of = Dossier { $id }
more-not-shown = Seuls les { $count } premiers sont affichés.

## Un dossier

what-now = La suite
facts = Détails
site = Centre de service
manager = Responsable
severity = Gravité
tier = Niveau
opened = Ouvert
acknowledge-by = À confirmer avant
acknowledged = Confirmé
decide-by = À décider avant
promised = Appel promis avant
waits = Attend jusqu’à
ended = Terminé
visit = Visite
vehicle = Véhicule
outcome = Résultat
remedy = Réparation
language = Langue du client
grounds = De quoi il s’agit
said = Ce que le client a écrit
history = Ce qui s’est passé
by-whom = par { $who }
with-whom = chez { $who }
until-when = jusqu’à { $at }
reasons = Pourquoi
no-steps = Aucune étape de ce dossier n’est plus lisible.
customer-reads = Ce que lit le client
told-customer = Messages au client
told-manager = Messages aux responsables
delivered = remis
not-delivered = non remis
not-yet = pas avant { $at }
no-messages = Aucun pour l’instant.
why-decided = Comment il a été décidé que c’est un dossier
preview = Ce que le client lira
preview-note = Dans la langue du client, autant qu’on puisse le dire avant la décision.

## Agir

act = Agir
acting-as = Chaque action est vérifiée, et le résultat s’affiche ici.
until = Avant quand (heure du centre)
wait-until = Jusqu’à quand (heure du centre ; vide : aussi longtemps que possible)
to-whom = À qui
note = Note pour les collègues (le client ne la voit pas)
note-needed = Note pour les collègues (nécessaire pour « Abusif » ; le client ne la voit pas)
choose = Choisissez
amount-short = le montant
amount = Montant en { $currency }, toutes taxes comprises
estimate = Devis
done-by = À faire avant (heure du centre)
message = Message au client, mot pour mot (280 caractères au plus)
do-preview = Aperçu
do-ACKNOWLEDGE = Confirmer
do-CONTACTED = Noter l’échange
do-PROMISE = Promettre
do-WAIT = Attendre
do-REASSIGN = Transmettre
do-RESOLVE = Décider
do-REOPEN = Rouvrir
do-CONFIRM = Confirmer l’abus
sent-actions = Ce que vous et d’autres avez fait ici
sent = Envoyé. La réponse n’est pas encore arrivée.
sent-long = Envoyé, et sans réponse depuis { $span }. L’action comptera dès qu’elle sera lue.
done = Fait
refused = Refusé
accepted = Ce qui serait accepté
unusable = L’action n’a pas pu être utilisée. Signalez-le aux exploitants.
not-sent = Non envoyé : { $why } Rien ne s’est passé ; réessayez.
kafka-away = le système est injoignable.
unfit = Vérifiez ceci, s’il vous plaît

## La page du client

your-case = Votre dossier à { $site }
where-it-stands = Où en est votre dossier
who = Qui s’en occupe
by-when = Avant quand
call = Appeler le { $phone }
what-we-told = Ce que nous vous avons écrit
your-turn = Ce que vous pouvez faire
add-word = Ajouter quelque chose
add-word-label = Que doit savoir le responsable ? (280 caractères au plus)
about = Il s’agit de
send = Envoyer
other-time = Être appelé à un autre moment
other-time-label = Pas avant (heure de votre centre de service)
ask-time = Le demander
withdraw = Ce n’est plus nécessaire
withdraw-text = Le dossier se termine, et rien d’autre n’est décidé.
withdraw-button = Terminer mon dossier
appeal = Je ne suis pas d’accord avec la décision
appeal-text = Un autre responsable l’examinera de nouveau. C’est possible jusqu’au { $until }.
appeal-button = Contester
rate = Comment cela s’est-il passé ?
rate-label = De 1 (mal) à 5 (très bien)
settled = Est-ce réglé ?
settled-YES = Oui
settled-PARTLY = En partie
settled-NO = Non
rate-button = Évaluer
what-you-sent = Ce que vous avez envoyé
said-ASK = Votre message
said-WISH = Un autre moment
said-WITHDRAW = Vous avez terminé votre dossier
said-APPEAL = Votre contestation
said-RATE = Votre évaluation
receipt-waiting = Envoyé. C’est en route.
receipt-TAKEN = C’est arrivé.
receipt-ALREADY = C’était déjà arrivé.
receipt-REFUSED = Cela n’a pas pu être pris en compte. Appelez votre centre de service.
receipt-UNKNOWN = Cela a été examiné.
prove-first = Avant d’écrire ici, confirmez qu’il s’agit bien de vous.
prove = Confirmer
closed-text = Ce dossier est terminé.

## La vue d’ensemble

overview = Vue d’ensemble
open-cases = Dossiers ouverts
late-cases = En retard
without-manager = Sans responsable
dead-letters-day = Enregistrements inutilisables, dernières 24 heures
by-tier = Par niveau et gravité
most-urgent = Les plus urgents
unreached = Sans responsable, par centre
policy-in-force = Règles en vigueur
policy-version = Version { $version }, depuis le { $at }
policy-next = Ensuite : version { $version }, à partir du { $at }
policy-none = Aucune règle n’est en vigueur.
reference-refused = Non repris
total = Total
all-well = Rien.
at-site = Dossiers à { $site }
open-here = Ouverts
ended-here = Terminés ces 30 derniers jours
none-here = Aucun.
