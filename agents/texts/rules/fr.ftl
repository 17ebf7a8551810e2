### Les mots de chaque règle en français (modèle : en.ftl) : .customer au client, .manager au responsable,
### .matter après « au sujet ... », .gone, pourquoi elle ne vaut plus.

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
    .matter = de la hausse de votre devis
    .gone = { $gone ->
        [AGREED] Vous avez accepté le nouveau prix.
        [AGREED_LESS] Vous avez accepté un prix plus bas ; le reste est considéré comme refusé.
        [DECLINED] Vous avez refusé le nouveau prix.
       *[other] Le devis a changé et ne dépasse plus ce qui est permis sans votre accord.
    }

rule-CHARGED_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] Vous avez accepté un montant de { $base }{ $tax ->
            [before] {" "}hors taxes
           *[with] {""}
        }, mais { $amount } vous ont été facturés, soit { $excess } de plus.
       *[no] { $amount } vous ont été facturés, alors que nous n’avons pas trace de votre accord sur un prix.
    }
    .manager = { $amount } facturés, soit { $excess } de plus que convenu
    .matter = du montant facturé
    .gone = { $gone ->
        [AGREED] Vous aviez accepté le montant facturé.
       *[other] À notre connaissance, vous n’avez pas payé plus que ce que vous aviez accepté.
    }

rule-ESTIMATE_DECLINED_WORK_DONE =
    .customer = Des travaux que vous aviez refusés ont été effectués sur votre véhicule.
    .manager = des travaux refusés ont été effectués
    .matter = des travaux que vous aviez refusés
    .gone = À notre connaissance, aucun travail que vous aviez refusé n’a été effectué.

rule-ESTIMATE_CHARGES_COVERED_WORK =
    .customer = { $amount } vous sont facturés pour des travaux que la garantie devrait prendre en charge{ $shared ->
        [yes] {" "}pour une plus grande part
       *[no] {""}
    }.
    .manager = { $amount } facturés{ $shared ->
        [yes] , plus que la part du client sous garantie
       *[no] {" "}pour des travaux sous garantie
    }
    .matter = de la facturation de travaux sous garantie
    .gone = { $gone ->
        [AGREED] Vous avez accepté de payer cette part des travaux.
       *[other] À notre connaissance, aucun travail que la garantie devrait prendre en charge ne vous est facturé.
    }

rule-ESTIMATE_DISPUTED =
    .customer = Vous nous avez dit que vous n’êtes pas d’accord avec le devis.
    .manager = désaccord sur le devis
    .matter = de votre désaccord sur le devis

rule-DIAGNOSIS_DISPUTED =
    .customer = Vous nous avez dit que vous n’êtes pas d’accord avec le diagnostic.
    .manager = désaccord sur le diagnostic
    .matter = de votre désaccord sur le diagnostic

rule-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION =
    .customer = Le diagnostic a changé après que vous avez accepté les travaux.
    .manager = le diagnostic a changé après l’accord du client
    .matter = du changement de diagnostic
    .gone = À notre connaissance, le diagnostic n’a pas changé après votre accord.

rule-DIAGNOSIS_REMOTE_DIFFERS =
    .customer = Le diagnostic du centre de service diffère de celui qui avait été établi à distance.
    .manager = le diagnostic diffère de celui établi à distance
    .matter = de la différence entre les deux diagnostics
    .gone = Les deux diagnostics concordent maintenant.

rule-DIAGNOSIS_NO_FAULT_FOUND_AGAIN =
    .customer = Vous nous avez confié votre véhicule { $visits ->
        [one] une fois
        [2] deux fois
       *[other] { $visits } fois
    } pour le même problème, et aucun défaut n’a été trouvé.
    .manager = aucun défaut trouvé en { $visits } visites
    .matter = de la recherche du défaut
    .gone = Les constats sur votre véhicule ont été corrigés depuis.

rule-WARRANTY_DENIED_AGAINST_CAUSE =
    .customer = La prise en charge sous garantie vous a été refusée, alors que le diagnostic indique un défaut de fabrication.
    .manager = garantie refusée malgré un défaut de fabrication
    .matter = de la prise en charge sous garantie
    .gone = { $gone ->
        [DIAGNOSIS] Le diagnostic n’indique plus de défaut de fabrication.
       *[other] La prise en charge sous garantie n’est plus refusée.
    }

rule-WARRANTY_REVERSED =
    .customer = { $less ->
        [yes] La garantie prend maintenant en charge une part plus faible que ce qui avait d’abord été promis.
       *[no] La prise en charge sous garantie a d’abord été acceptée, puis refusée.
    }
    .manager = { $less ->
        [yes] prise en charge réduite après coup
       *[no] garantie acceptée, puis refusée
    }
    .matter = de la prise en charge sous garantie
    .gone = La garantie prend de nouveau en charge ce qui avait d’abord été promis.

rule-WARRANTY_DISPUTED =
    .customer = Vous nous avez dit que vous n’êtes pas d’accord avec la décision sur la prise en charge sous garantie.
    .manager = désaccord sur la garantie
    .matter = de votre désaccord sur la garantie

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
    .matter = des réparations répétées
    .gone = Les informations sur les réparations de votre véhicule ont été corrigées depuis.

rule-SILENCE_NO_WORD =
    .customer = Vous nous avez posé une question et n’avez pas reçu de réponse.
    .manager = une question du client est restée sans réponse
    .matter = de la réponse à votre question
    .gone = Nous avons appris que vous aviez reçu une réponse à temps.

rule-SILENCE_READY_TIME_MOVED =
    .customer = La remise de votre véhicule a été repoussée à plusieurs reprises.
    .manager = la remise du véhicule a été repoussée à plusieurs reprises
    .matter = de la remise de votre véhicule
    .gone = À notre connaissance, la remise de votre véhicule n’a pas été repoussée à plusieurs reprises.

rule-REQUESTED_BY_CUSTOMER =
    .customer = { $asked ->
        [called] Vous avez appelé l’un de nos responsables.
        [disagrees] Vous nous avez dit que vous n’êtes pas d’accord.
        [appealed] Vous avez contesté une décision. Ce n’est pas possible ici ; nous traitons donc votre message comme une demande de parler à un responsable.
       *[button] Vous avez demandé à parler à un responsable.
    }
    .manager = le client demande à parler à un responsable
    .matter = de votre demande de parler à un responsable

rule-APPEALED_BY_CUSTOMER =
    .customer = Vous avez contesté notre décision.
    .manager = le client conteste une décision
    .matter = de votre contestation

rule-SILENCE_READY_TIME_PASSED =
    .customer = L’heure de remise de votre véhicule est passée sans nouvelles.
    .manager = l’heure de remise du véhicule est passée sans nouvelles
    .matter = de la remise de votre véhicule
    .gone = Nous avons appris que vous aviez eu des nouvelles de votre véhicule à temps.

rule-DECISION_NOT_KEPT =
    .customer = { $not_kept ->
        [price] Nous avons décidé que vous payez { $base } au maximum, mais le prix est maintenant de { $amount }, soit { $excess } de plus.
        [claim] Nous vous avons donné raison au sujet de votre garantie, mais la prise en charge n’a pas été acceptée depuis.
       *[remedy] À notre connaissance, ce que nous vous avons promis n’a pas été fait à temps.
    }
    .manager = notre décision n’a pas été respectée : { $not_kept ->
        [price] { $excess } de trop
        [claim] garantie toujours pas acceptée
       *[remedy] promesse non tenue
    }
    .matter = de la décision non respectée
    .gone = À notre connaissance, la décision est maintenant respectée.
