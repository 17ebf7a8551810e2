### La carta semanal a un centro (modelo: en.ftl).

title = Las causas en { $site }, semana { $week } de { $year }
period = Del { $first } al { $last }: { $visits ->
    [one] empezó una visita
   *[other] empezaron { $visits } visitas
}, y { $cases ->
    [0] en ningún caso hizo falta un responsable
    [one] en un caso hizo falta un responsable
   *[other] en { $cases } casos hizo falta un responsable
}.
causes = De dónde viene, hasta donde alcanzan los datos:
cause = { $number }. { $cause }: { $cases ->
    [one] un caso
   *[other] { $cases } casos
}, { $rate } por cada 1000 visitas.
stands-out = Aquí es más frecuente que en los demás centros ({ $elsewhere } por cada 1000 visitas).
avoidable = { $way } se habría evitado el { $share } % de los casos.
example = Un ejemplo: recourse explain { $example }
fixes = Qué ha cambiado desde que se hizo algo:
since = { $what }, desde el { $day }:
rarer = es menos frecuente. Antes, { $before } por cada 1000 visitas; desde entonces, { $since }.
more-frequent = es más frecuente. Antes, { $before } por cada 1000 visitas; desde entonces, { $since }.
not-yet = aún no hay suficiente para decirlo. Antes, { $before } por cada 1000 visitas; desde entonces, { $since }.
nothing-before = no se puede decir nada, porque antes no hubo ningún caso.
reading = Las tasas de los centros con pocas visitas se acercan a las del conjunto. Solo se dice que algo es más frecuente aquí, o que ha cambiado, cuando difícilmente es casualidad.

first-diagnosis-right = Con un primer diagnóstico acertado
asked-first = Preguntando antes al cliente
claim-by-cause = Decidiendo la garantía según la causa
answered-in-4-hours = Con una respuesta en cuatro horas
ready-time-kept = Cumpliendo la hora prometida

cause-ESTIMATE_OVER_AUTHORISED = Presupuestos por encima de lo que aceptó el cliente
cause-CHARGED_OVER_AUTHORISED = Cobros por encima de lo que aceptó el cliente
cause-ESTIMATE_DECLINED_WORK_DONE = Trabajos hechos aunque se rechazaron
cause-ESTIMATE_CHARGES_COVERED_WORK = Cobros de trabajos que cubre la garantía
cause-ESTIMATE_DISPUTED = Presupuestos que discuten los clientes
cause-DIAGNOSIS_DISPUTED = Diagnósticos que discuten los clientes
cause-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION = Diagnósticos que cambian después de la autorización
cause-DIAGNOSIS_REMOTE_DIFFERS = Diagnósticos a distancia que el taller no confirma
cause-DIAGNOSIS_NO_FAULT_FOUND_AGAIN = Otra vez no se encontró ninguna avería
cause-WARRANTY_DENIED_AGAINST_CAUSE = Garantías denegadas a pesar de un defecto de fabricación
cause-WARRANTY_REVERSED = Decisiones de garantía revocadas
cause-WARRANTY_DISPUTED = Decisiones de garantía que discuten los clientes
cause-WARRANTY_REPEAT_REPAIR = Reparaciones repetidas de la misma avería
cause-SILENCE_NO_WORD = Preguntas sin respuesta
cause-SILENCE_READY_TIME_MOVED = Horas de entrega aplazadas una y otra vez
cause-SILENCE_READY_TIME_PASSED = Horas de entrega que pasaron sin noticias
cause-REQUESTED_BY_CUSTOMER = Clientes que piden un responsable
cause-APPEALED_BY_CUSTOMER = Recursos
cause-DECISION_NOT_KEPT = Decisiones que no se cumplieron
