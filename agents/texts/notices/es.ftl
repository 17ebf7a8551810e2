### Lo que se dice a las personas, en español. Véase en.ftl; los términos: docs/terms.md.

moment = { $hour ->
    [1] la
   *[other] las
} { $half ->
    [am] { $hour }:{ $minute } a. m.
    [pm] { $hour }:{ $minute } p. m.
   *[none] { $clock }
}{ $zone ->
    [none] { "" }
   *[other] { " " }({ $zone })
} del { $weekday } { $date }
moment-short = { $hour ->
    [1] la
   *[other] las
} { $half ->
    [am] { $hour }:{ $minute } a. m.
    [pm] { $hour }:{ $minute } p. m.
   *[none] { $clock }
} del { $weekday } { $short_date }
some-manager = un responsable
some-who = Un responsable
some-site = Su centro de servicio

## De qué se trata, por regla: para el cliente. «sobre { matter }»

about-other = Se trata de su caso sobre { matter }.
matter = { $kind ->
    [ESTIMATE] el precio
    [DIAGNOSIS] el diagnóstico de su vehículo
    [WARRANTY] su solicitud de garantía
    [SILENCE] la respuesta que usted espera
   *[REQUEST] su solicitud
}

## Por qué ha desaparecido el motivo, por regla: para el cliente

changed-other = La situación ha cambiado.

## Cómo contactar con el responsable, y cómo recurrir

reach = { $phone ->
    [none] { $email ->
        [none] { "" }
       *[other] Puede escribir a { $manager }: { $email }.
    }
   *[other] Puede llamar a { $manager } al { $phone }.
}
reach-short = { $phone ->
    [none] { "" }
   *[other] Tel. { $phone }
}
wish-too-high = { $wish_too_high ->
    [yes] El responsable que usted pidió solo lleva casos más graves.
   *[other] { "" }
}
wish-noted = { $wished ->
    [yes] Hemos anotado cómo desea que le contactemos: { wish-parts }. { $decided_before_call ->
        [yes] Su caso debería decidirse antes.
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
    [EMAIL] por correo electrónico
    [SMS] por SMS
    [APP] en la aplicación
   *[PHONE] por teléfono
}
wish-when = { $call_not_before ->
    [none] como nos indicó
   *[other] no antes de { $call_not_before }
}
wish-and-when = { $call_not_before ->
    [none] { "" }
   *[other] , { wish-when }
}
wish-brief = { $wished ->
    [yes] { $call_not_before ->
        [none] Hemos anotado sus deseos.
       *[other] Anotado: no antes de { $call_not_before }.
    } { $decided_before_call ->
        [yes] Debería decidirse antes.
       *[none] { "" }
    }
   *[none] { "" }
}
assigned-because = { $why ->
    [HANDED_OVER] La persona que llevaba su caso está ausente.
    [MANAGER_NOT_REACHED] No hemos localizado a la persona que llevaba su caso.
   *[other] { "" }
}
appeal = { $appeal_until ->
    [none] { "" }
   *[other] { $appeal_passed ->
        [yes] { "" }
       *[no] Si no está de acuerdo, diga a su centro de servicio antes de { $appeal_until } que recurre la decisión; entonces decidirá un responsable que no haya intervenido antes.
    }
}

## Un plazo, por venir o vencido; quién ha actuado

and-decide = { $decide_passed ->
    [yes] . Debería haberse decidido antes de { $decide_by }.
   *[no] {" "}y le dará una respuesta antes de { $decide_by }.
}
and-decide-at-once = { $decide_passed ->
    [yes] . Debería haberse decidido antes de { $decide_by }.
   *[no] {" "}y le dará una respuesta antes de { $decide_by }.
}
and-be-decided = { $decide_passed ->
    [yes] . Debería haberse decidido antes de { $decide_by }.
   *[no] {" "}y le dará una respuesta antes de { $decide_by }.
}
and-be-decided-brief = { $decide_passed ->
    [yes] . Debería haberse decidido antes de { $decide_by }.
   *[no] {" "}y le dará una respuesta antes de { $decide_by }.
}
manager-decides = { $decide_passed ->
    [yes] Debería haberse decidido antes de { $decide_by }.
   *[no] { $manager } le dará una respuesta antes de { $decide_by }.
}
decide-line = { $decide_passed ->
    [yes] Debería haberse decidido antes de { $decide_by }.
   *[no] Tendrá una respuesta antes de { $decide_by }.
}
decide-brief = { $decide_passed ->
    [yes] Debería haberse decidido antes de { $decide_by }.
   *[no] Tendrá una respuesta antes de { $decide_by }.
}
changed-brief = { $decide_passed ->
    [yes] debería haberse decidido antes de { $decide_by }.
   *[no] se decidirá ahora antes de { $decide_by }.
}
changed-decide = { $decide_passed ->
    [yes] debería haberse decidido antes de { $decide_by }.
   *[no] se decidirá ahora antes de { $decide_by }.
}
please-decide = { $decide_passed ->
    [yes] Debería haberse decidido antes de { $decide_by }. Por favor, decida de inmediato.
   *[no] Por favor, decida antes de { $decide_by }.
}
then-decide = { $decide_passed ->
    [yes] . Debería haberse decidido antes de { $decide_by }.
   *[no] {" "}y decida antes de { $decide_by }.
}
and-decide-too = { $decide_passed ->
    [yes] . Debería haberse decidido antes de { $decide_by }.
   *[no] {" "}y decida antes de { $decide_by }.
}
list-acknowledge = { $acknowledge_passed ->
    [yes] Debería haberse confirmado antes de { $acknowledge_by }
   *[no] Confirmar antes de { $acknowledge_by }
}
list-decide = { $decide_passed ->
    [yes] debería haberse decidido antes de { $decide_by }
   *[no] decidir antes de { $decide_by }
}
short-decide = { $decide_passed ->
    [yes] Debería haberse decidido antes de { $decide_by }.
   *[no] Decida antes de { $decide_by }.
}
appeal-short = { $appeal_passed ->
    [yes] { "" }
   *[no] Puede recurrir en el centro antes de { $appeal_until }.
}
appeal-brief = { $appeal_passed ->
    [yes] { "" }
   *[no] Puede recurrir en el centro antes de { $appeal_until }.
}
reply = { $until_passed ->
    [yes] Se la habíamos pedido antes de { $until }; por favor, responda en cuanto pueda.
   *[no] Por favor, responda antes de { $until }.
}
promise = { $until_passed ->
    [yes] { $who ->
        [none] Nos comprometimos a llamarle antes de { $until } sobre { matter }.
       *[other] { $who } se comprometió a llamarle antes de { $until } sobre { matter }.
    }
   *[no] { $who ->
        [none] Le llamaremos antes de { $until } sobre { matter }.
       *[other] { $who } le llamará antes de { $until } sobre { matter }.
    }
}
please-both = { $acknowledge_passed ->
    [yes] { $decide_passed ->
        [yes] Debería haberse confirmado antes de { $acknowledge_by } y decidido antes de { $decide_by }. Por favor, ocúpese de inmediato.
       *[no] Debería haberse confirmado antes de { $acknowledge_by }. Por favor, hágalo de inmediato y decida antes de { $decide_by }.
    }
   *[no] { $decide_passed ->
        [yes] Por favor, confírmelo antes de { $acknowledge_by }. Debería haberse decidido antes de { $decide_by }.
       *[no] Por favor, confírmelo antes de { $acknowledge_by } y decida antes de { $decide_by }.
    }
}
list-both = { list-acknowledge }; { list-decide }.
short-both = { $acknowledge_passed ->
    [yes] { $decide_passed ->
        [yes] Debía decidirse antes de { $decide_by }.
       *[no] Confirme ya; decida antes de { $decide_by }.
    }
   *[no] { $decide_passed ->
        [yes] Confirme antes de { $acknowledge_by }; decisión fuera de plazo.
       *[no] Confirme antes de { $acknowledge_by }; decida antes de { $decide_by }.
    }
}
seen = { $who ->
    [none] Hemos visto su caso sobre { matter }.
   *[other] { $who } ha visto su caso sobre { matter }.
}
still-decides = { $actor ->
    [NOBODY] Seguimos intentando localizar a un responsable.
   *[ANOTHER] { manager-decides }
}
still-has = { $actor ->
    [ANOTHER] { $manager } lleva su caso.
   *[MANAGER] { "" }
}

## Al cliente

found-by-us = { $found ->
    [yes] Lo hemos detectado nosotros; no cuenta como una solicitud suya.
   *[other] { "" }
}
found-in-brief = { $found ->
    [yes] No cuenta como solicitud suya.
   *[other] { "" }
}
customer-opened =
    .title = Un responsable se ocupa de su caso
    .text = { about } { found-by-us } { wish-too-high } { $severity ->
        [SAFETY] Como puede afectar a su seguridad, { $manager } se ocupa de inmediato{ and-decide-at-once }
       *[other] { $manager } se ocupa de ello{ and-decide }
    } { wish-noted } { reach }
    .sms = { $site }: { $manager } se ocupa de su caso sobre { matter }{ and-decide } { found-in-brief } { wish-brief } { reach-short }
customer-nobody =
    .title = Todavía no hemos localizado a un responsable
    .text = { about } { found-by-us } { wish-too-high } Hemos buscado un responsable para usted, pero todavía no hemos localizado a nadie. Lo sentimos. Seguimos intentándolo y le avisaremos en cuanto alguien se haga cargo de su caso. { wish-noted }
    .sms = { $site }: todavía no hemos localizado a un responsable para su caso sobre { matter }. Lo sentimos. Seguimos intentándolo y le avisaremos en cuanto alguien se haga cargo. { wish-brief }
customer-joined =
    .title = Hemos ampliado su caso
    .text = { about } { found-by-us } { $manager ->
        [none] Lo hemos añadido a su caso abierto y seguimos intentando localizar a un responsable.
       *[other] Se lo hemos pasado a { $manager }, que ya se ocupa de su visita{ and-decide }
    } { wish-noted }
    .sms = { $site }: hemos ampliado su caso abierto: { matter }. { $manager ->
        [none] Seguimos intentando localizar a un responsable.
       *[other] { manager-decides }
    } { wish-brief }
customer-more-urgent =
    .title = Su caso es ahora más urgente
    .text = { $severity ->
        [SAFETY] Como puede afectar a su seguridad, ahora tratamos su caso con la máxima prioridad.
       *[other] Ahora tratamos su caso como más urgente.
    } { decide-line }
    .sms = { $site }: { $severity ->
        [SAFETY] como puede afectar a su seguridad, su caso tiene ahora la máxima prioridad.
       *[other] ahora tratamos su caso como más urgente.
    } { decide-brief }
customer-call-taken =
    .title = Hemos anotado su llamada a { $manager }
    .text = Hemos anotado su llamada a { $manager }, que ahora lleva su caso{ and-be-decided } { wish-noted } { reach }
    .sms = { $site }: hemos anotado su llamada a { $manager }, que ahora lleva su caso{ and-be-decided-brief } { wish-brief } { reach-short }
customer-acknowledged =
    .title = { $actor ->
        [ANOTHER] Hemos visto su caso
        [NOBODY] Hemos visto su caso
       *[MANAGER] { $manager } se ha hecho cargo de su caso
    }
    .text = { moved-why } { $actor ->
        [ANOTHER] { seen } { still-decides }
        [NOBODY] { seen } { still-decides }
       *[MANAGER] { $manager } se ha hecho cargo de su caso sobre { matter }{ and-decide }
    } { reach }
    .sms = { $site }: { moved-why } { $actor ->
        [ANOTHER] { seen } { still-decides }
        [NOBODY] { seen } { still-decides }
       *[MANAGER] { $manager } se ha hecho cargo de su caso{ and-decide }
    } { reach-short }
customer-stands =
    .title = Cómo va su caso
    .text = Su caso sobre { matter } está en curso. { stands-with } { stands-call } { wish-noted } { $manager ->
        [none] { "" }
       *[other] { reach }
    }
    .sms = { $site }: su caso sobre { matter } está en curso. { stands-with } { stands-call } { wish-brief } { $manager ->
        [none] { "" }
       *[other] { reach-short }
    }
stands-with = { $manager ->
    [none] Todavía no hemos localizado a un responsable. Seguimos intentándolo y le avisaremos en cuanto alguien se haga cargo.
   *[other] { $taken ->
        [yes] { $manager } se ha hecho cargo.
       *[no] Lo tiene { $manager }.
    } { decide-line }
}
stands-call = { $until ->
    [none] { "" }
   *[other] { $until_passed ->
        [yes] Deberían haberle llamado antes de { $until }.
       *[no] Le llamarán antes de { $until }.
    }
}
customer-contacted =
    .title = { $who ->
        [none] Hemos anotado que hablamos con usted
       *[other] { $who } ha anotado que habló con usted
    }
    .text = { $who ->
        [none] Hemos anotado que hablamos con usted sobre { matter }.
       *[other] { $who } ha anotado que habló con usted sobre { matter }.
    } Si nadie ha hablado con usted, dígaselo a su centro de servicio: entonces no contará como conversación.
    .sms = { $site }: { $who ->
        [none] hemos anotado que hablamos con usted sobre { matter }.
       *[other] { $who } ha anotado que habló con usted sobre { matter }.
    } Si no es así, dígaselo a su centro de servicio.
customer-promised =
    .title = Va a recibir una llamada
    .text = { moved-why } { promise } { still-has }
    .sms = { $site }: { moved-why } { promise }
customer-waiting =
    .title = Necesitamos su respuesta
    .text = { moved-why } Para seguir adelante con su caso sobre { matter }, { $who ->
        [none] necesitamos
       *[other] { $who } necesita
    } una respuesta suya. { reply } { reach }
    .sms = { $site }: { $who ->
        [none] necesitamos
       *[other] { $who } necesita
    } una respuesta suya sobre { matter }. { reply } { reach-short }
customer-assigned =
    .title = { $manager } lleva ahora su caso
    .text = { assigned-because } { moved-why } { $manager } lleva desde ahora su caso sobre { matter }{ and-decide } { reach }
    .sms = { $site }: { moved-why } { $manager } lleva ahora su caso{ and-decide } { reach-short }
customer-moved-up =
    .title = Su caso ha pasado a { $manager }
    .text = { moved-why } { $manager } lleva ahora su caso sobre { matter }{ and-decide } { wish-noted } { reach }
    .sms = { $site }: { moved-why } { $manager } lleva ahora su caso{ and-decide } { wish-brief } { reach-short }
moved-why = { $why ->
    [NOT_ACKNOWLEDGED] Nadie se hizo cargo de su caso a tiempo. Lo sentimos.
    [UNDECIDED] Su caso no se resolvió a tiempo. Lo sentimos.
    [OVERDUE] Su caso no se resolvió a tiempo. Lo sentimos.
    [OVERDUE_AGAIN] Su caso no se resolvió a tiempo. Lo sentimos.
    [SILENCE_PROMISE_MISSED] No recibió la llamada prometida. Lo sentimos.
    [HAD_IT_BEFORE] No hemos podido localizar a un responsable que no haya intervenido antes.
   *[other] { "" }
}
customer-resolved =
    .title = { $outcome ->
        [UPHELD] Le damos la razón
        [PARTLY_UPHELD] Le damos la razón en parte
       *[other] Su caso está resuelto
    }
    .text = { decided } { appeal }
    .sms = { $site }: { $outcome ->
        [UPHELD] sobre { matter }, le damos la razón{ remedy }
        [PARTLY_UPHELD] sobre { matter }, le damos la razón en parte{ remedy }
        [ABUSIVE] hemos revisado su caso sobre { matter } y no hay motivo para cambiar nada.
       *[UNFOUNDED] hemos revisado su caso sobre { matter }: el centro de servicio siguió las reglas.
    } { remedy-by } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-short }
    } { quote-short }
decided = { $outcome ->
    [UPHELD] { has-decided } sobre { matter }. Le damos la razón{ remedy } { what-next }
    [PARTLY_UPHELD] { has-decided } sobre { matter }. Le damos la razón en parte{ remedy } { what-next }
    [ABUSIVE] { has-looked } y no hay motivo para cambiar nada.
   *[UNFOUNDED] { has-looked }: el centro de servicio siguió las reglas. { ask-why }
} { remedy-by } { quote-line }
has-decided = { $who ->
    [none] Hemos tomado una decisión
   *[other] { $who } ha tomado una decisión
}
has-looked = { $who ->
    [none] Hemos revisado su caso sobre { matter }
   *[other] { $who } ha revisado su caso sobre { matter }
}
what-next = { $remedy ->
    [none] { $quote ->
        [none] Si desea saber qué ocurrirá ahora, pregúntenos.
       *[other] { "" }
    }
   *[other] { "" }
}
ask-why = { $quote ->
    [none] Si desea saber los motivos, pregúntenos.
   *[other] { "" }
}
remedy = { $remedy ->
    [PRICE_TO] : usted paga { $remedy_amount } por el trabajo.
    [FREE_OF_CHARGE] : no tiene que pagar nada por el trabajo.
    [GOODWILL] { $remedy_amount ->
        [none] . Recibirá una oferta de cortesía.
       *[other] . Como gesto comercial recibirá { $remedy_amount }.
    }
    [SECOND_DIAGNOSIS] : se hará un segundo diagnóstico de su vehículo.
    [LOANER] : recibirá un vehículo de sustitución.
    [APOLOGY] {" "}y le pedimos disculpas.
    [OTHER] { $quote ->
        [none] . Le diremos qué vamos a hacer.
       *[other] .
    }
   *[other] .
}
remedy-by = { $remedy_by ->
    [none] { "" }
   *[other] { $remedy_passed ->
        [yes] Debía estar hecho antes de { $remedy_by }.
       *[no] Estará hecho antes de { $remedy_by }.
    }
}
quote-line = { $quote ->
    [none] { "" }
   *[other] { $who ->
        [none] Nuestro mensaje
       *[other] { $who } le escribe
    }: «{ $quote }»
}
quote-short = { $quote ->
    [none] { "" }
   *[other] "{ $quote }"
}
customer-confirmed =
    .title = Su solicitud se considera un uso indebido
    .text = { $who ->
        [none] Hemos revisado por segunda vez su caso sobre { matter } y confirmamos
       *[other] { $who } ha revisado por segunda vez su caso sobre { matter } y confirma
    } que pidió hablar con un responsable sin un motivo justificado. { counts } { appeal }
    .sms = { $site }: tras otra revisión, su petición de hablar con un responsable se considera indebida. { counts-brief } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-short }
    }
counts = { $until_passed ->
    [yes] { "" }
   *[no] Esto cuenta hasta { $until }. Hasta entonces es posible que no podamos pasar sus solicitudes a un responsable.
}
counts-brief = { $until_passed ->
    [yes] { "" }
   *[no] Hasta { $until } quizá no pasemos otras solicitudes.
}
customer-reopened =
    .title = Su caso vuelve a estar abierto
    .text = Estamos revisando de nuevo su caso sobre { matter }. { $manager } lo lleva{ and-decide } { wish-noted } { reach }
    .sms = { $site }: su caso vuelve a estar abierto. { $manager } lo lleva{ and-decide } { wish-brief } { reach-short }
customer-withdrawn =
    .title = Su caso está cerrado
    .text = { $withdrawn ->
        [yes] Nos ha dicho que ya no es necesario, por lo que su caso sobre { matter } está cerrado.
       *[no] { changed } Ya no hay nada que decidir, por lo que su caso sobre { matter } está cerrado. Si usted lo ve de otra manera, dígaselo a su centro de servicio.
    }
    .sms = { $site }: { $withdrawn ->
        [yes] su caso sobre { matter } está cerrado, como usted deseaba.
       *[no] su caso sobre { matter } está cerrado. { changed } Si usted lo ve de otra manera, díganoslo.
    }
customer-overdue =
    .title = Su caso lleva retraso
    .text = Su caso sobre { matter } ya debería estar resuelto y no lo está. Lo sentimos. { $manager ->
        [none] Seguimos intentando localizar a un responsable.
       *[other] { $manager } lo sigue llevando y ha recibido un aviso. { reach }
    }
    .sms = { $site }: su caso sobre { matter } ya debería estar resuelto. Lo sentimos. { $manager ->
        [none] Seguimos intentando localizar a un responsable.
       *[other] { $manager } lo sigue llevando y ha recibido un aviso. { reach-short }
    }
customer-deadlines-changed =
    .title = Hay un nuevo plazo para su caso
    .text = Nuestros horarios o reglas han cambiado. Su caso sobre { matter } { changed-decide }
    .sms = { $site }: nuestros horarios o reglas han cambiado. Su caso sobre { matter } { changed-brief }
customer-promise-missed =
    .title = No ha recibido su llamada
    .text = No ha recibido la llamada prometida. Lo sentimos. { $manager ->
        [none] Seguimos intentando localizar a un responsable.
       *[other] { $manager } sigue llevando su caso y ha recibido un aviso. { reach }
    }
    .sms = { $site }: no ha recibido la llamada prometida. Lo sentimos. { $manager ->
        [none] Seguimos intentando localizar a un responsable.
       *[other] { $manager } ha recibido un aviso. { reach-short }
    }
customer-throttled =
    .title = Su centro de servicio le responderá
    .text = { about } { throttled-helps } { $next_at ->
        [none] { "" }
       *[other] { throttled-next }
    } { decision-throttled } { throttled-remaining } { throttled-appeal }
    .sms = { $site }: su centro le responderá sobre { matter }. { $next_at ->
        [none] { "" }
       *[other] { throttled-next }
    } { $limited ->
        [blocked] Por ahora no podemos pasarla.
        [never] Por ahora no podemos pasarla.
        [day] Como máximo { $times } en 24 horas.
       *[window] Como máximo { $times } en { $days } días.
    } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-brief }
    }
throttled-helps = Su centro de servicio le responderá.
decision-throttled = { $limited ->
    [blocked] Por ahora no podemos pasar sus solicitudes a un responsable.
    [day] Puede acudir a un responsable { $times ->
        [one] una vez
        [2] dos veces
       *[other] { $times } veces
    } en 24 horas, y ya lo ha hecho.
    [never] Por ahora no podemos pasar solicitudes a un responsable.
   *[window] Puede acudir a un responsable { $times ->
        [one] una vez
        [2] dos veces
       *[other] { $times } veces
    } en { $days } días{ $weighed ->
        [yes] ; una solicitud que resultó infundada cuenta más de una vez
       *[no] { "" }
    }. Ha alcanzado ese límite.
}
throttled-remaining = { $remaining ->
    [none] { "" }
    [0] { "" }
    [one] Le queda una solicitud más en { $window_days } días.
   *[other] Le quedan { $remaining } solicitudes más en { $window_days } días.
}
throttled-next = { $next_passed ->
    [yes] Ya puede volver a acudir a un responsable.
   *[no] Podrá volver a acudir a un responsable a partir de { $next_at }.
}
throttled-appeal = { $appeal_until ->
    [none] { "" }
   *[other] { $appeal_passed ->
        [yes] { "" }
       *[no] Si cree que es un error, diga a su centro de servicio antes de { $appeal_until } que recurre la decisión; entonces decidirá un responsable de nivel superior.
    }
}
customer-agreed =
    .title = Usted aceptó { $amount }
    .text = Hemos anotado que aceptó { $amount } por los trabajos en su vehículo. { agreed-before } Si no es así, pida hablar con un responsable.
    .sms = { $site }: hemos anotado que aceptó { $amount }. { agreed-before } Si no es así, pida hablar con un responsable.
agreed-before = { $stood ->
    [AGREED] Antes había aceptado { $base }.
    [ESTIMATED] El primer presupuesto era de { $base }.
   *[NOTHING] { "" }
}
customer-rate =
    .title = ¿Qué tal su visita?
    .text = Su visita ha terminado: { $site }. ¿Ha quedado todo resuelto? Responda sí, en parte o no, y valore su visita del 1 (nada satisfecho) al 5 (muy satisfecho).
    .sms = { $site }: su visita ha terminado. Díganos si todo ha quedado resuelto (sí, en parte o no) y valore su visita del 1 (mal) al 5 (muy bien).
customer-request-open =
    .title = Su solicitud ya está en curso
    .text = Ha recurrido una decisión, y no es posible: { appeal-refused } Lo tratamos como una solicitud para hablar con un responsable. Ya tiene una solicitud así en curso, de modo que no tiene que hacer nada más.
    .sms = { $site }: su recurso no es posible: { appeal-refused } Lo tratamos como una solicitud para hablar con un responsable; ya hay una suya en curso.
appeal-refused = { $refused ->
    [ONCE] cada decisión se puede recurrir una sola vez.
    [LATE] el plazo ha terminado.
    [RECENT] usted recurrió otra decisión hace poco.
    [UNDECIDED] su recurso anterior aún no está resuelto.
    [OPEN] todavía no está tomada.
   *[other] no hay nada que se pueda recurrir ahora.
}

## Al responsable

case-line = Caso { $escalation_id }, { $site }: { case }. { said-line }
said-line = { $words ->
    [none] { $topic ->
        [none] { "" }
       *[other] El cliente indica que el tema es { said-topic }.
    }
   *[other] { $topic ->
        [none] El cliente ha escrito: «{ $words }»
       *[other] El cliente ha escrito sobre { said-topic }: «{ $words }»
    }
}
said-topic = { $topic ->
    [PRICE] el precio
    [DIAGNOSIS] el diagnóstico
    [WARRANTY] la garantía
    [TIME] el plazo
    [LOANER] el vehículo de sustitución
    [DAMAGE] un daño en el vehículo
    [CONDUCT] el trato recibido
   *[OTHER] otro asunto
}
said-short = { $words ->
    [none] { "" }
   *[other] "{ $words }"
}
case-other = { $kind ->
    [ESTIMATE] precio
    [DIAGNOSIS] diagnóstico
    [WARRANTY] garantía
    [SILENCE] respuesta que espera el cliente
   *[REQUEST] solicitud del cliente
}
safety-line = { $severity ->
    [SAFETY] Puede afectar a la seguridad.
   *[other] { "" }
}
wish-line = Idioma deseado por el cliente: { $customer_language }{ $wished_channel ->
    [PHONE] , por teléfono
    [EMAIL] , por correo electrónico
    [SMS] , por SMS
    [APP] , en la aplicación
   *[other] { "" }
}{ $call_not_before ->
    [none] { "" }
   *[other] { $call_passed ->
        [yes] { "" }
       *[no] , no antes de { $call_not_before }
    }
}.
after-decision = { $decided_before_call ->
    [yes] El caso debería decidirse antes.
   *[none] { "" }
}
new-wish = { $wished ->
    [yes] { wish-line } { after-decision }
   *[none] { "" }
}

manager-opened =
    .title = Nuevo caso: { $site }
    .text = { case-line } { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Nuevo caso { $escalation_id }, { $site }: { case }. { safety-line } { short-both } { said-short }
manager-call-taken =
    .title = Hemos anotado la llamada del cliente
    .text = { case-line } Usted atendió la llamada del cliente, por lo que el caso es suyo. { please-decide } { new-wish }
    .sms = Caso { $escalation_id }, { $site }: { case }. Usted atendió la llamada del cliente, por lo que es suyo. { short-decide }
manager-joined =
    .title = Su caso se ha ampliado: { $site }
    .text = { case-line } Esto se ha añadido. { safety-line } { please-decide } { new-wish }
    .sms = Caso { $escalation_id }, { $site }, añadido: { case }. { safety-line } { short-decide } { said-short }
manager-corrected =
    .title = Un motivo ya no es válido: { $site }
    .text = { case-line } { part-gone } Por favor, revíselo{ then-decide }
    .sms = Caso { $escalation_id }, { $site }: { case }. { part-gone } { short-decide }
part-gone = { $withdrawn ->
    [yes] El cliente lo ha retirado.
   *[no] { $all_gone ->
        [yes] Esto ya no es válido, y no queda ningún otro motivo.
       *[no] Esto ya no es válido; el resto del caso, sí.
    }
}
manager-more-urgent =
    .title = Su caso es más urgente: { $site }
    .text = { case-line } Ahora es más urgente. { safety-line } { please-both }
    .sms = Caso { $escalation_id }, { $site }, urgente: { case }. { safety-line } { short-both }
manager-assigned =
    .title = Se le ha asignado un caso: { $site }
    .text = { case-line } { assigned-why } { so-far } { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Caso { $escalation_id }, { $site }, suyo: { case }. { safety-line } { short-both } { said-short }
so-far = { $spoken ->
    [yes] Ya se ha hablado con el cliente.
    [no] Todavía nadie ha hablado con el cliente.
   *[none] { "" }
} { $promised_by ->
    [none] { "" }
   *[other] { $promised_passed ->
        [yes] Se prometió una llamada antes de { $promised_by } y no se ha hecho.
       *[no] Hay una llamada prometida antes de { $promised_by }.
    }
}
assigned-why = { $why ->
    [HANDED_OVER] La persona que lo llevaba está ausente.
    [MANAGER_NOT_REACHED] No se localiza a la persona que lo llevaba.
    [NOT_ACKNOWLEDGED] No se confirmó a tiempo.
    [UNDECIDED] No se resolvió a tiempo.
    [SILENCE_PROMISE_MISSED] El cliente no recibió una llamada prometida.
   *[other] Desde ahora es suyo.
}
manager-released =
    .title = Un caso ya no es suyo: { $site }
    .text = El caso { $escalation_id }, { $site }, { $manager ->
        [none] ya no es suyo.
       *[other] lo lleva ahora { $manager }.
    } No tiene que hacer nada más.
    .sms = El caso { $escalation_id }, { $site }, { $manager ->
        [none] ya no es suyo.
       *[other] lo lleva ahora { $manager }.
    } No tiene que hacer nada más.
manager-passed-by =
    .title = Un caso ha pasado al nivel superior: { $site }
    .text = El caso { $escalation_id }, { $site }, ha pasado al nivel superior{ $manager ->
        [none] { "" }
       *[other] : { $manager }
    }. { passed-why } Puede seguir actuando mientras nadie más lo haya confirmado.
    .sms = Caso { $escalation_id }, { $site }, pasado al nivel superior{ $manager ->
        [none] { "" }
       *[other] : { $manager }
    }. Puede seguir actuando mientras nadie más lo haya confirmado.
passed-why = { $why ->
    [NOT_ACKNOWLEDGED] No se confirmó a tiempo.
    [UNDECIDED] No se resolvió a tiempo.
    [SILENCE_PROMISE_MISSED] El cliente no recibió una llamada prometida.
   *[other] { "" }
}
manager-kept =
    .title = Un caso sigue siendo suyo: { $site }
    .text = { case-line } Debería haber pasado al nivel superior, pero no se localiza a nadie más; por eso sigue siendo suyo. { please-decide }
    .sms = Caso { $escalation_id }, { $site }: { case }. No se localiza a nadie más, por eso sigue siendo suyo. { short-decide } { said-short }
manager-warned =
    .title = Se acerca un plazo: { $site }
    .text = { case-line } { warned-why } { $deadline ->
        [ACKNOWLEDGE] { please-both }
       *[other] { please-decide }
    }
    .sms = Caso { $escalation_id }, { $site }: { case }. Se acerca un plazo. { $deadline ->
        [ACKNOWLEDGE] { short-both }
       *[other] { short-decide }
    } { said-short }
warned-why = { $deadline ->
    [ACKNOWLEDGE] Ha pasado el { $percent } % del tiempo para confirmarlo.
    [DECIDE] Ha pasado el { $percent } % del tiempo para decidir.
   *[other] Se acerca un plazo.
}
manager-overdue =
    .title = Un caso lleva retraso: { $site }
    .text = { case-line } Ya debería estar resuelto. { safety-line } Por favor, decida de inmediato; se ha comunicado el retraso al cliente.
    .sms = Caso { $escalation_id }, { $site }, con retraso: { case }. { safety-line } Por favor, decida de inmediato; el cliente lo sabe. { said-short }
manager-deadlines-changed =
    .title = Nuevos plazos para un caso: { $site }
    .text = { case-line } Sus plazos han cambiado con el horario del centro o las reglas. { list-both }
    .sms = Caso { $escalation_id }, { $site }: { case }. Nuevos plazos. { short-both }
manager-promise-missed =
    .title = No se hizo una llamada prometida
    .text = { case-line } El cliente no recibió la llamada prometida. Por favor, llame ahora.
    .sms = Caso { $escalation_id }, { $site }: { case }. El cliente no recibió la llamada prometida. Por favor, llame ahora. { said-short }
manager-back =
    .title = Un caso vuelve a su lista: { $site }
    .text = { case-line } { back-why } { please-decide }
    .sms = Caso { $escalation_id }, { $site }, vuelve a su lista: { case }. { back-why } { short-decide } { said-short }
back-why = { $why ->
    [SNOOZE_ENDED] Ha pasado el tiempo durante el que lo había ocultado.
    [WAIT_ENDED] El cliente no ha respondido a tiempo.
    [CUSTOMER_ANSWERED] El cliente ha respondido.
   *[other] Vuelve a necesitar su atención.
}
manager-contact-denied =
    .title = El cliente dice que nadie ha hablado con él
    .text = { case-line } El cliente dice que nadie ha hablado con él, así que el contacto ya no cuenta. Por favor, llámele{ and-decide-too }
    .sms = Caso { $escalation_id }, { $site }: { case }. El cliente dice que nadie ha hablado con él. Por favor, llámele. { short-decide }
manager-customer-not-reached =
    .title = No se localiza al cliente
    .text = { case-line } Un aviso al cliente no se pudo entregar por ningún medio. Por favor, llámele{ and-decide-too }
    .sms = Caso { $escalation_id }, { $site }: { case }. Ningún aviso llega al cliente. Por favor, llámele. { short-decide }
manager-incident =
    .title = Muchos casos a la vez: { $site }
    .text = { $site }: en poco tiempo han llegado { $cases } casos del mismo tipo, por lo que todos son suyos: { $incident_id }. Cada uno conserva sus propios plazos.
    .sms = { $site }: { $cases } casos del mismo tipo en poco tiempo son todos suyos: { $incident_id }. Cada uno conserva sus plazos.
manager-informed =
    .title = Novedades de su caso: { $site }
    .text = { case-line } { informed } El caso sigue siendo suyo. { please-decide }
    .sms = Caso { $escalation_id }, { $site }: { informed } Sigue siendo suyo. { short-decide }
informed = { $did ->
    [ACKNOWLEDGED] { $who ->
        [none] Lo hemos confirmado.
       *[other] { $who } lo ha confirmado.
    }
    [CONTACTED] { $who ->
        [none] Hemos hablado con el cliente.
       *[other] { $who } ha hablado con el cliente.
    }
    [PROMISED] { $who ->
        [none] Hemos prometido al cliente una llamada antes de { $until }.
       *[other] { $who } ha prometido al cliente una llamada antes de { $until }.
    }
    [WAITING] { $who ->
        [none] Hemos pedido al cliente que responda antes de { $until }.
       *[other] { $who } ha pedido al cliente que responda antes de { $until }.
    }
   *[SNOOZED] { $who ->
        [none] Lo hemos ocultado de su lista hasta { $until }.
       *[other] { $who } lo ha ocultado de su lista hasta { $until }.
    }
}
manager-resolved =
    .title = Un caso está resuelto: { $site }
    .text = El caso { $escalation_id }, { $site }, { $who ->
        [none] lo hemos resuelto
       *[other] lo ha resuelto { $who }
    }: { outcome-word }.
    .sms = El caso { $escalation_id }, { $site }, { $who ->
        [none] lo hemos resuelto
       *[other] lo ha resuelto { $who }
    }: { outcome-word }.
outcome-word = { $outcome ->
    [UPHELD] fundado
    [PARTLY_UPHELD] fundado en parte
    [ABUSIVE] abusivo
   *[UNFOUNDED] infundado
}
manager-confirmed =
    .title = Abuso confirmado en { $site }
    .text = Caso { $escalation_id }, { $site }: { confirmed-by } El cliente ya está informado y cuenta desde ahora.
    .sms = Caso { $escalation_id }, { $site }: { confirmed-by } Cuenta desde ahora.
confirmed-by = { $who ->
    [none] hemos confirmado el abuso.
   *[other] { $who } ha confirmado el abuso.
}
manager-many-low =
    .title = Muchos casos menores en { $site }
    .text = { $site }: { $cases } casos menores en { $days } días. Cada uno se decide en el propio centro y no pasa a un nivel superior; por eso le avisamos una sola vez de que son muchos. Por favor, compruebe si tienen una causa común. El último: { $escalation_id }.
    .sms = { $site }: { $cases } casos menores en { $days } días, cada uno decidido en el propio centro. Por favor, compruebe si tienen una causa común. El último: { $escalation_id }.
manager-to-confirm =
    .title = Abuso por confirmar en { $site }
    .text = { case-line } { found-abusive } { confirm-line }
    .sms = Caso { $escalation_id }, { $site }: { found-abusive } { confirm-short }
found-abusive = { $who ->
    [none] Lo hemos considerado un abuso.
   *[other] { $who } lo ha considerado un abuso.
}
confirm-line = { $until_passed ->
    [yes] El plazo terminó a { $until } y nadie lo ha confirmado: queda como infundado.
   *[no] { not-confirmed } Solo cuenta como abuso si otra persona lo confirma antes de { $until }; si no, queda como infundado. Por favor, revise el caso y confírmelo si está de acuerdo.
}
confirm-short = { $until_passed ->
    [yes] Nadie lo ha confirmado a tiempo: queda como infundado.
   *[no] { not-confirmed } Si está de acuerdo, confírmelo antes de { $until }; si no, queda como infundado.
}
not-confirmed = { $again ->
    [yes] Nadie lo ha confirmado todavía.
   *[no] { "" }
}
manager-wish =
    .title = Cómo contactar con su cliente: { $site }
    .text = { case-line } El cliente ha vuelto a ponerse en contacto. { wish-line } { after-decision }
    .sms = Caso { $escalation_id }, { $site }: el cliente ha vuelto a ponerse en contacto. { wish-line } { said-short }
manager-not-settled =
    .title = Un cliente dice que su caso no está resuelto
    .text = { case-line } Decisión: { outcome-word }. El cliente dice ahora que no está resuelto. Puede revisarlo y reabrirlo.
    .sms = Caso { $escalation_id }, { $site }: decidido ({ outcome-word }), pero el cliente dice que no está resuelto. Puede reabrirlo. { said-short }
manager-reopened =
    .title = Un caso vuelve a estar abierto: { $site }
    .text = { case-line } Vuelve a estar abierto y es suyo. { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Caso { $escalation_id }, { $site }, abierto de nuevo y suyo: { case }. { short-both } { said-short }
manager-withdrawn =
    .title = Un caso está cerrado: { $site }
    .text = El caso { $escalation_id }, { $site }, está cerrado: { $withdrawn ->
        [yes] el cliente lo ha retirado.
       *[no] la situación ha cambiado y ya no hay nada que decidir.
    }
    .sms = El caso { $escalation_id }, { $site }, está cerrado: { $withdrawn ->
        [yes] el cliente lo ha retirado.
       *[no] la situación ha cambiado y ya no hay nada que decidir.
    }
manager-refused =
    .title = Su acción no fue posible
    .text = Caso { $escalation_id }, { $site }: su acción «{ action-word }» no fue posible: { refused-why }
    .sms = Caso { $escalation_id }, { $site }: su acción «{ action-word }» no fue posible: { refused-why }
action-word = { $action ->
    [ACKNOWLEDGE] confirmar
    [CONTACTED] contacto con el cliente
    [PROMISE] prometer una llamada
    [WAIT] esperar respuesta
    [SNOOZE] ocultar
    [REASSIGN] reasignar
    [RESOLVE] resolver
    [REOPEN] reabrir
    [CONFIRM] confirmar el abuso
   *[other] { $action }
}
refused-why = { $why ->
    [NOT_ENTITLED] el caso no es suyo.
    [CLOSED] el caso está cerrado.
    [ALREADY_ACKNOWLEDGED] ya está confirmado.
    [NO_OUTCOME] falta un resultado.
    [NOT_ASKED_FOR] el caso lo hemos detectado nosotros, el cliente no lo pidió; por eso no puede ser abusivo.
    [NO_UNTIL] falta una fecha.
    [UNTIL_IS_PAST] la fecha indicada ya ha pasado.
    [NO_SUCH_MANAGER] nadie tiene ese identificador en el directorio.
    [HAS_IT_ALREADY] esa persona ya lleva el caso.
    [NOT_CLOSED] el caso no está cerrado.
    [WENT_INTO_ANOTHER] el caso se unió a otro.
    [CUSTOMER_FORGOTTEN] el cliente pidió que se borraran sus datos.
    [ANOTHER_IS_OPEN] hay otro caso abierto de la misma visita.
    [ENDED_TOO_LONG_AGO] el caso se cerró hace demasiado tiempo.
    [REOPENED_BEFORE] el caso se reabrió hace poco.
    [TAKEN_BACK] el cliente retiró el caso.
    [NOT_YET] todavía no es posible.
    [ONLY_WITH_RESOLVE] una solución o un mensaje solo van con una decisión.
    [NOTHING_UPHELD] una solución exige una decisión a favor del cliente.
    [NO_AMOUNT] falta el importe.
    [OTHER_CURRENCY] el importe debe estar en la moneda de la visita.
    [NO_ESTIMATE] falta indicar el presupuesto.
    [BY_IS_PAST] la fecha de la solución ya ha pasado.
    [NOT_CONTACTED] todavía nadie ha hablado con el cliente.
    [WAIT_TOO_LONG] el caso ya no puede esperar tanto al cliente.
    [NO_REASON] falta un motivo.
    [ABUSIVE_ON_SAFETY] un caso que puede afectar a la seguridad nunca es un abuso.
    [NOT_ABUSIVE] no está resuelto como abuso.
    [CONFIRMED_BEFORE] ya está confirmado.
    [BY_THE_SAME] debe confirmarlo otra persona.
    [RESOLVED_TOO_LONG_AGO] se resolvió hace demasiado tiempo.
   *[other] ahora no es posible.
}

## Al centro, es decir, al asesor que habla con el cliente

site-opened =
    .title = Un cliente tiene un caso: { $site }
    .text = { case-line } { safety-line } { site-manager }
    .sms = Caso { $escalation_id }, { $site }: { case }. { safety-line } { site-manager }
site-manager = { $manager ->
    [none] Ningún responsable lo lleva todavía.
   *[other] Lo lleva { $manager }, que puede hacerle preguntas.
}
site-not-kept =
    .title = Decisión no cumplida: { $site }
    .text = Caso { $escalation_id }, { $site }: { case }. Por favor, cumpla la decisión o diga al responsable qué lo impide. { site-manager }
    .sms = Caso { $escalation_id }, { $site }: { case }. Por favor, cumpla la decisión. { site-manager }
site-incident =
    .title = Muchos casos a la vez: { $site }
    .text = { $site }: en poco tiempo han llegado { $cases } casos del mismo tipo: { $incident_id }. { site-managers }
    .sms = { $site }: { $cases } casos del mismo tipo en poco tiempo: { $incident_id }. { site-managers }
site-managers = { $manager ->
    [none] Ningún responsable los lleva todavía.
   *[other] Los lleva { $manager }.
}
site-resolved =
    .title = Un caso está resuelto: { $site }
    .text = El caso { $escalation_id }, { $site }, está resuelto: { outcome-word }. { site-remedy }
    .sms = Caso { $escalation_id }, { $site }, resuelto: { outcome-word }. { site-remedy }
site-remedy = { $remedy ->
    [PRICE_TO] Por favor, cobre { $remedy_amount }{ $estimate_id ->
        [none] { "" }
       *[other] {" "}(presupuesto { $estimate_id })
    }.
    [FREE_OF_CHARGE] Por favor, no cobre nada{ $estimate_id ->
        [none] { "" }
       *[other] {" "}(presupuesto { $estimate_id })
    }.
    [GOODWILL] { $remedy_amount ->
        [none] El cliente recibe una oferta de cortesía.
       *[other] Como gesto comercial el cliente recibe { $remedy_amount }.
    }
    [SECOND_DIAGNOSIS] Por favor, haga un segundo diagnóstico del vehículo.
    [LOANER] Por favor, entregue al cliente un vehículo de sustitución.
    [APOLOGY] El cliente recibe una disculpa.
    [NONE] No tiene que hacer nada más.
   *[OTHER] Por favor, pregunte al responsable qué hay que hacer.
} { $remedy_by ->
    [none] { "" }
   *[other] { $remedy_passed ->
        [yes] Debía estar hecho antes de { $remedy_by }.
       *[no] Por favor, asegúrese de que esté hecho antes de { $remedy_by }.
    }
}
site-withdrawn =
    .title = Un caso está cerrado: { $site }
    .text = El caso { $escalation_id }, { $site }, está cerrado: { $withdrawn ->
        [yes] el cliente lo ha retirado.
       *[no] la situación ha cambiado y ya no hay nada que decidir.
    }
    .sms = El caso { $escalation_id }, { $site }, está cerrado: { $withdrawn ->
        [yes] el cliente lo ha retirado.
       *[no] la situación ha cambiado y ya no hay nada que decidir.
    }

## La tarjeta de contacto

contacts-managers = Si tiene preguntas sobre su visita a { $site }, puede contactar con:
contacts-site = Si tiene preguntas sobre su visita, puede llamar a { $site } al { $phone }.
contacts-manager = { $manager }: { $reach } ({ $hours })
contacts-hours = { $weekdays } { $begin }–{ $end }
contacts-always = a cualquier hora
clock-time = { $half ->
    [am] { $hour }:{ $minute } a. m.
    [pm] { $hour }:{ $minute } p. m.
   *[none] { $clock }
}

## El enlace al caso, al final de lo que se envía a los clientes

link-line = Consulte aquí el estado de su caso: { $link }
link-short = { $link }
