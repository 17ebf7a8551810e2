### Ce qui est dit aux personnes, en français. Voir en.ftl ; les termes : docs/terms.md.

moment = { $weekday } { $date } à { $full_hour ->
    [yes] { $hour } h
   *[no] { $hour } h { $minute }
}{ $zone ->
    [none] { "" }
   *[other] { " " }({ $zone })
}
moment-short = { $day } à { $full_hour ->
    [yes] { $hour } h
   *[no] { $hour } h { $minute }
}
some-manager = un responsable
some-who = Un responsable
some-site = Votre centre de service

## De quoi il s’agit, par règle : pour le client. « à propos { matter } »

about-other = Il s’agit { matter }.
matter = { $kind ->
    [ESTIMATE] du prix
    [DIAGNOSIS] du diagnostic de votre véhicule
    [WARRANTY] de la prise en charge sous garantie
    [SILENCE] de la réponse que vous attendez
   *[REQUEST] de votre demande
}

## Pourquoi le motif a disparu, par règle : pour le client

changed-other = La situation a changé.

## Comment joindre le responsable, et comment contester

reach = { $phone ->
    [none] { $email ->
        [none] { "" }
       *[other] Vous pouvez écrire à { $manager } : { $email }.
    }
   *[other] Vous pouvez joindre { $manager } au { $phone }.
}
reach-short = { $phone ->
    [none] { "" }
   *[other] Tél. { $phone }
}
wish-too-high = { $wish_too_high ->
    [yes] Le responsable que vous avez demandé ne suit que des dossiers plus graves.
   *[other] { "" }
}
wish-noted = { $wished ->
    [yes] Nous avons noté comment vous joindre : { wish-parts }. { $decided_before_call ->
        [yes] Votre dossier devrait être tranché avant.
       *[none] { "" }
    }
   *[none] { "" }
}
wish-parts = { $wish_language ->
    [none] { $wished_channel ->
        [none] { wish-when }
       *[other] { wish-by }{ wish-and-when }
    }
   *[other] en { $wish_language }{ $wished_channel ->
        [none] { "" }
       *[other] , { wish-by }
    }{ wish-and-when }
}
wish-by = { $wished_channel ->
    [EMAIL] par e-mail
    [SMS] par SMS
    [APP] dans l’application
   *[PHONE] par téléphone
}
wish-when = { $call_not_before ->
    [none] comme vous nous l’avez dit
   *[other] pas avant le { $call_not_before }
}
wish-and-when = { $call_not_before ->
    [none] { "" }
   *[other] , { wish-when }
}
wish-brief = { $wished ->
    [yes] { $call_not_before ->
        [none] Vos souhaits sont notés.
       *[other] C’est noté : pas avant le { $call_not_before }.
    } { $decided_before_call ->
        [yes] La décision devrait tomber avant.
       *[none] { "" }
    }
   *[none] { "" }
}
assigned-because = { $why ->
    [HANDED_OVER] La personne qui suivait votre dossier est absente.
    [MANAGER_NOT_REACHED] La personne qui suivait votre dossier n’est pas joignable.
   *[other] { "" }
}
appeal = { $appeal_until ->
    [none] { "" }
   *[other] { $appeal_passed ->
        [yes] { "" }
       *[no] Si vous n’êtes pas d’accord, dites à votre centre de service, avant le { $appeal_until }, que vous contestez cette décision ; un responsable qui n’est pas encore intervenu décidera alors.
    }
}

## Une échéance, à venir ou passée ; qui a agi

and-decide = { $decide_passed ->
    [yes] . La décision aurait dû être prise avant le { $decide_by }.
   *[no] {" "}et vous répondra avant le { $decide_by }.
}
and-decide-at-once = { $decide_passed ->
    [yes] . La décision aurait dû être prise avant le { $decide_by }.
   *[no] {" "}et vous répondra avant le { $decide_by }.
}
and-be-decided = { $decide_passed ->
    [yes] . La décision aurait dû être prise avant le { $decide_by }.
   *[no] {" "}et vous répondra avant le { $decide_by }.
}
manager-decides = { $decide_passed ->
    [yes] La décision aurait dû être prise avant le { $decide_by }.
   *[no] { $manager } vous répondra avant le { $decide_by }.
}
decide-line = { $decide_passed ->
    [yes] La décision aurait dû être prise avant le { $decide_by }.
   *[no] Vous aurez une réponse avant le { $decide_by }.
}
decide-brief = { $decide_passed ->
    [yes] La décision aurait dû être prise avant le { $decide_by }.
   *[no] Réponse avant le { $decide_by }.
}
changed-decide = { $decide_passed ->
    [yes] aurait dû être prise avant le { $decide_by }.
   *[no] sera maintenant prise avant le { $decide_by }.
}
changed-brief = { $decide_passed ->
    [yes] aurait dû être prise avant le { $decide_by }.
   *[no] sera prise avant le { $decide_by }.
}
and-be-decided-brief = { $decide_passed ->
    [yes] . La décision aurait dû être prise avant le { $decide_by }.
   *[no] {" "}et vous répondra avant le { $decide_by }.
}
please-decide = { $decide_passed ->
    [yes] La décision aurait dû être prise avant le { $decide_by }. Merci de décider immédiatement.
   *[no] Merci de décider avant le { $decide_by }.
}
then-decide = { $decide_passed ->
    [yes] . La décision aurait dû être prise avant le { $decide_by }.
   *[no] {" "}et de décider avant le { $decide_by }.
}
and-decide-too = { $decide_passed ->
    [yes] . La décision aurait dû être prise avant le { $decide_by }.
   *[no] {" "}et de décider avant le { $decide_by }.
}
list-acknowledge = { $acknowledge_passed ->
    [yes] Prise en charge attendue avant le { $acknowledge_by }
   *[no] Prise en charge avant le { $acknowledge_by }
}
list-decide = { $decide_passed ->
    [yes] décision attendue avant le { $decide_by }
   *[no] décision avant le { $decide_by }
}
short-decide = { $decide_passed ->
    [yes] La décision était attendue avant le { $decide_by }.
   *[no] Décision avant le { $decide_by }.
}
appeal-short = { $appeal_passed ->
    [yes] { "" }
   *[no] Contestation possible auprès du centre avant le { $appeal_until }.
}
appeal-brief = { $appeal_passed ->
    [yes] { "" }
   *[no] Contestation auprès du centre avant le { $appeal_until }.
}
reply = { $until_passed ->
    [yes] Nous l’attendions avant le { $until } ; merci de répondre dès que possible.
   *[no] Merci de répondre avant le { $until }.
}
promise = { $until_passed ->
    [yes] { $who ->
        [none] Nous devions vous appeler avant le { $until } au sujet { matter }.
       *[other] { $who } devait vous appeler avant le { $until } au sujet { matter }.
    }
   *[no] { $who ->
        [none] Nous vous appellerons avant le { $until } au sujet { matter }.
       *[other] { $who } vous appellera avant le { $until } au sujet { matter }.
    }
}
please-both = { $acknowledge_passed ->
    [yes] { $decide_passed ->
        [yes] Il aurait dû être pris en charge avant le { $acknowledge_by } et tranché avant le { $decide_by }. Merci de vous en occuper immédiatement.
       *[no] Il aurait dû être pris en charge avant le { $acknowledge_by }. Merci de le faire immédiatement et de décider avant le { $decide_by }.
    }
   *[no] { $decide_passed ->
        [yes] Merci de le prendre en charge avant le { $acknowledge_by }. La décision aurait dû être prise avant le { $decide_by }.
       *[no] Merci de le prendre en charge avant le { $acknowledge_by } et de décider avant le { $decide_by }.
    }
}
list-both = { list-acknowledge } ; { list-decide }.
short-both = { $acknowledge_passed ->
    [yes] { $decide_passed ->
        [yes] La décision était attendue avant le { $decide_by }.
       *[no] Prise en charge immédiate ; décision avant le { $decide_by }.
    }
   *[no] { $decide_passed ->
        [yes] Prise en charge avant le { $acknowledge_by } ; décision en retard.
       *[no] Prise en charge avant le { $acknowledge_by } ; décision avant le { $decide_by }.
    }
}
seen = { $who ->
    [none] Nous avons pris note de votre dossier au sujet { matter }.
   *[other] { $who } a pris note de votre dossier au sujet { matter }.
}
still-decides = { $actor ->
    [NOBODY] Nous continuons à chercher un responsable.
   *[ANOTHER] { manager-decides }
}
still-has = { $actor ->
    [ANOTHER] { $manager } suit votre dossier.
   *[MANAGER] { "" }
}

## Au client

found-by-us = { $found ->
    [yes] Nous l’avons constaté nous-mêmes ; cela ne compte pas comme une demande de votre part.
   *[other] { "" }
}
found-in-brief = { $found ->
    [yes] Cela ne compte pas comme une demande de votre part.
   *[other] { "" }
}
customer-opened =
    .title = Un responsable s’occupe de votre dossier
    .text = { about } { found-by-us } { wish-too-high } { $severity ->
        [SAFETY] Comme votre sécurité peut être en jeu, { $manager } s’en occupe immédiatement{ and-decide-at-once }
       *[other] { $manager } s’en occupe{ and-decide }
    } { wish-noted } { reach }
    .sms = { $site } : au sujet { matter }, { $manager } s’en occupe{ and-decide } { found-in-brief } { wish-brief } { reach-short }
customer-nobody =
    .title = Nous n’avons pas encore pu joindre de responsable
    .text = { about } { found-by-us } { wish-too-high } Nous avons cherché un responsable pour vous, mais n’avons encore pu joindre personne. Nous en sommes désolés. Nous continuons d’essayer et vous préviendrons dès que quelqu’un aura repris votre dossier. { wish-noted }
    .sms = { $site } : au sujet { matter }, nous n’avons pas encore pu joindre de responsable. Nous en sommes désolés. Nous continuons et vous préviendrons dès que quelqu’un aura repris votre dossier. { wish-brief }
customer-joined =
    .title = Nous avons complété votre dossier
    .text = { about } { found-by-us } { $manager ->
        [none] Nous l’avons ajouté à votre dossier en cours et continuons d’essayer de joindre un responsable.
       *[other] Nous l’avons transmis à { $manager }, qui s’occupe déjà de votre visite{ and-decide }
    } { wish-noted }
    .sms = { $site } : nous avons complété votre dossier au sujet { matter }. { $manager ->
        [none] Nous continuons d’essayer de joindre un responsable.
       *[other] { manager-decides }
    } { wish-brief }
customer-more-urgent =
    .title = Votre dossier devient plus urgent
    .text = { $severity ->
        [SAFETY] Comme votre sécurité peut être en jeu, nous traitons maintenant votre dossier en priorité.
       *[other] Nous avons relevé le degré d’urgence de votre dossier.
    } { decide-line }
    .sms = { $site } : { $severity ->
        [SAFETY] comme votre sécurité peut être en jeu, votre dossier est maintenant traité en priorité.
       *[other] nous avons relevé le degré d’urgence de votre dossier.
    } { decide-brief }
customer-call-taken =
    .title = Nous avons bien noté votre appel
    .text = Nous avons bien noté votre appel à { $manager }, qui suit maintenant votre dossier{ and-be-decided } { wish-noted } { reach }
    .sms = { $site } : votre appel à { $manager } est noté ; { $manager } suit votre dossier{ and-be-decided-brief } { wish-brief } { reach-short }
customer-acknowledged =
    .title = { $actor ->
        [ANOTHER] Votre dossier a été vu
        [NOBODY] Votre dossier a été vu
       *[MANAGER] { $manager } a pris en charge votre dossier
    }
    .text = { moved-why } { $actor ->
        [ANOTHER] { seen } { still-decides }
        [NOBODY] { seen } { still-decides }
       *[MANAGER] { $manager } a pris en charge votre dossier au sujet { matter }{ and-decide }
    } { reach }
    .sms = { $site } : { $actor ->
        [ANOTHER] { seen } { still-decides }
        [NOBODY] { seen } { still-decides }
       *[MANAGER] { $manager } a pris en charge votre dossier{ and-decide }
    } { reach-short }
customer-stands =
    .title = Où en est votre dossier
    .text = Votre dossier au sujet { matter } est ouvert. { stands-with } { stands-call } { wish-noted } { $manager ->
        [none] { "" }
       *[other] { reach }
    }
    .sms = { $site } : votre dossier au sujet { matter } est ouvert. { stands-with } { stands-call } { wish-brief } { $manager ->
        [none] { "" }
       *[other] { reach-short }
    }
stands-with = { $manager ->
    [none] Nous n’avons pas encore pu joindre de responsable. Nous continuons et vous préviendrons dès que quelqu’un aura repris votre dossier.
   *[other] { $taken ->
        [yes] { $manager } s’en occupe.
       *[no] Il est confié à { $manager }.
    } { decide-line }
}
stands-call = { $until ->
    [none] { "" }
   *[other] { $until_passed ->
        [yes] Un appel vous était promis avant le { $until }.
       *[no] Vous recevrez un appel avant le { $until }.
    }
}
customer-contacted =
    .title = { $who ->
        [none] Nous avons noté un échange avec vous
       *[other] { $who } a noté un échange avec vous
    }
    .text = { $who ->
        [none] Nous avons noté un échange avec vous au sujet { matter }.
       *[other] { $who } a noté un échange avec vous au sujet { matter }.
    } Si personne ne vous a parlé, dites-le à votre centre de service : cela ne comptera pas comme un échange.
    .sms = { $site } : { $who ->
        [none] nous avons noté un échange avec vous au sujet { matter }.
       *[other] { $who } a noté un échange avec vous au sujet { matter }.
    } Si personne ne vous a parlé, dites-le à votre centre de service.
customer-promised =
    .title = Vous allez recevoir un appel
    .text = { moved-why } { promise } { still-has }
    .sms = { $site } : { promise }
customer-waiting =
    .title = Nous attendons votre réponse
    .text = { moved-why } Au sujet { matter }, { $who ->
        [none] nous attendons
       *[other] { $who } attend
    } votre réponse pour avancer. { reply } { reach }
    .sms = { $site } : au sujet { matter }, { $who ->
        [none] nous attendons
       *[other] { $who } attend
    } votre réponse pour avancer. { reply } { reach-short }
customer-assigned =
    .title = { $manager } suit maintenant votre dossier
    .text = { assigned-because } { moved-why } { $manager } suit désormais votre dossier au sujet { matter }{ and-decide } { reach }
    .sms = { $site } : { $manager } suit maintenant votre dossier{ and-decide } { reach-short }
customer-moved-up =
    .title = Votre dossier a été transmis à { $manager }
    .text = { moved-why } { $manager } suit maintenant votre dossier au sujet { matter }{ and-decide } { wish-noted } { reach }
    .sms = { $site } : { moved-why } { $manager } suit votre dossier{ and-decide } { wish-brief } { reach-short }
moved-why = { $why ->
    [NOT_ACKNOWLEDGED] Votre dossier n’a pas été pris en charge à temps. Nous en sommes désolés.
    [UNDECIDED] La décision n’a pas été prise à temps. Nous en sommes désolés.
    [OVERDUE] La décision n’a pas été prise à temps. Nous en sommes désolés.
    [OVERDUE_AGAIN] La décision n’a pas été prise à temps. Nous en sommes désolés.
    [SILENCE_PROMISE_MISSED] Vous n’avez pas reçu l’appel promis. Nous en sommes désolés.
    [HAD_IT_BEFORE] Nous n’avons pu joindre aucun responsable qui ne soit pas encore intervenu.
   *[other] { "" }
}
customer-resolved =
    .title = { $outcome ->
        [UPHELD] Nous vous donnons raison
        [PARTLY_UPHELD] Nous vous donnons partiellement raison
       *[other] Une décision a été prise
    }
    .text = { decided } { appeal }
    .sms = { $site } : au sujet { matter }, { $outcome ->
        [UPHELD] nous vous donnons raison{ remedy }
        [PARTLY_UPHELD] nous vous donnons partiellement raison{ remedy }
        [ABUSIVE] il n’y a pas de raison de changer quoi que ce soit.
       *[UNFOUNDED] après examen, le centre de service a suivi les règles.
    } { remedy-by } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-short }
    } { quote-short }
decided = { $outcome ->
    [UPHELD] { has-decided } au sujet { matter }. Nous vous donnons raison{ remedy } { what-next }
    [PARTLY_UPHELD] { has-decided } au sujet { matter }. Nous vous donnons partiellement raison{ remedy } { what-next }
    [ABUSIVE] { has-looked } et n’y voit pas de raison de changer quoi que ce soit.
   *[UNFOUNDED] { has-looked } : le centre de service a suivi les règles. { ask-why }
} { remedy-by } { quote-line }
has-decided = { $who ->
    [none] Notre équipe a pris une décision
   *[other] { $who } a pris une décision
}
has-looked = { $who ->
    [none] Notre équipe a examiné votre dossier au sujet { matter }
   *[other] { $who } a examiné votre dossier au sujet { matter }
}
what-next = { $remedy ->
    [none] { $quote ->
        [none] Si vous voulez savoir ce qui va se passer, demandez-le-nous.
       *[other] { "" }
    }
   *[other] { "" }
}
ask-why = { $quote ->
    [none] Si vous voulez en connaître les raisons, demandez-les-nous.
   *[other] { "" }
}
remedy = { $remedy ->
    [PRICE_TO] {"\u00A0"}: vous payez { $remedy_amount } pour ces travaux.
    [FREE_OF_CHARGE] {"\u00A0"}: vous n’avez rien à payer pour ces travaux.
    [GOODWILL] { $remedy_amount ->
        [none] . Un geste commercial vous est accordé.
       *[other] . À titre de geste commercial, vous recevez { $remedy_amount }.
    }
    [SECOND_DIAGNOSIS] {"\u00A0"}: un second diagnostic de votre véhicule sera fait.
    [LOANER] {"\u00A0"}: un véhicule de prêt vous est accordé.
    [APOLOGY] {" "}et vous présentons nos excuses.
    [OTHER] { $quote ->
        [none] . Nous vous dirons ce que nous allons faire.
       *[other] .
    }
   *[other] .
}
remedy-by = { $remedy_by ->
    [none] { "" }
   *[other] { $remedy_passed ->
        [yes] Cela devait être fait avant le { $remedy_by }.
       *[no] Ce sera fait avant le { $remedy_by }.
    }
}
quote-line = { $quote ->
    [none] { "" }
   *[other] { $who ->
        [none] Notre message
       *[other] { $who } vous écrit
    } : « { $quote } »
}
quote-short = { $quote ->
    [none] { "" }
   *[other] "{ $quote }"
}
customer-confirmed =
    .title = Votre demande est jugée abusive
    .text = { $who ->
        [none] Nous avons examiné une seconde fois votre dossier au sujet { matter } et confirmons
       *[other] { $who } a examiné une seconde fois votre dossier au sujet { matter } et confirme
    } que vous avez demandé à parler à un responsable sans motif valable. { counts } { appeal }
    .sms = { $site } : après un second examen, votre demande de parler à un responsable est jugée abusive. { counts-brief } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-short }
    }
counts = { $until_passed ->
    [yes] { "" }
   *[no] Cela compte jusqu’au { $until }. D’ici là, il se peut que nous ne puissions pas transmettre vos demandes à un responsable.
}
counts-brief = { $until_passed ->
    [yes] { "" }
   *[no] Jusqu’au { $until }, d’autres demandes peuvent ne pas être transmises.
}
customer-reopened =
    .title = Votre dossier est rouvert
    .text = Nous réexaminons votre dossier au sujet { matter }. { $manager } le suit{ and-decide } { wish-noted } { reach }
    .sms = { $site } : votre dossier est rouvert. { $manager } le suit{ and-decide } { wish-brief } { reach-short }
customer-withdrawn =
    .title = Votre dossier est clos
    .text = { $withdrawn ->
        [yes] Vous nous avez dit que ce n’est plus nécessaire ; votre dossier au sujet { matter } est donc clos.
       *[no] { changed } Il n’y a donc plus rien à décider, et votre dossier au sujet { matter } est clos. Si vous n’êtes pas de cet avis, dites-le à votre centre de service.
    }
    .sms = { $site } : { $withdrawn ->
        [yes] votre dossier au sujet { matter } est clos, comme vous l’avez souhaité.
       *[no] votre dossier au sujet { matter } est clos. { changed } Si vous n’êtes pas de cet avis, dites-le-nous.
    }
customer-overdue =
    .title = Votre dossier a pris du retard
    .text = La décision au sujet { matter } aurait déjà dû être prise, et ne l’est pas encore. Nous en sommes désolés. { $manager ->
        [none] Nous continuons d’essayer de joindre un responsable.
       *[other] { $manager } suit toujours votre dossier et a reçu un rappel. { reach }
    }
    .sms = { $site } : la décision au sujet { matter } aurait déjà dû être prise. Nous en sommes désolés. { $manager ->
        [none] Nous continuons d’essayer de joindre un responsable.
       *[other] { $manager } a reçu un rappel. { reach-short }
    }
customer-deadlines-changed =
    .title = Un nouveau délai pour votre dossier
    .text = Nos horaires ou nos règles ont changé. La décision au sujet { matter } { changed-decide }
    .sms = { $site } : nos horaires ou nos règles ont changé. La décision au sujet { matter } { changed-brief }
customer-promise-missed =
    .title = Vous n’avez pas reçu votre appel
    .text = Vous n’avez pas reçu l’appel promis. Nous en sommes désolés. { $manager ->
        [none] Nous continuons d’essayer de joindre un responsable.
       *[other] { $manager } suit toujours votre dossier et a reçu un rappel. { reach }
    }
    .sms = { $site } : vous n’avez pas reçu l’appel promis. Nous en sommes désolés. { $manager ->
        [none] Nous continuons d’essayer de joindre un responsable.
       *[other] { $manager } a reçu un rappel. { reach-short }
    }
customer-throttled =
    .title = Votre centre de service vous répondra
    .text = { about } { throttled-helps } { $next_at ->
        [none] { "" }
       *[other] { throttled-next }
    } { decision-throttled } { throttled-remaining } { throttled-appeal }
    .sms = { $site } : votre centre vous répondra au sujet { matter }. { $next_at ->
        [none] { "" }
       *[other] { throttled-next }
    } { $limited ->
        [blocked] Transmission impossible actuellement.
        [never] Transmission impossible actuellement.
        [day] { $times } demandes par 24 heures au plus.
       *[window] { $times } demandes en { $days } jours au plus.
    } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-brief }
    }
throttled-helps = Votre centre de service vous répondra.
decision-throttled = { $limited ->
    [blocked] Nous ne pouvons pas transmettre vos demandes à un responsable actuellement.
    [day] Vous pouvez vous adresser à un responsable { $times ->
        [one] une fois
        [2] deux fois
       *[other] { $times } fois
    } en 24 heures, et vous l’avez fait.
    [never] Nous ne pouvons transmettre aucune demande à un responsable actuellement.
   *[window] Vous pouvez vous adresser à un responsable { $times ->
        [one] une fois
        [2] deux fois
       *[other] { $times } fois
    } en { $days } jours{ $weighed ->
        [yes] {"\u00A0"}; une demande qui s’est révélée infondée compte plus d’une fois
       *[no] { "" }
    }. Cette limite est atteinte.
}
throttled-remaining = { $remaining ->
    [none] { "" }
    [0] { "" }
    [one] Il vous reste une demande possible en { $window_days } jours.
   *[other] Il vous reste { $remaining } demandes possibles en { $window_days } jours.
}
throttled-next = { $next_passed ->
    [yes] Vous pouvez à nouveau vous adresser à un responsable.
   *[no] Vous pourrez à nouveau vous adresser à un responsable à partir du { $next_at }.
}
throttled-appeal = { $appeal_until ->
    [none] { "" }
   *[other] { $appeal_passed ->
        [yes] { "" }
       *[no] Si vous pensez que c’est une erreur, dites à votre centre de service, avant le { $appeal_until }, que vous contestez cette décision ; un responsable de niveau supérieur décidera alors.
    }
}
customer-agreed =
    .title = Vous avez accepté { $amount }
    .text = Nous avons noté que vous avez accepté { $amount } pour les travaux sur votre véhicule. { agreed-before } Si ce n’est pas le cas, demandez à parler à un responsable.
    .sms = { $site } : nous avons noté votre accord pour { $amount }. { agreed-before } Si ce n’est pas le cas, demandez à parler à un responsable.
agreed-before = { $stood ->
    [AGREED] Auparavant, vous aviez accepté { $base }.
    [ESTIMATED] Le premier devis était de { $base }.
   *[NOTHING] { "" }
}
customer-rate =
    .title = Comment s’est passée votre visite ?
    .text = Votre visite est terminée : { $site }. Tout est-il réglé ? Merci de répondre par oui, en partie ou non, et de noter votre visite de 1 (pas du tout satisfait) à 5 (très satisfait).
    .sms = { $site } : votre visite est terminée. Merci de nous dire si tout est réglé (oui, en partie ou non) et de noter votre visite de 1 (mauvais) à 5 (très bon).
customer-request-open =
    .title = Votre demande est déjà en cours
    .text = Vous avez contesté une décision, ce qui n’est pas possible : { appeal-refused } Nous traitons votre message comme une demande de parler à un responsable. Une telle demande de votre part est déjà en cours ; vous n’avez rien d’autre à faire.
    .sms = { $site } : votre contestation n’est pas possible : { appeal-refused } Nous la traitons comme une demande de parler à un responsable ; elle est déjà en cours.
appeal-refused = { $refused ->
    [ONCE] chaque décision ne peut être contestée qu’une fois.
    [LATE] le délai est passé.
    [RECENT] vous avez contesté une autre décision il y a peu de temps.
    [UNDECIDED] votre contestation précédente n’est pas encore tranchée.
    [OPEN] elle n’est pas encore prise.
   *[other] il n’y a rien à contester actuellement.
}

## Au responsable

case-line = Dossier { $escalation_id }, { $site } : { case }. { said-line }
said-line = { $words ->
    [none] { $topic ->
        [none] { "" }
       *[other] Le client précise qu’il s’agit { said-topic }.
    }
   *[other] { $topic ->
        [none] Le client a écrit : « { $words } »
       *[other] Le client a écrit au sujet { said-topic } : « { $words } »
    }
}
said-topic = { $topic ->
    [PRICE] du prix
    [DIAGNOSIS] du diagnostic
    [WARRANTY] de la garantie
    [TIME] du délai
    [LOANER] du véhicule de prêt
    [DAMAGE] d’un dommage au véhicule
    [CONDUCT] de la façon dont il a été traité
   *[OTHER] d’autre chose
}
said-short = { $words ->
    [none] { "" }
   *[other] "{ $words }"
}
case-other = { $kind ->
    [ESTIMATE] prix
    [DIAGNOSIS] diagnostic
    [WARRANTY] garantie
    [SILENCE] réponse attendue par le client
   *[REQUEST] demande du client
}
safety-line = { $severity ->
    [SAFETY] La sécurité peut être en jeu.
   *[other] { "" }
}
wish-line = Langue souhaitée par le client : { $customer_language }{ $wished_channel ->
    [PHONE] , par téléphone
    [EMAIL] , par e-mail
    [SMS] , par SMS
    [APP] , dans l’application
   *[other] { "" }
}{ $call_not_before ->
    [none] { "" }
   *[other] { $call_passed ->
        [yes] { "" }
       *[no] , pas avant le { $call_not_before }
    }
}.
after-decision = { $decided_before_call ->
    [yes] Le dossier devrait être tranché avant.
   *[none] { "" }
}
new-wish = { $wished ->
    [yes] { wish-line } { after-decision }
   *[none] { "" }
}

manager-opened =
    .title = Nouveau dossier : { $site }
    .text = { case-line } { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Nouveau dossier { $escalation_id }, { $site } : { case }. { safety-line } { short-both } { said-short }
manager-call-taken =
    .title = L’appel du client est noté
    .text = { case-line } Vous avez pris l’appel du client, le dossier vous est donc confié. { please-decide } { new-wish }
    .sms = Dossier { $escalation_id }, { $site } : { case }. Vous avez pris l’appel du client, il vous est donc confié. { short-decide }
manager-joined =
    .title = Votre dossier est complété : { $site }
    .text = { case-line } Cela s’ajoute au dossier. { safety-line } { please-decide } { new-wish }
    .sms = Dossier { $escalation_id }, { $site }, ajout : { case }. { safety-line } { short-decide } { said-short }
manager-corrected =
    .title = Un motif n’est plus valable : { $site }
    .text = { case-line } { part-gone } Merci de revoir le dossier{ then-decide }
    .sms = Dossier { $escalation_id }, { $site } : { case }. { part-gone } { short-decide }
part-gone = { $withdrawn ->
    [yes] Le client a retiré ce point.
   *[no] { $all_gone ->
        [yes] Ce point n’est plus valable, et aucun autre ne reste.
       *[no] Ce point n’est plus valable ; le reste du dossier l’est.
    }
}
manager-more-urgent =
    .title = Votre dossier est plus urgent : { $site }
    .text = { case-line } Il est maintenant plus urgent. { safety-line } { please-both }
    .sms = Dossier { $escalation_id }, { $site }, plus urgent : { case }. { safety-line } { short-both }
manager-assigned =
    .title = Un dossier vous est confié : { $site }
    .text = { case-line } { assigned-why } { so-far } { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Dossier { $escalation_id }, { $site }, pour vous : { case }. { safety-line } { short-both } { said-short }
so-far = { $spoken ->
    [yes] Quelqu’un a déjà parlé au client.
    [no] Personne n’a encore parlé au client.
   *[none] { "" }
} { $promised_by ->
    [none] { "" }
   *[other] { $promised_passed ->
        [yes] Un appel était promis avant le { $promised_by } et n’a pas eu lieu.
       *[no] Un appel est promis avant le { $promised_by }.
    }
}
assigned-why = { $why ->
    [HANDED_OVER] La personne qui le suivait est absente.
    [MANAGER_NOT_REACHED] La personne qui le suivait n’est pas joignable.
    [NOT_ACKNOWLEDGED] Il n’a pas été pris en charge à temps.
    [UNDECIDED] La décision n’a pas été prise à temps.
    [SILENCE_PROMISE_MISSED] Le client n’a pas reçu un appel promis.
   *[other] Il vous est désormais confié.
}
manager-released =
    .title = Un dossier ne vous est plus confié : { $site }
    .text = Le dossier { $escalation_id }, { $site }, { $manager ->
        [none] ne vous est plus confié.
       *[other] est maintenant suivi par { $manager }.
    } Vous n’avez plus rien à faire.
    .sms = Le dossier { $escalation_id }, { $site }, { $manager ->
        [none] ne vous est plus confié.
       *[other] est maintenant suivi par { $manager }.
    } Vous n’avez plus rien à faire.
manager-passed-by =
    .title = Un dossier a été transmis au niveau supérieur : { $site }
    .text = Le dossier { $escalation_id }, { $site }, a été transmis au niveau supérieur{ $manager ->
        [none] { "" }
       *[other] {"\u00A0"}: { $manager }
    }. { passed-why } Vous pouvez encore agir tant que personne d’autre ne l’a pris en charge.
    .sms = Dossier { $escalation_id }, { $site }, transmis au niveau supérieur{ $manager ->
        [none] { "" }
       *[other] {"\u00A0"}: { $manager }
    }. Vous pouvez encore agir tant que personne d’autre ne l’a pris en charge.
passed-why = { $why ->
    [NOT_ACKNOWLEDGED] Il n’a pas été pris en charge à temps.
    [UNDECIDED] La décision n’a pas été prise à temps.
    [SILENCE_PROMISE_MISSED] Le client n’a pas reçu un appel promis.
   *[other] { "" }
}
manager-kept =
    .title = Un dossier vous reste confié : { $site }
    .text = { case-line } Il aurait dû être transmis au niveau supérieur, mais personne d’autre n’est joignable ; il vous reste donc confié. { please-decide }
    .sms = Dossier { $escalation_id }, { $site } : { case }. Personne d’autre n’est joignable, il vous reste donc confié. { short-decide } { said-short }
manager-warned =
    .title = Une échéance approche : { $site }
    .text = { case-line } { warned-why } { $deadline ->
        [ACKNOWLEDGE] { please-both }
       *[other] { please-decide }
    }
    .sms = Dossier { $escalation_id }, { $site } : { case }. Une échéance approche. { $deadline ->
        [ACKNOWLEDGE] { short-both }
       *[other] { short-decide }
    } { said-short }
warned-why = { $deadline ->
    [ACKNOWLEDGE] { $percent } % du temps de prise en charge sont écoulés.
    [DECIDE] { $percent } % du temps de décision sont écoulés.
   *[other] Une échéance approche.
}
manager-overdue =
    .title = Un dossier est en retard : { $site }
    .text = { case-line } La décision aurait déjà dû être prise. { safety-line } Merci de décider immédiatement ; le client a été prévenu du retard.
    .sms = Dossier { $escalation_id }, { $site }, en retard : { case }. { safety-line } Merci de décider immédiatement ; le client le sait. { said-short }
manager-deadlines-changed =
    .title = Nouvelles échéances pour un dossier : { $site }
    .text = { case-line } Ses échéances ont changé avec les horaires du centre ou les règles. { list-both }
    .sms = Dossier { $escalation_id }, { $site } : { case }. Nouvelles échéances. { short-both }
manager-promise-missed =
    .title = Un appel promis n’a pas eu lieu
    .text = { case-line } Le client n’a pas reçu l’appel promis. Merci d’appeler maintenant.
    .sms = Dossier { $escalation_id }, { $site } : { case }. Le client n’a pas reçu l’appel promis. Merci d’appeler maintenant. { said-short }
manager-back =
    .title = Un dossier est de retour dans votre liste : { $site }
    .text = { case-line } { back-why } { please-decide }
    .sms = Dossier { $escalation_id }, { $site }, de retour : { case }. { back-why } { short-decide } { said-short }
back-why = { $why ->
    [SNOOZE_ENDED] Le temps pendant lequel vous l’aviez masqué est passé.
    [WAIT_ENDED] Le client n’a pas répondu à temps.
    [CUSTOMER_ANSWERED] Le client a répondu.
   *[other] Il a de nouveau besoin de vous.
}
manager-contact-denied =
    .title = Le client dit que personne ne lui a parlé
    .text = { case-line } Le client dit que personne ne lui a parlé : l’échange ne compte plus. Merci de l’appeler{ and-decide-too }
    .sms = Dossier { $escalation_id }, { $site } : { case }. Le client dit que personne ne lui a parlé. Merci de l’appeler. { short-decide }
manager-customer-not-reached =
    .title = Le client n’a pas pu être joint
    .text = { case-line } Un message au client n’a pu être remis par aucun moyen. Merci de l’appeler{ and-decide-too }
    .sms = Dossier { $escalation_id }, { $site } : { case }. Aucun message ne parvient au client. Merci de l’appeler. { short-decide }
manager-incident =
    .title = Plusieurs dossiers à la fois : { $site }
    .text = { $site } : { $cases } dossiers du même type sont arrivés en peu de temps et vous sont donc tous confiés : { $incident_id }. Chacun garde ses propres échéances.
    .sms = { $site } : { $cases } dossiers du même type en peu de temps vous sont tous confiés : { $incident_id }. Chacun garde ses échéances.
manager-informed =
    .title = Du nouveau sur votre dossier : { $site }
    .text = { case-line } { informed } Le dossier vous reste confié. { please-decide }
    .sms = Dossier { $escalation_id }, { $site } : { informed } Il vous reste confié. { short-decide }
informed = { $did ->
    [ACKNOWLEDGED] { $who ->
        [none] Nous l’avons pris en charge.
       *[other] { $who } l’a pris en charge.
    }
    [CONTACTED] { $who ->
        [none] Nous avons parlé au client.
       *[other] { $who } a parlé au client.
    }
    [PROMISED] { $who ->
        [none] Nous avons promis au client un appel avant le { $until }.
       *[other] { $who } a promis au client un appel avant le { $until }.
    }
    [WAITING] { $who ->
        [none] Nous avons demandé au client de répondre avant le { $until }.
       *[other] { $who } a demandé au client de répondre avant le { $until }.
    }
   *[SNOOZED] { $who ->
        [none] Nous l’avons masqué de votre liste jusqu’au { $until }.
       *[other] { $who } l’a masqué de votre liste jusqu’au { $until }.
    }
}
manager-resolved =
    .title = Un dossier est tranché : { $site }
    .text = Le dossier { $escalation_id }, { $site }, a été tranché par { $who ->
        [none] nos soins
       *[other] { $who }
    } : { outcome-word }.
    .sms = Le dossier { $escalation_id }, { $site }, a été tranché par { $who ->
        [none] nos soins
       *[other] { $who }
    } : { outcome-word }.
outcome-word = { $outcome ->
    [UPHELD] fondé
    [PARTLY_UPHELD] partiellement fondé
    [ABUSIVE] abusif
   *[UNFOUNDED] non fondé
}
manager-confirmed =
    .title = Abus confirmé : { $site }
    .text = Dossier { $escalation_id }, { $site } : { confirmed-by } Le client en est informé, et cela compte désormais.
    .sms = Dossier { $escalation_id }, { $site } : { confirmed-by } Cela compte désormais.
confirmed-by = { $who ->
    [none] nous avons confirmé l’abus.
   *[other] { $who } a confirmé l’abus.
}
manager-many-low =
    .title = De nombreux dossiers mineurs : { $site }
    .text = { $site } : { $cases } dossiers mineurs en { $days } jours. Chacun est tranché sur place et ne remonte pas ; nous vous signalons donc une fois qu’ils sont nombreux. Merci de vérifier s’ils ont une cause commune. Le dernier : { $escalation_id }.
    .sms = { $site } : { $cases } dossiers mineurs en { $days } jours, chacun tranché sur place. Merci de vérifier s’ils ont une cause commune. Le dernier : { $escalation_id }.
manager-to-confirm =
    .title = Abus à confirmer : { $site }
    .text = { case-line } { found-abusive } { confirm-line }
    .sms = Dossier { $escalation_id }, { $site } : { found-abusive } { confirm-short }
found-abusive = { $who ->
    [none] Nous avons conclu à un abus.
   *[other] { $who } a conclu à un abus.
}
confirm-line = { $until_passed ->
    [yes] Le délai expirait le { $until } et personne ne l’a confirmé : la demande reste non fondée.
   *[no] { not-confirmed } Cela ne compte que si une autre personne le confirme avant le { $until } ; sinon, la demande reste non fondée. Merci d’examiner le dossier et de confirmer si vous êtes d’accord.
}
confirm-short = { $until_passed ->
    [yes] Personne ne l’a confirmé à temps : la demande reste non fondée.
   *[no] { not-confirmed } Si vous êtes d’accord, merci de confirmer avant le { $until } ; sinon, la demande reste non fondée.
}
not-confirmed = { $again ->
    [yes] Personne ne l’a encore confirmé.
   *[no] { "" }
}
manager-wish =
    .title = Comment joindre votre client : { $site }
    .text = { case-line } Le client s’est de nouveau manifesté. { wish-line } { after-decision }
    .sms = Dossier { $escalation_id }, { $site } : le client s’est de nouveau manifesté. { wish-line } { said-short }
manager-not-settled =
    .title = Un client dit que son dossier n’est pas réglé
    .text = { case-line } Décision : { outcome-word }. Le client dit maintenant que ce n’est pas réglé. Vous pouvez revoir le dossier et le rouvrir.
    .sms = Dossier { $escalation_id }, { $site }, décision : { outcome-word }. Le client dit que ce n’est pas réglé. Vous pouvez le rouvrir. { said-short }
manager-reopened =
    .title = Un dossier est rouvert : { $site }
    .text = { case-line } Il est rouvert et vous est confié. { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Dossier { $escalation_id }, { $site }, rouvert, vous est confié : { case }. { short-both } { said-short }
manager-withdrawn =
    .title = Un dossier est clos : { $site }
    .text = Le dossier { $escalation_id }, { $site }, est clos : { $withdrawn ->
        [yes] le client l’a retiré.
       *[no] la situation a changé, il n’y a plus rien à décider.
    }
    .sms = Le dossier { $escalation_id }, { $site }, est clos : { $withdrawn ->
        [yes] le client l’a retiré.
       *[no] la situation a changé, il n’y a plus rien à décider.
    }
manager-refused =
    .title = Votre action n’a pas pu être effectuée
    .text = Dossier { $escalation_id }, { $site } : votre action « { action-word } » n’a pas pu être effectuée : { refused-why }
    .sms = Dossier { $escalation_id }, { $site } : votre action « { action-word } » n’a pas pu être effectuée : { refused-why }
action-word = { $action ->
    [ACKNOWLEDGE] prise en charge
    [CONTACTED] contact avec le client
    [PROMISE] promesse d’appel
    [WAIT] attente d’une réponse
    [SNOOZE] masquer
    [REASSIGN] réattribuer
    [RESOLVE] trancher
    [REOPEN] rouvrir
    [CONFIRM] confirmer l’abus
   *[other] { $action }
}
refused-why = { $why ->
    [NOT_ENTITLED] ce dossier ne vous est pas confié.
    [CLOSED] ce dossier est clos.
    [ALREADY_ACKNOWLEDGED] il est déjà pris en charge.
    [NO_OUTCOME] il manque un résultat.
    [NOT_ASKED_FOR] nous avons constaté ce cas nous-mêmes, le client ne l’a pas demandé ; il ne peut donc pas être abusif.
    [NO_UNTIL] il manque une date.
    [UNTIL_IS_PAST] la date indiquée est déjà passée.
    [NO_SUCH_MANAGER] personne n’a cet identifiant dans l’annuaire.
    [HAS_IT_ALREADY] cette personne suit déjà ce dossier.
    [NOT_CLOSED] ce dossier n’est pas clos.
    [WENT_INTO_ANOTHER] ce dossier a été réuni à un autre.
    [CUSTOMER_FORGOTTEN] le client a demandé l’effacement de ses données.
    [ANOTHER_IS_OPEN] un autre dossier de la même visite est ouvert.
    [ENDED_TOO_LONG_AGO] ce dossier est clos depuis trop longtemps.
    [REOPENED_BEFORE] ce dossier a été rouvert il y a peu de temps.
    [TAKEN_BACK] le client a retiré le dossier.
    [NOT_YET] ce n’est pas encore possible.
    [ONLY_WITH_RESOLVE] une mesure ou un message ne va qu’avec une décision.
    [NOTHING_UPHELD] une mesure suppose une décision en faveur du client.
    [NO_AMOUNT] il manque un montant.
    [OTHER_CURRENCY] le montant doit être dans la devise de la visite.
    [NO_ESTIMATE] il faut préciser le devis.
    [BY_IS_PAST] la date de la mesure est déjà passée.
    [NOT_CONTACTED] personne n’a encore parlé avec le client.
    [WAIT_TOO_LONG] le dossier ne peut plus attendre le client aussi longtemps.
    [NO_REASON] il manque un motif.
    [ABUSIVE_ON_SAFETY] un dossier qui peut concerner la sécurité n’est jamais abusif.
    [NOT_ABUSIVE] il n’est pas tranché comme abusif.
    [CONFIRMED_BEFORE] c’est déjà confirmé.
    [BY_THE_SAME] une autre personne doit le confirmer.
    [RESOLVED_TOO_LONG_AGO] la décision est trop ancienne.
   *[other] ce n’est pas possible maintenant.
}

## Au site, donc au conseiller qui parle au client

site-opened =
    .title = Un client a un dossier : { $site }
    .text = { case-line } { safety-line } { site-manager }
    .sms = Dossier { $escalation_id }, { $site } : { case }. { safety-line } { site-manager }
site-manager = { $manager ->
    [none] Aucun responsable ne le suit encore.
   *[other] { $manager } le suit et peut vous poser des questions.
}
site-not-kept =
    .title = Décision non respectée : { $site }
    .text = Dossier { $escalation_id }, { $site } : { case }. Merci d’appliquer la décision, ou de dire au responsable ce qui s’y oppose. { site-manager }
    .sms = Dossier { $escalation_id }, { $site } : { case }. Merci d’appliquer la décision. { site-manager }
site-incident =
    .title = Plusieurs dossiers à la fois : { $site }
    .text = { $site } : { $cases } dossiers du même type sont arrivés en peu de temps : { $incident_id }. { site-managers }
    .sms = { $site } : { $cases } dossiers du même type en peu de temps : { $incident_id }. { site-managers }
site-managers = { $manager ->
    [none] Aucun responsable ne les suit encore.
   *[other] { $manager } les suit.
}
site-resolved =
    .title = Un dossier est tranché : { $site }
    .text = Le dossier { $escalation_id }, { $site }, est tranché : { outcome-word }. { site-remedy }
    .sms = Dossier { $escalation_id }, { $site }, tranché : { outcome-word }. { site-remedy }
site-remedy = { $remedy ->
    [PRICE_TO] Merci de facturer { $remedy_amount }{ $estimate_id ->
        [none] { "" }
       *[other] {" "}(devis { $estimate_id })
    }.
    [FREE_OF_CHARGE] Merci de ne rien facturer{ $estimate_id ->
        [none] { "" }
       *[other] {" "}(devis { $estimate_id })
    }.
    [GOODWILL] { $remedy_amount ->
        [none] Un geste commercial est accordé au client.
       *[other] À titre de geste commercial, le client reçoit { $remedy_amount }.
    }
    [SECOND_DIAGNOSIS] Merci de refaire le diagnostic du véhicule.
    [LOANER] Merci de fournir au client un véhicule de prêt.
    [APOLOGY] Des excuses sont présentées au client.
    [NONE] Vous n’avez rien d’autre à faire.
   *[OTHER] Merci de demander au responsable ce qu’il faut faire.
} { $remedy_by ->
    [none] { "" }
   *[other] { $remedy_passed ->
        [yes] Cela devait être fait avant le { $remedy_by }.
       *[no] Merci de veiller à ce que ce soit fait avant le { $remedy_by }.
    }
}
site-withdrawn =
    .title = Un dossier est clos : { $site }
    .text = Le dossier { $escalation_id }, { $site }, est clos : { $withdrawn ->
        [yes] le client l’a retiré.
       *[no] la situation a changé, il n’y a plus rien à décider.
    }
    .sms = Le dossier { $escalation_id }, { $site }, est clos : { $withdrawn ->
        [yes] le client l’a retiré.
       *[no] la situation a changé, il n’y a plus rien à décider.
    }

## La carte de contact

contacts-managers = Pour toute question sur votre visite à { $site }, vous pouvez joindre :
contacts-site = Pour toute question sur votre visite, vous pouvez joindre { $site } au { $phone }.
contacts-manager = { $manager } : { $reach } ({ $hours })
contacts-hours = { $weekdays } { $begin }–{ $end }
contacts-always = à tout moment
clock-time = { $full_hour ->
    [yes] { $hour } h
   *[no] { $hour } h { $minute }
}

## Le lien vers le dossier, à la fin de ce qui est envoyé aux clients

link-line = Pour savoir où en est votre dossier : { $link }
link-short = { $link }
