### Las palabras de cada regla en español (modelo: en.ftl): .customer al cliente, .manager al responsable,
### .matter tras «su caso sobre ...», .gone, por qué ya no vale.

rule-ESTIMATE_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] Usted aceptó un precio de { $base }{ $tax ->
            [before] {" "}sin impuestos
           *[with] {""}
        }. El presupuesto de su vehículo es ahora de { $amount }, es decir, { $excess } más.
       *[no] El presupuesto de su vehículo ha subido de { $base } a { $amount }{ $tax ->
            [before] {" "}sin impuestos
           *[with] {""}
        }, es decir, { $excess } más.
    }
    .manager = el presupuesto subió de { $base } a { $amount }, { $excess } más
    .matter = la subida de su presupuesto
    .gone = { $gone ->
        [AGREED] Usted ha aceptado el nuevo precio.
        [AGREED_LESS] Usted ha aceptado un precio menor; el resto cuenta como rechazado.
        [DECLINED] Usted ha rechazado el nuevo precio.
       *[other] El presupuesto ha cambiado y ya no sube más de lo permitido sin consultarle.
    }

rule-CHARGED_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] Usted aceptó un precio de { $base }{ $tax ->
            [before] {" "}sin impuestos
           *[with] {""}
        }, pero se le han cobrado { $amount }, es decir, { $excess } más.
       *[no] Se le han cobrado { $amount }, aunque no nos consta que usted aceptara un precio.
    }
    .manager = se cobraron { $amount }, { $excess } más de lo acordado
    .matter = el importe que se le cobró
    .gone = { $gone ->
        [AGREED] Usted había aceptado el importe que se le cobró.
       *[other] Que sepamos, no se le ha cobrado más de lo que aceptó.
    }

rule-ESTIMATE_DECLINED_WORK_DONE =
    .customer = En su vehículo se hicieron trabajos que usted había rechazado.
    .manager = se hicieron trabajos rechazados
    .matter = los trabajos que había rechazado
    .gone = Que sepamos, no se hizo ningún trabajo que usted hubiera rechazado.

rule-ESTIMATE_CHARGES_COVERED_WORK =
    .customer = Se le cobran { $amount } por trabajos que { $shared ->
        [yes] la garantía debería cubrir en mayor parte
       *[no] debería cubrir la garantía
    }.
    .manager = se cobran { $amount }{ $shared ->
        [yes] , más que la parte del cliente
       *[no] {" "}por trabajos que cubre la garantía
    }
    .matter = el cobro de trabajos en garantía
    .gone = { $gone ->
        [AGREED] Usted ha aceptado pagar esta parte del trabajo.
       *[other] Que sepamos, no se le cobra ningún trabajo que debería cubrir la garantía.
    }

rule-ESTIMATE_DISPUTED =
    .customer = Nos ha dicho que no está de acuerdo con el presupuesto.
    .manager = desacuerdo con el presupuesto
    .matter = su desacuerdo con el presupuesto

rule-DIAGNOSIS_DISPUTED =
    .customer = Nos ha dicho que no está de acuerdo con el diagnóstico.
    .manager = desacuerdo con el diagnóstico
    .matter = su desacuerdo con el diagnóstico

rule-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION =
    .customer = El diagnóstico cambió después de que usted aceptara los trabajos.
    .manager = el diagnóstico cambió después de la aceptación
    .matter = el cambio de diagnóstico
    .gone = Que sepamos, el diagnóstico no cambió después de que usted aceptara los trabajos.

rule-DIAGNOSIS_REMOTE_DIFFERS =
    .customer = El diagnóstico del centro de servicio es distinto del que se hizo a distancia.
    .manager = el diagnóstico es distinto del hecho a distancia
    .matter = la diferencia entre los dos diagnósticos
    .gone = Los dos diagnósticos ya coinciden.

rule-DIAGNOSIS_NO_FAULT_FOUND_AGAIN =
    .customer = Ha traído su vehículo { $visits ->
        [one] una vez
        [2] dos veces
       *[other] { $visits } veces
    } por el mismo problema y no se ha encontrado ningún fallo.
    .manager = ningún fallo encontrado en { $visits } visitas
    .matter = la búsqueda del fallo
    .gone = Lo que se encontró en su vehículo se ha corregido desde entonces.

rule-WARRANTY_DENIED_AGAINST_CAUSE =
    .customer = Su solicitud de garantía fue rechazada, aunque el diagnóstico apunta a un defecto de fabricación.
    .manager = garantía rechazada aunque la causa es de fabricación
    .matter = su solicitud de garantía
    .gone = { $gone ->
        [DIAGNOSIS] El diagnóstico ya no apunta a un defecto de fabricación.
       *[other] Su solicitud de garantía ya no está rechazada.
    }

rule-WARRANTY_REVERSED =
    .customer = { $less ->
        [yes] La garantía cubre ahora una parte menor de lo que se prometió primero.
       *[no] Su solicitud de garantía fue aceptada primero y rechazada después.
    }
    .manager = { $less ->
        [yes] la garantía cubre menos de lo prometido
       *[no] garantía aceptada y después rechazada
    }
    .matter = su solicitud de garantía
    .gone = La garantía vuelve a cubrir lo que se prometió primero.

rule-WARRANTY_DISPUTED =
    .customer = Nos ha dicho que no está de acuerdo con la decisión sobre su solicitud de garantía.
    .manager = desacuerdo con la decisión de garantía
    .matter = su desacuerdo sobre la garantía

rule-WARRANTY_REPEAT_REPAIR =
    .customer = { $by ->
        [days] Ha estado { $days ->
            [one] un día
           *[other] { $days } días
        } sin su vehículo por reparaciones.
       *[attempts] Su vehículo se ha reparado { $attempts ->
            [one] una vez
            [2] dos veces
           *[other] { $attempts } veces
        } por el mismo problema.
    }
    .manager = { $by ->
        [days] { $days } días fuera de servicio
       *[attempts] { $attempts } reparaciones por un mismo problema
    }
    .matter = las reparaciones repetidas
    .gone = Los datos sobre las reparaciones de su vehículo se han corregido desde entonces.

rule-SILENCE_NO_WORD =
    .customer = Nos hizo una pregunta y no ha recibido respuesta.
    .manager = el cliente preguntó y no tuvo respuesta
    .matter = la respuesta a su pregunta
    .gone = Hemos sabido que usted recibió una respuesta a tiempo.

rule-SILENCE_READY_TIME_MOVED =
    .customer = La entrega de su vehículo se ha aplazado varias veces.
    .manager = la entrega del vehículo se aplazó varias veces
    .matter = la hora de entrega de su vehículo
    .gone = Que sepamos, la entrega de su vehículo no se aplazó varias veces.

rule-REQUESTED_BY_CUSTOMER =
    .customer = { $asked ->
        [called] Llamó a uno de nuestros responsables.
        [disagrees] Nos ha dicho que no está de acuerdo.
        [appealed] Ha recurrido una decisión. En este caso no es posible, por lo que lo tratamos como una solicitud para hablar con un responsable.
       *[button] Ha pedido hablar con un responsable.
    }
    .manager = el cliente pide hablar con un responsable
    .matter = su solicitud para hablar con un responsable

rule-APPEALED_BY_CUSTOMER =
    .customer = Ha recurrido nuestra decisión.
    .manager = el cliente recurre una decisión
    .matter = su recurso

rule-SILENCE_READY_TIME_PASSED =
    .customer = La hora de entrega de su vehículo ha pasado sin noticias.
    .manager = la hora de entrega del vehículo pasó sin noticias
    .matter = la hora de entrega de su vehículo
    .gone = Hemos sabido que hubo noticias de su vehículo a tiempo.

rule-DECISION_NOT_KEPT =
    .customer = { $not_kept ->
        [price] Decidimos que usted paga { $base } como máximo, pero el precio es ahora de { $amount }, es decir, { $excess } más.
        [claim] Le dimos la razón sobre su garantía, pero desde entonces no se ha aceptado.
       *[remedy] Que sepamos, lo que le prometimos no se ha hecho a tiempo.
    }
    .manager = no se cumplió nuestra decisión: { $not_kept ->
        [price] { $excess } de más
        [claim] la garantía sigue sin aceptarse
       *[remedy] lo prometido no está hecho
    }
    .matter = la decisión que no se cumplió
    .gone = Que sepamos, la decisión se está cumpliendo.
