-- name: spend_units
SELECT granted, spent, whole_at, free_at
FROM spend_units(%(key_id)s, %(budget)s, %(wanted)s, %(allowed)s, %(partly)s);
