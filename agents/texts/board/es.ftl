### El tablero: lo que leen responsables, clientes, asesores, operadores y auditores en torno a un caso.
### Lo que dicen las reglas, los avisos y las decisiones está en los demás archivos.

## En torno a cada página

brand = recourse
skip = Ir al contenido
nav = Páginas
nav-cases = Mis casos
nav-network = Resumen
nav-site = { $site }
signed-in-as = Sesión de { $name }
sign-out = Cerrar sesión
as-of = Situación: { $at }
stale = Esta página muestra la situación de hace { $ago }. Estamos intentando conectar con el sistema.
never-heard = Todavía estamos leyendo lo que ha ocurrido. Esta página aún no está completa.
left-out = { $count ->
    [one] No se pudo leer un registro; aquí puede faltar algo.
   *[other] No se pudieron leer { $count } registros; aquí puede faltar algo.
}
not-found = Aquí no hay nada
not-found-text = La página no existe o no es para usted.
failed = No ha funcionado
failed-text = El error es nuestro. Vuelva a intentarlo en un momento.
back = Volver
refresh = Actualizar

## Tiempos

span-days = { $days } d { $hours } h
span-hours = { $hours } h { $minutes } min
span-minutes = { $minutes } min
in-time = en { $span }
late-by = { $span } de retraso
ago = hace { $span }

## Símbolos

severity-SAFETY = Seguridad
severity-HIGH = Alta
severity-NORMAL = Normal
severity-LOW = Baja
tier-LOCAL = local
tier-REGIONAL = regional
tier-EXECUTIVE = dirección
tier-UNKNOWN = desconocido
phase-OPEN = Abierto
phase-RESOLVED = Decidido
phase-WITHDRAWN = Retirado
phase-MERGED = Unido a otro
phase-UNKNOWN = Desconocido
next-ACKNOWLEDGE = Confirmar
next-DECIDE = Decidir
next-CALL = Llamar al cliente
next-WAIT = A la espera del cliente
outcome-UPHELD = Fundado
outcome-PARTLY_UPHELD = Fundado en parte
outcome-UNFOUNDED = Infundado
outcome-ABUSIVE = Abusivo
outcome-UNKNOWN = Decidido
remedy-PRICE_TO = Un precio
remedy-FREE_OF_CHARGE = Sin cargo
remedy-GOODWILL = Un gesto comercial
remedy-SECOND_DIAGNOSIS = Un segundo diagnóstico
remedy-LOANER = Un vehículo de sustitución
remedy-APOLOGY = Una disculpa
remedy-OTHER = Otra cosa
remedy-NONE = Nada
remedy-UNKNOWN = Otra cosa
remedy-of = { $remedy }: { $amount }
remedy-until = { $remedy }, antes de { $by }
step-OPENED = Abierto
step-JOINED = Se añadió otro asunto
step-ACKNOWLEDGED = Confirmado
step-CONTACTED = Se habló con el cliente
step-PROMISED = Se prometió una llamada
step-WAITING = A la espera del cliente
step-SNOOZED = Aplazado
step-REASSIGNED = Pasado a otro
step-WARNED = Se avisó al responsable
step-MOVED_UP = Subido un nivel
step-RESOLVED = Decidido
step-REOPENED = Reabierto
step-WITHDRAWN = Retirado
step-MERGED = Unido a otro caso
step-REFUSED = Se rechazó una acción
step-CONFIRMED = Abuso confirmado
step-UNKNOWN = Un paso que solo conoce una versión más nueva
action-ACKNOWLEDGE = Confirmar
action-CONTACTED = He hablado con el cliente
action-PROMISE = Prometer una llamada
action-WAIT = Esperar al cliente
action-REASSIGN = Pasar a otro
action-RESOLVE = Decidir
action-REOPEN = Reabrir
action-CONFIRM = Confirmar el abuso
action-SNOOZE = Aplazar
action-UNKNOWN = Actuar
topic-PRICE = El precio
topic-DIAGNOSIS = El diagnóstico
topic-WARRANTY = La garantía
topic-TIME = El plazo
topic-LOANER = Un vehículo de sustitución
topic-DAMAGE = Un daño
topic-CONDUCT = Cómo me han tratado
topic-OTHER = Otra cosa
topic-UNKNOWN = Otra cosa

## La lista de un responsable

my-cases = Mis casos
counts = { $open ->
    [0] No hay nada abierto.
    [one] Hay un caso abierto{ $late ->
        [0] .
       *[other] , con retraso.
    }
   *[other] Hay { $open } casos abiertos{ $late ->
        [0] .
        [one] , uno de ellos con retraso.
       *[other] , { $late } de ellos con retraso.
    }
}
no-cases = No tiene ningún caso abierto.
others = Otros casos abiertos que puede ver
nobody = Nadie todavía
case-of = Caso { $id }
more-not-shown = Solo se muestran los primeros { $count }.

## Un caso

what-now = Lo siguiente
facts = Datos
site = Centro de servicio
manager = Responsable
severity = Gravedad
tier = Nivel
opened = Abierto
acknowledge-by = Por confirmar antes de
acknowledged = Confirmado
decide-by = Por decidir antes de
promised = Llamada prometida antes de
waits = Espera hasta
ended = Terminado
visit = Visita
vehicle = Vehículo
outcome = Resultado
remedy = Solución
language = Idioma del cliente
grounds = De qué se trata
said = Lo que escribió el cliente
history = Lo que ha ocurrido
by-whom = por { $who }
with-whom = con { $who }
until-when = hasta { $at }
reasons = Por qué
no-steps = Ya no se puede leer ningún paso de este caso.
customer-reads = Lo que lee el cliente
told-customer = Mensajes al cliente
told-manager = Mensajes a los responsables
delivered = entregado
not-delivered = no entregado
not-yet = no antes de { $at }
no-messages = Ninguno todavía.
why-decided = Cómo se decidió que esto es un caso
preview = Lo que leerá el cliente
preview-note = En el idioma del cliente, en la medida en que puede decirse antes de decidir.

## Actuar

act = Actuar
acting-as = Cada acción se comprueba, y aquí se dice qué fue de ella.
until = Antes de cuándo (hora del centro)
wait-until = Hasta cuándo (hora del centro; vacío: todo lo que quede)
to-whom = A quién
note = Nota para los compañeros (el cliente no la ve)
note-needed = Nota para los compañeros (necesaria para «Abusivo»; el cliente no la ve)
choose = Elija
amount-short = el importe
amount = Importe en { $currency }, impuestos incluidos
estimate = Presupuesto
done-by = Por hacer antes de (hora del centro)
message = Mensaje al cliente, palabra por palabra (280 caracteres como máximo)
do-preview = Vista previa
do-ACKNOWLEDGE = Confirmar
do-CONTACTED = Anotar la conversación
do-PROMISE = Prometer
do-WAIT = Esperar
do-REASSIGN = Pasar
do-RESOLVE = Decidir
do-REOPEN = Reabrir
do-CONFIRM = Confirmar el abuso
sent-actions = Lo que usted y otros han hecho aquí
sent = Enviado. Aún no hay respuesta.
sent-long = Enviado, y sin respuesta desde hace { $span }. Contará en cuanto se lea.
done = Hecho
refused = Rechazado
accepted = Lo que se aceptaría
unusable = No se pudo utilizar. Dígaselo a los operadores.
not-sent = No se envió: { $why } No ha ocurrido nada; vuelva a intentarlo.
kafka-away = no se puede conectar con el sistema.
unfit = Revise esto, por favor

## La página del cliente

your-case = Su caso en { $site }
where-it-stands = Cómo está
who = Quién lo lleva
by-when = Antes de cuándo
call = Llamar al { $phone }
what-we-told = Lo que le hemos escrito
your-turn = Lo que puede hacer
add-word = Añadir algo
add-word-label = ¿Qué debe saber el responsable? (280 caracteres como máximo)
about = Se trata de
send = Enviar
other-time = Recibir la llamada a otra hora
other-time-label = No antes de (hora de su centro de servicio)
ask-time = Pedirlo
withdraw = Ya no lo necesito
withdraw-text = El caso termina y no se decide nada más.
withdraw-button = Terminar mi caso
appeal = No estoy de acuerdo con la decisión
appeal-text = Otro responsable volverá a examinarlo. Puede hacerlo hasta { $until }.
appeal-button = Recurrir
rate = ¿Cómo ha ido?
rate-label = De 1 (mal) a 5 (muy bien)
settled = ¿Está resuelto?
settled-YES = Sí
settled-PARTLY = En parte
settled-NO = No
rate-button = Valorar
what-you-sent = Lo que ha enviado
said-ASK = Su mensaje
said-WISH = Otra hora
said-WITHDRAW = Ha terminado su caso
said-APPEAL = Su recurso
said-RATE = Su valoración
receipt-waiting = Enviado. Está en camino.
receipt-TAKEN = Ha llegado.
receipt-ALREADY = Ya había llegado.
receipt-REFUSED = No se pudo aceptar. Llame a su centro de servicio.
receipt-UNKNOWN = Se ha examinado.
prove-first = Antes de escribir aquí, confirme que es usted.
prove = Confirmar
closed-text = Este caso ha terminado.

## El resumen

overview = Resumen
open-cases = Casos abiertos
late-cases = Con retraso
without-manager = Sin responsable
dead-letters-day = Registros inutilizables, últimas 24 horas
by-tier = Por nivel y gravedad
most-urgent = Los más urgentes
unreached = Sin responsable, por centro
policy-in-force = Reglas en vigor
policy-version = Versión { $version }, desde { $at }
policy-next = Después: versión { $version }, a partir de { $at }
policy-none = No hay reglas en vigor.
reference-refused = No aceptado
total = Total
all-well = Nada.
at-site = Casos en { $site }
open-here = Abiertos
ended-here = Terminados en los últimos 30 días
none-here = Ninguno.
