### Les mots de chaque règle en français : .customer au client, .manager au responsable (modèle : en.ftl).

rule-ESTIMATE_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] Vous avez accepté un montant de { $base }{ $tax ->
            [before] {" "}hors taxes
           *[with] {""}
        }. Le devis pour votre véhicule s’élève maintenant à { $amount }, soit { $excess } de plus.
       *[no] Le devis pour votre véhicule est passé de { $base } à { $amount }{ $tax ->
            [before] {" "}hors taxes
           *[with] {""}
        }, soit { $excess } de plus.
    }
    .manager = le devis est passé de { $base } à { $amount }, soit { $excess } de plus

rule-CHARGED_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] Vous avez accepté un montant de { $base }{ $tax ->
            [before] {" "}hors taxes
           *[with] {""}
        }, mais { $amount } vous ont été facturés, soit { $excess } de plus.
       *[no] { $amount } vous ont été facturés, alors que nous n’avons pas trace de votre accord sur un prix.
    }
    .manager = { $amount } facturés, soit { $excess } de plus que convenu

rule-ESTIMATE_DECLINED_WORK_DONE =
    .customer = Des travaux que vous aviez refusés ont été effectués sur votre véhicule.
    .manager = des travaux refusés ont été effectués

rule-ESTIMATE_CHARGES_COVERED_WORK =
    .customer = { $amount } vous sont facturés pour des travaux que la garantie devrait prendre en charge{ $shared ->
        [yes] {" "}pour une plus grande part
       *[no] {""}
    }.
    .manager = { $amount } facturés{ $shared ->
        [yes] , plus que la part du client sous garantie
       *[no] {" "}pour des travaux sous garantie
    }

rule-ESTIMATE_DISPUTED =
    .customer = Vous nous avez dit que vous n’êtes pas d’accord avec le devis.
    .manager = désaccord sur le devis

rule-DIAGNOSIS_DISPUTED =
    .customer = Vous nous avez dit que vous n’êtes pas d’accord avec le diagnostic.
    .manager = désaccord sur le diagnostic

rule-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION =
    .customer = Le diagnostic a changé après que vous avez accepté les travaux.
    .manager = le diagnostic a changé après l’accord du client

rule-DIAGNOSIS_REMOTE_DIFFERS =
    .customer = Le diagnostic du centre de service diffère de celui qui avait été établi à distance.
    .manager = le diagnostic diffère de celui établi à distance

rule-DIAGNOSIS_NO_FAULT_FOUND_AGAIN =
    .customer = Vous nous avez confié votre véhicule { $visits ->
        [one] une fois
        [2] deux fois
       *[other] { $visits } fois
    } pour le même problème, et aucun défaut n’a été trouvé.
    .manager = aucun défaut trouvé en { $visits } visites

rule-WARRANTY_DENIED_AGAINST_CAUSE =
    .customer = Votre demande de garantie a été refusée, alors que le diagnostic indique un défaut de fabrication.
    .manager = garantie refusée malgré un défaut de fabrication

rule-WARRANTY_REVERSED =
    .customer = { $less ->
        [yes] La garantie prend maintenant en charge une part plus faible que ce qui avait d’abord été promis.
       *[no] Votre demande de garantie a d’abord été acceptée, puis refusée.
    }
    .manager = { $less ->
        [yes] prise en charge réduite après coup
       *[no] garantie acceptée, puis refusée
    }

rule-WARRANTY_DISPUTED =
    .customer = Vous nous avez dit que vous n’êtes pas d’accord avec la décision sur votre demande de garantie.
    .manager = désaccord sur la garantie

rule-WARRANTY_REPEAT_REPAIR =
    .customer = { $by ->
        [days] Votre véhicule a été immobilisé pendant { $days ->
            [one] { $days } jour
           *[other] { $days } jours
        } à cause de réparations.
       *[attempts] Votre véhicule a été réparé { $attempts ->
            [one] une fois
            [2] deux fois
           *[other] { $attempts } fois
        } pour le même problème.
    }
    .manager = { $by ->
        [days] { $days } jours d’immobilisation
       *[attempts] { $attempts } réparations pour un même problème
    }

rule-SILENCE_NO_WORD =
    .customer = Vous nous avez posé une question et n’avez pas reçu de réponse.
    .manager = une question du client est restée sans réponse

rule-SILENCE_READY_TIME_MOVED =
    .customer = La remise de votre véhicule a été repoussée plus d’une fois.
    .manager = la remise du véhicule a été repoussée plus d’une fois

rule-REQUESTED_BY_CUSTOMER =
    .customer = { $asked ->
        [called] Vous avez appelé l’un de nos responsables.
        [disagrees] Vous nous avez dit que vous n’êtes pas d’accord.
        [appealed] Vous avez contesté une décision. Ce n’est pas possible ici ; nous traitons donc votre message comme une demande de parler à un responsable.
       *[button] Vous avez demandé à parler à un responsable.
    }
    .manager = le client demande à parler à un responsable

rule-APPEALED_BY_CUSTOMER =
    .customer = Vous avez contesté notre décision.
    .manager = le client conteste une décision

rule-SILENCE_READY_TIME_PASSED =
    .customer = L’heure de remise de votre véhicule est passée sans nouvelles.
    .manager = l’heure de remise du véhicule est passée sans nouvelles

rule-DECISION_NOT_KEPT =
    .customer = { $not_kept ->
        [price] Nous avons décidé que vous payez { $base } au maximum, mais le prix est maintenant de { $amount }, soit { $excess } de plus.
        [claim] Nous vous avons donné raison au sujet de votre garantie, mais la prise en charge n’a pas été acceptée depuis.
       *[remedy] À notre connaissance, ce que nous vous avons promis n’a pas été fait à temps.
    }
    .manager = notre décision n’a pas été respectée : { $not_kept ->
        [price] { $excess } de trop
        [claim] garantie toujours pas acceptée
       *[remedy] promesse non tenue
    }
