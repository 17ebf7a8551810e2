### Ce que le client lit de son dossier, en français. Voir en.ftl.

## D’une règle que seule une version plus récente connaît

later-finding = Une version plus récente de ce service a constaté quelque chose lors de votre visite.
later-matter = de ce qu’une version plus récente de ce service a constaté

## Ce que nous faisons, par décision

decision-below-threshold = Cela reste dans les limites de ce qu’une réparation peut coûter sans vous consulter de nouveau ; il n’y a donc rien d’autre à décider.
decision-awaiting = Vous n’avez pas encore répondu au nouveau prix ; il n’y a donc rien à décider. Vous pouvez l’accepter ou le refuser.
decision-unknown = Une version plus récente de ce service en a décidé et peut vous en dire plus.
decision-not-eligible = Pour cette visite, il n’est pas encore possible de s’adresser directement à un responsable. Merci de parler à votre centre de service, qui vous aidera volontiers.
decision-shadowed = Pour cette visite, il n’est pas encore possible de s’adresser directement à un responsable. Merci de parler à votre centre de service, qui vous aidera volontiers.
decision-found = Nous l’avons constaté nous-mêmes ; cela ne compte pas comme une demande de votre part.
decision-raised = { $safety ->
    [yes] Comme votre sécurité peut être en jeu, nous avons demandé à un responsable de décider immédiatement.
   *[no] Nous avons demandé à un responsable de s’en occuper.
}
decision-joined = { $urgent ->
    [again] Nous avons rouvert votre dossier.
    [safety] Comme votre sécurité peut être en jeu, nous avons demandé au responsable de décider immédiatement.
    [yes] C’est maintenant plus urgent pour nous.
   *[no] Nous l’avons transmis au responsable qui s’occupe déjà de votre visite.
}
decision-corrected = { $withdrawn ->
    [yes] Vous nous avez dit que ce n’est plus nécessaire ; il n’y a donc plus rien à décider au sujet { $matter }.
   *[no] { changed } Il n’y a donc plus rien à décider au sujet { $matter }.
}

## Où en est un dossier

somebody = Un responsable
contact-phone = Vous pouvez joindre { $name } au { $contact }.
contact-email = Vous pouvez écrire à { $name } : { $contact }.
escalation-nobody = Nous n’avons pas encore pu joindre de responsable, et nous en sommes désolés. Nous continuons d’essayer.
escalation-open = { $decide_passed ->
    [yes] { $name } suit votre dossier. La décision aurait dû être prise avant le { $decide_by }.
   *[no] { $name } suit votre dossier et vous répondra avant le { $decide_by }.
}
escalation-taken = { $decide_passed ->
    [yes] { $name } a pris en charge votre dossier. La décision aurait dû être prise avant le { $decide_by }.
   *[no] { $name } a pris en charge votre dossier et vous répondra avant le { $decide_by }.
}
escalation-moved = { $decide_passed ->
    [yes] { $name } suit maintenant votre dossier. La décision aurait dû être prise avant le { $decide_by }.
   *[no] { $name } suit maintenant votre dossier et vous répondra avant le { $decide_by }.
}
escalation-contacted = { $decide_passed ->
    [yes] { $name } vous a parlé. La décision aurait dû être prise avant le { $decide_by }.
   *[no] { $name } vous a parlé. Vous aurez une décision avant le { $decide_by }.
}
escalation-promised = { $name } vous appellera avant le { $until }.
escalation-waiting = { $name } attend votre réponse.
escalation-confirmed = Une autre personne a aussi examiné votre dossier et confirme que vous avez demandé à parler à un responsable sans motif valable. Si vous pensez que c’est une erreur, dites à votre centre de service que vous contestez cette décision.
escalation-withdrawn = Il n’y a plus rien à décider ; votre dossier est donc clos.
escalation-merged = La décision sera prise avec celle de votre dossier déjà ouvert.

## Autour

card = À votre arrivée, nous vous avons remis les coordonnées des responsables qui peuvent décider.
card-site = À votre arrivée, nous vous avons remis le numéro de téléphone du centre de service.
visit-ended = Votre visite s’est terminée le { $ended }.
nothing-to-decide = Il n’y avait rien à faire décider par un responsable.
letter-late = Des informations sur votre visite nous sont parvenues trop tard pour compter.
letter-unusable = Des informations sur votre visite n’étaient pas utilisables et n’ont donc pas compté. Nous en sommes désolés.
letter-erased = Vous nous avez demandé d’effacer vos données ; rien n’en a été conservé.
