### La lettre hebdomadaire à un centre (modèle : en.ftl).

title = Les causes à { $site }, semaine { $week } de { $year }
period = Du { $first } au { $last } : { $visits ->
    [0] aucune visite n’a commencé
    [one] une visite a commencé
   *[other] { $visits } visites ont commencé
} et { $cases ->
    [0] rien n’a demandé l’intervention d’un responsable
    [one] un cas a demandé l’intervention d’un responsable
   *[other] { $cases } cas ont demandé l’intervention d’un responsable
}.
causes = D’où cela vient, aussi loin que remontent les données :
cause = { $number }. { $cause } : { $cases ->
    [one] un cas
   *[other] { $cases } cas
}, soit { $rate } pour 1 000 visites.
stands-out = C’est plus fréquent ici que dans les autres centres ({ $elsewhere } pour 1 000 visites).
avoidable = { $way } : { $share } % de ces cas auraient été évités.
example = Un exemple : recourse explain { $example }
fixes = Ce qui a changé depuis qu’une mesure a été prise :
since = { $what }, depuis le { $day } :
rarer = c’est devenu plus rare. Avant { $before } pour 1 000 visites, depuis { $since }.
more-frequent = c’est devenu plus fréquent. Avant { $before } pour 1 000 visites, depuis { $since }.
not-yet = il est trop tôt pour conclure. Avant { $before } pour 1 000 visites, depuis { $since }.
nothing-before = on ne peut rien dire, car il n’y avait aucun cas avant.
reading = Les taux des centres qui ont peu de visites sont rapprochés de ceux de l’ensemble. Nous ne disons qu’une chose est plus fréquente ici, ou qu’elle a changé, que si ce n’est guère un hasard.

first-diagnosis-right = Avec un premier diagnostic juste
asked-first = En demandant d’abord au client
claim-by-cause = En décidant de la garantie selon la cause
answered-in-4-hours = Avec une réponse dans les quatre heures
ready-time-kept = En tenant l’heure promise

cause-ESTIMATE_OVER_AUTHORISED = Devis supérieurs à ce que le client a accepté
cause-CHARGED_OVER_AUTHORISED = Factures supérieures à ce que le client a accepté
cause-ESTIMATE_DECLINED_WORK_DONE = Travaux faits alors qu’ils étaient refusés
cause-ESTIMATE_CHARGES_COVERED_WORK = Travaux facturés que la garantie couvre
cause-ESTIMATE_DISPUTED = Devis contestés
cause-DIAGNOSIS_DISPUTED = Diagnostics contestés
cause-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION = Diagnostics modifiés après l’accord du client
cause-DIAGNOSIS_REMOTE_DIFFERS = Diagnostics à distance que l’atelier ne confirme pas
cause-DIAGNOSIS_NO_FAULT_FOUND_AGAIN = Aucun défaut trouvé, une fois de plus
cause-WARRANTY_DENIED_AGAINST_CAUSE = Prises en charge refusées malgré un défaut de fabrication
cause-WARRANTY_REVERSED = Décisions de garantie annulées
cause-WARRANTY_DISPUTED = Décisions de garantie contestées
cause-WARRANTY_REPEAT_REPAIR = Réparations répétées du même défaut
cause-SILENCE_NO_WORD = Questions restées sans réponse
cause-SILENCE_READY_TIME_MOVED = Heures de restitution repoussées à plusieurs reprises
cause-SILENCE_READY_TIME_PASSED = Heures de restitution dépassées sans nouvelles
cause-REQUESTED_BY_CUSTOMER = Clients qui demandent un responsable
cause-APPEALED_BY_CUSTOMER = Contestations
cause-DECISION_NOT_KEPT = Décisions non respectées
