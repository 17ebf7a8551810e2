### Lo que el cliente lee de su caso, en español. Véase en.ftl.

## De una regla que solo conoce una versión más reciente

later-finding = Una versión más reciente de este servicio ha detectado algo en su visita.
later-matter = lo que ha detectado una versión más reciente de este servicio

## Qué hacemos, por decisión

decision-below-threshold = Está dentro de lo que una reparación puede costar sin volver a consultarle; por eso no hay nada más que decidir.
decision-awaiting = Todavía no ha respondido al nuevo precio; por eso no hay nada que decidir. Puede aceptarlo o rechazarlo.
decision-unknown = Una versión más reciente de este servicio lo ha decidido y puede decirle más.
decision-not-eligible = En esta visita todavía no es posible acudir directamente a un responsable. Hable con su centro de servicio, que le ayudará con gusto.
decision-shadowed = En esta visita todavía no es posible acudir directamente a un responsable. Hable con su centro de servicio, que le ayudará con gusto.
decision-found = Lo hemos detectado nosotros; no cuenta como una solicitud suya.
decision-raised = { $safety ->
    [yes] Como puede afectar a su seguridad, hemos pedido a un responsable que decida de inmediato.
   *[no] Hemos pedido a un responsable que se ocupe.
}
decision-joined = { $urgent ->
    [again] Hemos reabierto su caso.
    [safety] Como puede afectar a su seguridad, hemos pedido al responsable que decida de inmediato.
    [yes] Ahora lo tratamos como más urgente.
   *[no] Se lo hemos pasado al responsable que ya se ocupa de su visita.
}
decision-corrected = { $withdrawn ->
    [yes] Nos ha dicho que ya no es necesario, por lo que ya no hay nada que decidir sobre { $matter }.
   *[no] { changed } Ya no hay nada que decidir sobre { $matter }.
}

## Cómo va un caso

somebody = Un responsable
contact-phone = Puede llamar a { $name } al { $contact }.
contact-email = Puede escribir a { $name }: { $contact }.
escalation-nobody = Todavía no hemos localizado a un responsable, y lo sentimos. Seguimos intentándolo.
escalation-open = { $decide_passed ->
    [yes] { $name } lleva su caso. Debería haberse decidido antes de { $decide_by }.
   *[no] { $name } lleva su caso y le dará una respuesta antes de { $decide_by }.
}
escalation-taken = { $decide_passed ->
    [yes] { $name } se ha hecho cargo. Debería haberse decidido antes de { $decide_by }.
   *[no] { $name } se ha hecho cargo y le dará una respuesta antes de { $decide_by }.
}
escalation-moved = { $decide_passed ->
    [yes] Ahora lo lleva { $name }. Debería haberse decidido antes de { $decide_by }.
   *[no] Ahora lo lleva { $name }, que le dará una respuesta antes de { $decide_by }.
}
escalation-contacted = { $decide_passed ->
    [yes] { $name } ha hablado con usted. Debería haberse decidido antes de { $decide_by }.
   *[no] { $name } ha hablado con usted. Tendrá una decisión antes de { $decide_by }.
}
escalation-promised = { $name } le llamará antes de { $until }.
escalation-waiting = { $name } espera su respuesta.
escalation-confirmed = Otra persona también lo ha revisado y confirma que pidió hablar con un responsable sin un motivo justificado. Si cree que es un error, diga a su centro de servicio que recurre la decisión.
escalation-withdrawn = Ya no hay nada que decidir, por lo que su caso está cerrado.
escalation-merged = Se decidirá junto con lo que ya estaba abierto.

## Alrededor

card = A su llegada le dimos los contactos de los responsables que pueden decidir.
card-site = A su llegada le dimos el número de teléfono del centro de servicio.
visit-ended = Su visita terminó a { $ended }.
nothing-to-decide = No había nada que un responsable tuviera que decidir.
letter-late = Algunos datos de su visita nos llegaron demasiado tarde para contar.
letter-unusable = Algunos datos de su visita no se pudieron utilizar, por lo que no contaron. Lo sentimos.
letter-erased = Nos pidió que olvidáramos sus datos, y no se ha conservado ninguno.
