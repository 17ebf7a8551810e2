"""Names of fields as they are kept: one or two letters, for a million customers.

A field that is not in the table is kept under its whole name, which costs bytes and nothing else.
A short name stays what it is for ever: what is kept under it could not be read any more.
"""

_TABLE = """
a appeals  A arm  b below_recorded  B business_hours  c customer_id  C counters  d due_at
D diagnoses  e event_id  E escalation_id  f fault_found  F first_visit_id  g channels
G region_id  h check_ins  H would_be_entries  i revision  I decision  j subject_id  J subject
k code  K cases  l live  L language  m lines  M symptom  n entries  N estimates  o occurred_at
O outcome  p past  P closures  q disagreement_id  Q estimate_id  r response  R responses
s site_id  S seen  t total  T opened_at  u rule  U currency  v visit_id  V visits  w weight
W warranty_decisions  x excess  X resolved_excess  y severity  Y symptoms  z safety
Z standings  aa at  ab attempts  ac authorised_total  ad status  ae ended  af ended_published
ag operations_done  ah cause  ai claim_id  aj charged_total  ak charged_subtotal  al closed_at
am silent_since  an stage  ao diagnosis_id  ap reason_code  aq operations  ar ready_at
as promised_ready_at  at quiet_from  au quiet_until  av time_zone  aw recall_id  ax subtotal
ay subject_revision  az rating  ba wish  bb resolved_same_day  bc records_today  bd raised
be would_be_open  bf first_visit_at  bg first_event_id  bh last_visit_at  bi last_event_at
bj first_occurred_at  bk last_occurred_at  bl vehicle_id  bm no_fault_found  bn out_of_service
bo throttle_appeals  bp throttled  bq silences  br closings  bs resolved_at  bt merged_into
ce watched  bv decided_at  bw start_tier  bx appealed  by of  bz refused  ca would_be  cb true
cc trigger_event_id  cd closed  da asked  db stay_closed_at
dc shown  dd walk
"""
_WORDS = _TABLE.split()
ALIASES = dict(zip(_WORDS[1::2], _WORDS[::2], strict=True))


def alias(name: str) -> str:
    """The name under which a field is kept."""
    return ALIASES.get(name, name)
